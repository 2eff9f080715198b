internal import ArgumentParser

/// The root of the command line: every subcommand, and the help that teaches by examples.
struct Withsecrets: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withsecrets",
        abstract: "Start a command with its secrets, and keep them out of what it prints.",
        usage: """
            withsecrets [options] -- COMMAND [ARG ...]
            withsecrets SUBCOMMAND [options]
            """,
        discussion: """
            A manifest, withsecrets.yaml, maps environment variables to where their values live. withsecrets reads them, \
            starts the command with them, and replaces every one of them by *** in what the command writes.

            EXAMPLES:
              withsecrets init                       write a manifest to start from
              withsecrets -- python3 app.py          run with withsecrets.yaml
              withsecrets -e TOKEN=env:X -- ./deploy one secret, no manifest
              withsecrets -p dev -- npm start        with the profile 'dev' laid over
              withsecrets check                      does it resolve, and from where
              withsecrets explain DB_PASSWORD        each step of one variable

            EXIT STATUS: the command's own. Ours are 125 (manifest, provider), 126 (not executable), 127 (not found) and 64 (bad \
            usage).
            """,
        version: Version.text,
        subcommands: [
            RunHelp.self, CheckCommand.self, ExplainCommand.self, GetCommand.self, RedactCommand.self, InitCommand.self,
            TrustCommand.self, ExportCommand.self, ScanCommand.self, DoctorCommand.self, AuditCommand.self,
            VaultCommand.self, SchemaCommand.self, CompletionsCommand.self, ManualCommand.self,
        ]
    )

    /// The help of the root, with the options of a run: those are declared by `RunHelp`, since the root would take them
    /// from subcommands.
    static func helpMessage() -> String {
        let own = helpMessage(columns: nil)
        let run = RunHelp.helpMessage(columns: nil)
        guard let place = own.firstRange(of: "OPTIONS:\n"), let end = own.firstRange(of: "\nSUBCOMMANDS:"),
            let options = run.firstRange(of: "OPTIONS:\n")
        else { return own }
        return String(own[..<place.lowerBound] + run[options.lowerBound...] + own[end.lowerBound...])
    }
}

extension CommandConfiguration {
    /// What may be written for each subcommand.
    var subcommandNames: [String] {
        subcommands.flatMap { $0.names }
    }

    func subcommand(named name: String) -> CommandConfiguration? {
        subcommands.first { $0.names.contains(name) }?.configuration
    }
}

extension ParsableCommand {
    fileprivate static var names: [String] { [_commandName] + configuration.aliases }
}

/// The version of this source.
enum Version {
    static let text = "0.1.0"
    /// When it was made, for the manual.
    static let date = "2026-11-21"
}
