internal import ArgumentParser
internal import Auditing
internal import Diagnostics

/// `withsecrets audit verify`: was the log changed, and where.
struct AuditVerifyCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Was a record changed, removed or moved, and which.",
        discussion: """
            Ends with 0 when the chain holds, 1 when it does not, 125 when the log cannot be read. Whoever writes a whole new log \
            with a chain of its own is found by --head alone: note the hash that is printed elsewhere.

            EXAMPLES:
              withsecrets audit verify
              withsecrets audit verify --head 5f2c...   as printed the last time
            """
    )

    @Option(help: ArgumentHelp("A record that has to be there, by the hash printed earlier.", valueName: "hash"))
    var head: String?

    @OptionGroup var audit: AuditOptions

    func perform() -> Int32 {
        audit.performing { file, terminal throws(Failure) in
            let expected = head.flatMap { AuditHash(parsing: $0) }
            guard head == nil || expected != nil else {
                throw Failure(Diagnostic("--head takes 64 hexadecimal digits"), status: ExitCode.usage)
            }
            let found = try reading { () throws(AuditError) in try file.verify(head: expected) }
            terminal.show(found.findings.map(\.diagnostic))
            let records = count(found.recordCount, "record")
            let files = count(found.fileCount, "file")
            terminal.print("\(records) in \(files), \(found.isIntact ? "intact" : "not intact")")
            if let first = found.firstSequence, first > 1 {
                terminal.print("begins with record \(first): older ones were removed to make room")
            }
            if let head = found.head { terminal.print("head \(head)") }
            return found.isIntact ? ExitCode.success : ExitCode.finding
        }
    }
}
