internal import ArgumentParser
internal import Diagnostics
internal import SecretMemory
internal import VaultFormat

/// `withsecrets vault init`: a new vault file, and a key that opens it.
struct VaultInitCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a vault file.",
        discussion: """
            Without --recipient and --passphrase the vault is opened by an identity of your own, in age-keygen's format, at \
            $XDG_CONFIG_HOME/withsecrets/identity.txt; one that is there is used, else one is made.

            EXAMPLES:
              withsecrets vault init
              withsecrets vault init --recipient age1... --recipient 'ssh-ed25519 AAAA...'
              withsecrets vault init --passphrase
            """
    )

    @Option(help: ArgumentHelp("Who may open it: age1... or ssh-ed25519 ...; repeatable.", valueName: "key"))
    var recipient: [String] = []

    @Flag(help: "A passphrase opens it: WITHSECRETS_PASSPHRASE, or asked for.")
    var passphrase = false

    @OptionGroup var vault: VaultOptions

    func perform() -> Int32 {
        vault.performing { session, terminal throws(Failure) in
            try checkRecipients(recipient, mayBeSecret: passphrase)
            guard let path = session.location.pathForNew else {
                throw Failure(Diagnostic("no folder for a vault", hints: ["--vault PATH names one"]))
            }
            // Before anything is asked or made.
            if session.location.candidates.contains(path), (try? VaultFile.read(path)) != nil {
                throw Failure(VaultError(.exists, path: path).diagnostics.inOrder)
            }
            let passphrases = try newPassphrases(session, terminal)
            var recipients = recipient
            if recipients.isEmpty, passphrases.isEmpty {
                recipients = [try ownRecipient(session, terminal)]
            }
            let made = try session.failing { () throws(VaultError) in
                try VaultStore.create(at: path, recipients: recipients, passphrases: passphrases)
            }
            session.watch.accept(made)
            terminal.note("made \(printable(path))")
            terminal.note("its pin is \(made.fingerprint)")
            terminal.note("next: withsecrets vault set NAME")
            noteMerging(of: path, terminal)
            return ExitCode.success
        }
    }

    /// Two branches that both changed a vault are joined by us, if git is told so.
    private func noteMerging(of path: String, _ terminal: Terminal) {
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let name = path.split(separator: "/").last.map { printable(String($0)) } ?? path
        guard Repository(above: folder) != nil else { return }
        terminal.note("so that git merges it entry by entry:")
        terminal.note("  echo '\(name) merge=withsecrets' >> .gitattributes")
        terminal.note("  git config merge.withsecrets.driver 'withsecrets vault merge %O %A %B'")
    }

    private func newPassphrases(_ session: VaultSession, _ terminal: Terminal) throws(Failure) -> [Secret] {
        guard passphrase || Surroundings.secret("WITHSECRETS_PASSPHRASE")?.isEmpty == false else { return [] }
        return [try session.newPassphrase(terminal)]
    }

    private func ownRecipient(_ session: VaultSession, _ terminal: Terminal) throws(Failure) -> String {
        guard let path = session.unlocker.defaultIdentityPath else {
            throw Failure(
                Diagnostic("no folder for an identity", hints: ["set HOME, or give --recipient or --passphrase"])
            )
        }
        let identity = try session.failing { () throws(VaultError) in
            try IdentityStore.recipient(ofIdentityAt: path, environment: .process)
        }
        terminal.note(
            identity.isNew ? "made your identity, \(printable(path))" : "uses your identity, \(printable(path))"
        )
        if identity.isNew { terminal.note("back it up: without it nobody opens what it alone opens") }
        return identity.recipient
    }
}
