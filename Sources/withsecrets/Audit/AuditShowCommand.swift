internal import ArgumentParser
internal import Auditing
internal import Diagnostics

/// `withsecrets audit show`: the records, oldest first.
struct AuditShowCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "The records, oldest first.",
        discussion: """
            With --json each line is the record as it stands in the log. The chain is not looked at: 'audit verify' does that.

            EXAMPLES:
              withsecrets audit show --since 36h
              withsecrets audit show --name 'DB_*' --outcome failed
              withsecrets audit show --json | jq .
            """
    )

    @Flag(help: "Print the records as they stand in the log, a JSON object a line.")
    var json = false

    @OptionGroup var filter: AuditFilterOptions
    @OptionGroup var audit: AuditOptions

    func perform() -> Int32 {
        audit.performing { file, terminal throws(Failure) in
            let wanted = try filter.filter()
            var shown: Set<String> = []
            let strangeCount = try reading { () throws(AuditError) in
                try file.forEachRecord(matching: wanted) { record, line in
                    if let variable = record.variable { shown.insert(variable) }
                    // Texts are made printable before they enter the log; a log that was tampered with need not have them so.
                    terminal.print(json ? line : printable(record.summary, limit: 2000))
                }
            }
            try tellUnknownNames(besides: shown, in: file, terminal)
            if strangeCount > 0 {
                terminal.show(
                    Diagnostic(
                        .warning,
                        strangeCount == 1 ? "1 line is not a record" : "\(strangeCount) lines are not records",
                        hints: ["'withsecrets audit verify' says which"]
                    )
                )
            }
            return ExitCode.success
        }
    }

    /// Names that no record has, whatever else was asked for: most likely they are mistyped.
    private func tellUnknownNames(
        besides shown: Set<String>,
        in file: AuditFile,
        _ terminal: Terminal
    ) throws(Failure) {
        let typed = filter.name.filter { name in !shown.contains(name) && !name.contains { "*?".contains($0) } }
        guard !typed.isEmpty else { return }
        var known: Set<String> = []
        _ = try reading { () throws(AuditError) in
            try file.forEachRecord { record, _ in
                if let variable = record.variable { known.insert(variable) }
            }
        }
        for name in typed where !known.contains(name) {
            let suggestion = nearestName(to: name, among: known.sorted())
            let hint = suggestion.map { "; " + didYouMean(printable($0)) } ?? ""
            terminal.note("no record is about '\(printable(name, limit: 40))'\(hint)")
        }
    }
}
