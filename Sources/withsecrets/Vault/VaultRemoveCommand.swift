internal import ArgumentParser
internal import Auditing
internal import Diagnostics
internal import VaultFormat

/// `withsecrets vault rm NAME`: removes a secret and its history.
struct VaultRemoveCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "rm",
        abstract: "Remove a secret and its history.",
        discussion: """
            What was committed before stays in the repository's history: change the value at its source as well.

            EXAMPLES:
              withsecrets vault rm openai/api_key
            """,
        aliases: ["remove"]
    )

    @Argument(help: ArgumentHelp("The secret's name.", valueName: "secret"))
    var name: String

    @OptionGroup var vault: VaultOptions

    func perform() -> Int32 {
        vault.performing(.vaultRemove, of: name) { session, terminal throws(Failure) in
            let path = try session.pathForWriting(name)
            do throws(VaultError) {
                try session.updating(path) { (vault) throws(VaultError) in
                    try vault.remove(name)
                }
            } catch {
                throw session.failure(after: error, absentStatus: ExitCode.finding)
            }
            try session.record(.done)
            terminal.note("removed \(printable(name)) from \(printable(path))")
            return ExitCode.success
        }
    }
}
