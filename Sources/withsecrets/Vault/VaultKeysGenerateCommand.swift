internal import ArgumentParser
internal import Diagnostics
internal import VaultFormat

/// `withsecrets vault keys generate`: an identity of the user's own, in a file.
struct VaultKeysGenerateCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Make an identity, and print its public key.",
        discussion: """
            The file is in age-keygen's format, readable by you alone, and one that is there is never overwritten. The public key \
            is what others add to a vault that you are to open; the file itself stays with you.

            EXAMPLES:
              withsecrets vault keys generate                where unlocking looks first
              withsecrets vault keys generate -o ci.txt      for a pipeline
            """
    )

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "The file to make; $XDG_CONFIG_HOME/withsecrets/identity.txt when absent.",
            valueName: "path"
        ),
        completion: .file()
    )
    var output: String?

    @OptionGroup var vault: VaultOptions

    func perform() -> Int32 {
        vault.performing { session, terminal throws(Failure) in
            guard let path = output ?? session.unlocker.defaultIdentityPath else {
                throw Failure(Diagnostic("no folder for an identity", hints: ["set HOME, or name a file: -o FILE"]))
            }
            let recipient: String
            do throws(VaultError) {
                recipient = try IdentityStore.generate(at: path)
            } catch {
                var failure = session.failure(after: error)
                if error.reason == .exists { failure.diagnostics[0].hints.append("'-o FILE' names another") }
                throw failure
            }
            terminal.note("made \(printable(path)); back it up: without it nobody opens what it alone opens")
            terminal.print(recipient)
            terminal.note("who can open a vault lets it in: withsecrets vault keys add \(recipient)")
            if path != session.unlocker.defaultIdentityPath {
                terminal.note("it is looked for where WITHSECRETS_IDENTITY_FILE names it")
            }
            return ExitCode.success
        }
    }
}
