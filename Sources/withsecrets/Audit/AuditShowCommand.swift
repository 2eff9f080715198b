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
            let filter = try filter.filter()
            let strangeCount = try reading { () throws(AuditError) in
                try file.forEachRecord(matching: filter) { record, line in
                    // Texts are made printable before they enter the log; a log that was tampered with need not have them so.
                    terminal.print(json ? line : printable(record.summary, limit: 2000))
                }
            }
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
}
