package import ManifestFormat

/// Which records `audit show` and `audit stats` are asked for; what is empty or `nil` lets all through.
package struct AuditFilter: Sendable {
    /// Names of variables.
    package var names: [Glob] = []
    package var outcomes: Set<AuditRecord.Outcome> = []
    /// The first moment that counts.
    package var since: AuditTime?
    /// The first moment that counts no more.
    package var until: AuditTime?

    package init() {}

    package func matches(_ record: AuditRecord) -> Bool {
        if let since, record.time < since { return false }
        if let until, record.time >= until { return false }
        if !outcomes.isEmpty, !outcomes.contains(record.outcome) { return false }
        guard !names.isEmpty else { return true }
        guard let variable = record.variable else { return false }
        return names.contains { $0.matches(variable) }
    }
}

extension AuditFile {
    /// Calls `body` with each record that matches, oldest first, and with its line as it stands in the file.
    ///
    /// The chain is not looked at: that is what `verify` is for.
    ///
    /// - Returns: how many lines were no records.
    package func forEachRecord(
        matching filter: AuditFilter = AuditFilter(),
        _ body: (_ record: AuditRecord, _ json: String) -> Void
    ) throws(AuditError) -> Int {
        var strangeCount = 0
        try forEachLine { bytes, _, _ in
            guard let line = AuditLine(parsing: bytes) else {
                strangeCount += 1
                return
            }
            guard filter.matches(line.record) else { return }
            body(line.record, unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) })
        }
        return strangeCount
    }
}

extension AuditRecord {
    /// One line for people: time, user, operation and command, variable, outcome, reference, duration.
    package var summary: String {
        let who = command.map { "\(operation.rawValue) \($0)[\(pid)]" } ?? "\(operation.rawValue)[\(pid)]"
        var parts = [time.description, user, who]
        if let variable { parts.append(variable) }
        parts.append(outcome.rawValue)
        if let source = reference ?? provider { parts.append(source) }
        if let milliseconds { parts.append("\(milliseconds) ms") }
        return parts.joined(separator: "  ")
    }
}
