internal import ArgumentParser
internal import Auditing
internal import Diagnostics
internal import Glibc
internal import SecretMemory
internal import VaultFormat

/// `withsecrets vault keys`: who may open a vault.
struct VaultKeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Who may open the vault: list, add, remove; and a key of your own.",
        discussion: """
            EXAMPLES:
              withsecrets vault keys
              withsecrets vault keys generate
              withsecrets vault keys add age1...
              withsecrets vault keys remove age1...
            """,
        subcommands: [
            VaultKeysListCommand.self, VaultKeysAddCommand.self, VaultKeysRemoveCommand.self,
            VaultKeysGenerateCommand.self,
        ],
        defaultSubcommand: VaultKeysListCommand.self
    )
}

/// `withsecrets vault keys list`: recipients and passphrases, and the pin where the vault can be opened.
struct VaultKeysListCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Who may open the vault, and its pin.",
        discussion: """
            EXAMPLES:
              withsecrets vault keys list
            """,
        aliases: ["ls"]
    )

    @OptionGroup var vault: VaultOptions

    func perform() -> Int32 {
        vault.performing(.vaultKeys) { session, terminal throws(Failure) in
            let vault = try session.open(try session.firstPath())
            try session.record(.found)
            for recipient in vault.file.recipients { terminal.print("recipient   \(recipient)") }
            for (index, key) in vault.file.passphraseKeys.enumerated() {
                let label = key.label.map { "  \(printable($0))" } ?? ""
                terminal.print("passphrase  \(index + 1)\(label)")
            }
            terminal.print("pin         \(vault.fingerprint)")
            return ExitCode.success
        }
    }
}

/// `withsecrets vault keys add`: another recipient, or another passphrase.
struct VaultKeysAddCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Let somebody else open the vault.",
        discussion: """
            EXAMPLES:
              withsecrets vault keys add age1...
              withsecrets vault keys add 'ssh-ed25519 AAAA...'
              withsecrets vault keys add --recipients-file team.keys
              withsecrets vault keys add --passphrase --label 'night shift'
            """
    )

    @Argument(help: "Recipients: age1... or ssh-ed25519 ...")
    var recipient: [String] = []

    @Option(
        help: ArgumentHelp(
            "A file of recipients, one a line, such as GitHub's list of a user's keys.",
            valueName: "path"
        ),
        completion: .file()
    )
    var recipientsFile: String?

    @Flag(help: "A passphrase, asked for; in a script WITHSECRETS_NEW_PASSPHRASE.")
    var passphrase = false

    @Option(help: ArgumentHelp("Whose the passphrase is, for 'keys list'.", valueName: "text"))
    var label: String?

    @OptionGroup var vault: VaultOptions

    func perform() -> Int32 {
        vault.performing(.vaultKeys) { session, terminal throws(Failure) in
            // What stands beside --passphrase may be meant as one.
            try checkRecipients(recipient, mayBeSecret: passphrase)
            let recipients = try recipient + fileRecipients()
            guard passphrase || !recipients.isEmpty else {
                throw Failure(
                    Diagnostic("no key is named", hints: ["a recipient, --recipients-file or --passphrase"]),
                    status: ExitCode.usage
                )
            }
            let path = try session.firstPath()
            try session.openForChange(path)
            let secret = passphrase ? try session.newPassphrase(terminal, variable: "WITHSECRETS_NEW_PASSPHRASE") : nil
            let count = try session.update(path) { (vault) throws(VaultError) in
                let before = vault.file.recipients.count + vault.file.passphraseKeys.count
                if !recipients.isEmpty { try vault.addRecipients(recipients) }
                if let secret { try vault.addPassphrase(secret, label: label) }
                return vault.file.recipients.count + vault.file.passphraseKeys.count - before
            }
            try session.record(.done)
            terminal.note("\(count) more may open \(printable(path))")
            return ExitCode.success
        }
    }

    private func fileRecipients() throws(Failure) -> [String] {
        guard let recipientsFile else { return [] }
        let bytes: [UInt8]
        do throws(ReadFailure) {
            bytes = try readFile(recipientsFile, limit: 1 << 20)
        } catch {
            throw Failure(Diagnostic("cannot read '\(printable(recipientsFile))': \(error.reason)"))
        }
        do throws(Diagnostics) {
            return try RecipientsFile.parse(bytes.span, named: recipientsFile, skipsUnknown: true)
        } catch {
            throw Failure(error.inOrder)
        }
    }
}

/// `withsecrets vault keys remove`: takes a key away, renews the data key, and says what has to be changed elsewhere.
struct VaultKeysRemoveCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Take a key away, and renew the data key.",
        discussion: """
            Who had the key may have a copy of the file and of every value in it. So the data key is renewed, unless --no-rotate, and every \
            value should be changed where it comes from: their names are listed.

            EXAMPLES:
              withsecrets vault keys remove age1...
              withsecrets vault keys remove 2            a passphrase, by its number
            """,
        aliases: ["rm"]
    )

    @Argument(help: "A recipient, or the number of a passphrase as 'keys list' shows it.")
    var key: String

    @Flag(inversion: .prefixedNo, help: "Renew the data key.")
    var rotate = true

    @OptionGroup var vault: VaultOptions

    func perform() -> Int32 {
        vault.performing(.vaultKeys) { session, terminal throws(Failure) in
            if Int(key) == nil { try checkRecipients([key]) }
            let path = try session.firstPath()
            let remove = { (vault: inout UnlockedVault) throws(VaultError) in
                if let number = Int(key) {
                    try vault.removePassphrase(number: number)
                } else {
                    try vault.removeRecipient(key)
                }
            }
            if rotate {
                let pin = try withsecrets.rotate(path, session, terminal, change: remove)
                terminal.note("removed the key and renewed the data key of \(printable(path)); its pin is \(pin)")
            } else {
                try session.update(path, remove)
                terminal.note(
                    "removed the key; who had it can still use the data key: 'withsecrets vault rotate' renews it"
                )
            }
            try session.record(.done)
            let names = try session.failing { () throws(VaultError) in try VaultFile.read(path) }.names
            if !names.isEmpty {
                terminal.note("who had the key may know these; change each where it comes from:")
                for name in names { terminal.print(name) }
            }
            return ExitCode.success
        }
    }
}
