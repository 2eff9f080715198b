internal import ArgumentParser
internal import Auditing
internal import Diagnostics
internal import ManifestFormat
internal import ProcessLaunch

/// `withsecrets audit`: who asked for which secret.
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Who asked for which secret: show, verify, stats.",
        discussion: """
            The log holds names and places, never a value and no arguments; docs/audit.md has its format.

            EXAMPLES:
              withsecrets audit show --since 1d --outcome failed
              withsecrets audit verify
              withsecrets audit stats --prometheus /var/lib/node_exporter/withsecrets.prom
            """,
        subcommands: [AuditShowCommand.self, AuditVerifyCommand.self, AuditStatsCommand.self]
    )
}

/// The options of every `audit` command: which log.
struct AuditOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The log, and no other.", valueName: "path"), completion: .file())
    var log: String?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("The manifest whose 'audit' says where the log is.", valueName: "path"),
        completion: .file(extensions: ["yaml", "yml"])
    )
    var file: String?

    @Option(name: [.short, .long], help: ArgumentHelp("Overlay profiles.NAME.", valueName: "profile"))
    var profile: String?

    @Flag(name: [.short, .long], help: "No warnings.")
    var quiet = false

    /// The frame of every `audit` command.
    func performing(_ body: (AuditFile, Terminal) throws(Failure) -> Int32) -> Int32 {
        let terminal = Terminal(verbosity: quiet ? .quiet : .usual)
        return withsecrets.performing(on: terminal) { () throws(Failure) in try body(auditFile(terminal), terminal) }
    }

    private func auditFile(_ terminal: Terminal) throws(Failure) -> AuditFile {
        if let log {
            guard let folder = Surroundings.workingDirectory else { return AuditFile(path: log) }
            return AuditFile(path: absolutePath(log, in: folder))
        }
        switch AuditLog(try .effective(settings(terminal)), environment: Surroundings.variable).sink {
        case .file(let file): return file
        case .system:
            throw Failure(
                Diagnostic(
                    "the manifest sends the log to the system's, which is not ours to read",
                    hints: ["journalctl -t withsecrets"]
                )
            )
        case .off:
            throw Failure(Diagnostic("the manifest says 'audit: { to: off }'", hints: ["--log PATH names a log"]))
        case .nowhere(let error): throw Failure(error.diagnostic)
        }
    }

    /// Those of the manifest; none need be there.
    private func settings(_ terminal: Terminal) throws(Failure) -> Manifest.AuditSettings {
        do throws(ManifestProblems) {
            return try Surroundings.manifestLoader(file: file, profile: profile).load()
                .withTrustedAudit(terminal).manifest.audit
        } catch {
            guard error.isMissing, profile == nil, file == nil else {
                throw Failure(error.diagnostics + [Diagnostic(.note, "--log PATH works without the manifest")])
            }
            return Manifest.AuditSettings()
        }
    }
}

/// The options that choose records.
struct AuditFilterOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Variables or entries of this name; * and ? stand for anything. Repeatable.",
            valueName: "glob"
        )
    )
    var name: [String] = []

    @Option(help: ArgumentHelp("found, absent, failed or done; repeatable.", valueName: "outcome"))
    var outcome: [AuditRecord.Outcome] = []

    @Option(help: ArgumentHelp("From then on: 2026-11-21, 2026-11-21T04:00Z, or 90m, 36h, 30d ago.", valueName: "time"))
    var since: String?

    @Option(help: ArgumentHelp("Up to then, and not then itself.", valueName: "time"))
    var until: String?

    func filter() throws(Failure) -> AuditFilter {
        var filter = AuditFilter()
        filter.names = name.map { Glob($0) }
        filter.outcomes = Set(outcome)
        filter.since = try time(since, of: "--since")
        filter.until = try time(until, of: "--until")
        return filter
    }

    private func time(_ text: String?, of option: String) throws(Failure) -> AuditTime? {
        guard let text else { return nil }
        guard let time = AuditTime(parsing: text, before: .now) else {
            throw Failure(
                Diagnostic("\(option) takes a time", hints: ["such as 2026-11-21, 2026-11-21T04:00Z, 90m, 36h or 30d"]),
                status: ExitCode.usage
            )
        }
        return time
    }
}

extension AuditRecord.Outcome: ExpressibleByArgument {}

/// Runs `body`, whose errors end the command.
func reading<Result>(_ body: () throws(AuditError) -> Result) throws(Failure) -> Result {
    do throws(AuditError) {
        return try body()
    } catch {
        throw Failure(error.diagnostic)
    }
}
