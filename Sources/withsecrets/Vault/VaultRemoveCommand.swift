internal import ArgumentParser
internal import Diagnostics
internal import VaultFormat

/// `withsecrets vault rm NAME`: removes a secret and its history.
struct VaultRemoveCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "rm",
        abstract: "Remove a secret and its history.",
        discussion: """
            What was committed before stays in the repository's history: change the value at its source as well.
            """,
        aliases: ["remove"]
    )

    @Argument(help: "The secret's name.")
    var name: String

    @OptionGroup var vault: VaultOptions

    func perform() -> Int32 {
        vault.performing { session, terminal throws(Failure) in
            let path = try session.pathForWriting(name)
            do throws(VaultError) {
                try VaultStore.update(path, with: session.unlocker) { (vault) throws(VaultError) in
                    try vault.remove(name)
                }
            } catch {
                let isAbsent = if case .noSuchSecret = error.reason { true } else { false }
                throw Failure(error.diagnostics.inOrder, status: isAbsent ? ExitCode.finding : ExitCode.ownFailure)
            }
            terminal.note("removed \(printable(name)) from \(printable(path))")
            return ExitCode.success
        }
    }
}
