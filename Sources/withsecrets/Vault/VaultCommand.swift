internal import ArgumentParser
internal import Auditing

/// `withsecrets vault`: the encrypted file of secrets.
struct VaultCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vault",
        abstract: "The encrypted file of secrets: make it, fill it, look into it.",
        discussion: """
            The file is --vault, else what the manifest or WITHSECRETS_VAULT names, else secrets.vault.yaml beside the \
            manifest, the user's ($XDG_CONFIG_HOME/withsecrets/vault.yaml) and the system's.

            EXAMPLES:
              withsecrets vault init                   a vault that your own key opens
              withsecrets vault set openai/api_key     asks, or reads stdin
              withsecrets vault list
              withsecrets vault get openai/api_key --reveal
            """,
        subcommands: [
            VaultInitCommand.self, VaultSetCommand.self, VaultGetCommand.self, VaultListCommand.self,
            VaultRemoveCommand.self, VaultVerifyCommand.self, VaultHistoryCommand.self, VaultRotateCommand.self,
            VaultKeysCommand.self, VaultImportCommand.self, VaultExportCommand.self, VaultEditCommand.self,
            VaultDiffCommand.self, VaultMergeCommand.self,
        ]
    )
}

/// The options of every `vault` command.
struct VaultOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The vault file, and no other.", valueName: "path"),
        completion: .file(extensions: ["yaml", "yml"])
    )
    var vault: String?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("The manifest that the vault belongs to.", valueName: "path"),
        completion: .file(extensions: ["yaml", "yml"])
    )
    var file: String?

    @Option(name: [.short, .long], help: ArgumentHelp("Overlay profiles.NAME.", valueName: "profile"))
    var profile: String?

    @OptionGroup var messages: MessageOptions

    private func options() throws(UsageError) -> Options {
        var options = Options()
        try apply("--file", file, to: &options)
        try apply("--profile", profile, to: &options)
        try messages.apply(to: &options)
        return options
    }

    /// The frame of every `vault` command.
    ///
    /// - Parameters:
    ///   - operation: what the audit log calls the command; `nil` for one that opens nothing.
    ///   - name: the secret that it is about.
    func performing(
        _ operation: AuditRecord.Operation? = nil,
        of name: String? = nil,
        _ body: (VaultSession, Terminal) throws(Failure) -> Int32
    ) -> Int32 {
        withsecrets.performing(options) { options, terminal throws(Failure) in
            var session = try VaultSession(vault: vault, options: options, terminal: terminal)
            session.operation = operation
            session.name = name
            return try body(session, terminal)
        }
    }
}
