/// How often what came of what, over a log or a part of it.
package struct AuditStatistics: Sendable {
    package struct Key: Hashable, Sendable {
        package var provider: String?
        package var variable: String?
        package var outcome: AuditRecord.Outcome
    }

    /// Records by provider, name and outcome.
    package private(set) var counts: [Key: Int] = [:]
    package private(set) var recordCount = 0
    package private(set) var firstTime: AuditTime?
    package private(set) var lastTime: AuditTime?

    package init() {}

    /// Counts a record; those that the log writes about itself are left out.
    package mutating func count(_ record: AuditRecord) {
        guard record.operation != .rotate, record.operation != .recover else { return }
        counts[Key(provider: record.provider, variable: record.variable, outcome: record.outcome), default: 0] += 1
        recordCount += 1
        firstTime = firstTime.map { min($0, record.time) } ?? record.time
        lastTime = lastTime.map { max($0, record.time) } ?? record.time
    }

    /// One line of a table: a provider's or a variable's name and its records by outcome.
    package struct Row: Hashable, Sendable {
        /// `nil` for records that have none.
        package var name: String?
        package var outcomes: [AuditRecord.Outcome: Int]

        package var total: Int { outcomes.values.reduce(0, +) }
    }

    /// By name.
    package var providers: [Row] { rows(by: \.provider) }

    /// By name.
    package var variables: [Row] { rows(by: \.variable) }

    package var outcomes: [AuditRecord.Outcome: Int] {
        counts.reduce(into: [:]) { $0[$1.key.outcome, default: 0] += $1.value }
    }

    private func rows(by name: KeyPath<Key, String?>) -> [Row] {
        var rows: [String?: Row] = [:]
        for (key, count) in counts {
            let name = key[keyPath: name]
            rows[name, default: Row(name: name, outcomes: [:])].outcomes[key.outcome, default: 0] += count
        }
        return rows.values.sorted { ($0.name ?? "") < ($1.name ?? "") }
    }
}

extension AuditFile {
    /// Counts what the filter lets through.
    package func statistics(matching filter: AuditFilter = AuditFilter()) throws(AuditError) -> AuditStatistics {
        var statistics = AuditStatistics()
        _ = try forEachRecord(matching: filter) { record, _ in statistics.count(record) }
        return statistics
    }
}

// MARK: - For people and programs

extension AuditStatistics {
    /// Tables by provider and by variable.
    package var text: String {
        guard let firstTime, let lastTime else { return "no records\n" }
        var lines = ["\(recordCount) records from \(firstTime) to \(lastTime)", ""]
        lines += table("provider", providers) + [""] + table("variable", variables)
        return lines.joined(separator: "\n") + "\n"
    }

    private func table(_ title: String, _ rows: [Row]) -> [String] {
        let width = max(title.count, rows.map { ($0.name ?? "-").count }.max() ?? 0)
        let outcomes = AuditRecord.Outcome.allCases
        let head = padded(title, width) + outcomes.map { "  " + leftPadded($0.rawValue, 8) }.joined()
        return [head]
            + rows.map { row in
                padded(row.name ?? "-", width)
                    + outcomes.map { "  " + leftPadded(String(row.outcomes[$0] ?? 0), 8) }.joined()
            }
    }

    /// `{"version":1,"records":N,"first":…,"last":…,"providers":{NAME:{OUTCOME:N}},"variables":{…},"outcomes":{…}}`; records
    /// without a name count under `""`.
    package var json: String {
        var bytes: [UInt8] = []
        bytes.append(#"{"version":1,"records":\#(recordCount),"first":"#)
        bytes.appendJSON(firstTime?.description)
        bytes.append(#","last":"#)
        bytes.appendJSON(lastTime?.description)
        for (title, rows) in [("providers", providers), ("variables", variables)] {
            bytes.append(",\"\(title)\":{")
            for (index, row) in rows.enumerated() {
                if index > 0 { bytes.append(",") }
                bytes.appendJSON(row.name ?? "")
                bytes.append(":" + jsonText(row.outcomes))
            }
            bytes.append("}")
        }
        bytes.append(#","outcomes":"# + jsonText(outcomes) + "}")
        return String(decoding: bytes, as: UTF8.self)
    }

    private func jsonText(_ outcomes: [AuditRecord.Outcome: Int]) -> String {
        let members = AuditRecord.Outcome.allCases.compactMap { outcome in
            outcomes[outcome].map { "\"\(outcome.rawValue)\":\($0)" }
        }
        return "{\(members.joined(separator: ","))}"
    }
}

private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
}

private func leftPadded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
}
