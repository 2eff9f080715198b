/// withsecrets(1): the options and subcommands from their declarations, the rest written here.
struct CommandManual {
    private let root: CommandSyntax
    private var page = ManualText(
        "withsecrets",
        section: 1,
        summary: "start a command with its secrets, and keep them out of what it prints"
    )

    init(root: CommandSyntax) {
        self.root = root
        page.heading("SYNOPSIS")
        page.literal(["withsecrets [options] -- COMMAND [ARG ...]", "withsecrets SUBCOMMAND [options]"])
        page.heading("DESCRIPTION")
        page.prose(Self.description)
        page.heading("OPTIONS")
        page.paragraph("Of a run, and as far as they apply of every subcommand that reads the manifest.")
        addOptions(root.options)
        page.heading("SUBCOMMANDS")
        for command in root.subcommands { add(command, path: "withsecrets") }
        page.heading("EXIT STATUS")
        page.prose(Self.exitStatus)
        page.heading("ENVIRONMENT")
        for (name, meaning) in Self.environment { page.entry(ManualText.bold(name), meaning) }
        page.heading("FILES")
        for (name, meaning) in Self.files { page.entry(ManualText.italic(name), meaning) }
        page.heading("SEE ALSO")
        page.paragraph("withsecrets.yaml(5), age(1), tini(1)")
    }

    var text: String { page.text }

    private mutating func add(_ command: CommandSyntax, path: String) {
        guard !command.isHidden, command.name != "help" else { return }
        let path = "\(path) \(command.name)"
        page.subheading(([path] + command.arguments.map(Self.shown)).joined(separator: " "))
        let aliases = command.aliases.isEmpty ? "" : " Also: \(command.aliases.joined(separator: ", "))."
        page.paragraph(command.abstract + aliases)
        page.prose(command.discussion)
        addOptions(command.options.filter { own in !isCommon(own) })
        for subcommand in command.subcommands { add(subcommand, path: path) }
    }

    /// Whether it says the same as under OPTIONS.
    private func isCommon(_ option: CommandSyntax.Option) -> Bool {
        root.option(named: option.longName).map { $0.abstract == option.abstract } ?? false
    }

    private mutating func addOptions(_ options: [CommandSyntax.Option]) {
        for option in options where !option.isHidden {
            let names = option.names.sorted { $0.count < $1.count }.map(ManualText.bold).joined(separator: ", ")
            page.entry(names + (option.value.map { " " + ManualText.italic($0.name) } ?? ""), option.abstract)
        }
    }

    private static func shown(_ argument: CommandSyntax.Argument) -> String {
        let name = argument.name.uppercased() + (argument.isRepeating ? " ..." : "")
        return argument.isOptional ? "[\(name)]" : name
    }
}

extension CommandManual {
    private static let description = """
        A manifest, withsecrets.yaml, maps environment variables to where their values live: environment variables, files, \
        an encrypted vault file, programs, Vault, AWS, Azure, Google. withsecrets reads them, starts the command with them, \
        and replaces every one of them by *** in what the command writes to stdout and stderr.

        A chain of places is asked in its order, the next only where the one before has no such value. A place that fails \
        stops the run: a failure never turns into an older value.

        The manifest is the one that --file or WITHSECRETS_FILE names, else withsecrets.yaml, withsecrets.yml, \
        .withsecrets.yaml or .withsecrets.yml in the working directory or the nearest folder above it, up to the first that \
        holds .git.
        """

    private static let exitStatus = """
        A run ends as its command does: with its status, or by its signal (as process 1: 128 and its number).

        Our own failures are 125 (manifest, provider, anything of ours), 126 (the command cannot be executed), 127 (it was \
        not found) and 64 (bad usage). --fail-on-leak makes 3 of 0 where something was masked.

        check, scan, doctor, audit verify and vault verify end with 1 when they found something and 125 when they could \
        not tell; get, vault get and explain with 1 for what is absent or unknown.
        """

    private static let environment: [(name: String, meaning: String)] = [
        ("WITHSECRETS_FILE", "The manifest, as --file."),
        ("WITHSECRETS_PROFILE", "The profile, as --profile."),
        ("WITHSECRETS_VAULT", "The vault file, and no other."),
        ("WITHSECRETS_VAULT_PIN", "The fingerprint that the vault's data key has to have."),
        (
            "WITHSECRETS_IDENTITY, WITHSECRETS_IDENTITY_FILE",
            "An age identity or ssh-ed25519 key that opens the vault, as text or as a file."
        ),
        ("SOPS_AGE_KEY, SOPS_AGE_KEY_FILE", "The same, as sops has it."),
        ("WITHSECRETS_PASSPHRASE, WITHSECRETS_PASSPHRASE_FILE", "A passphrase that opens the vault."),
        ("CI", "Set to other than empty, 0 or false, nobody is asked anything, unless --interactive."),
        ("NO_COLOR", "Set and not empty, no message is coloured."),
        ("CLICOLOR_FORCE", "Set to other than empty or 0, messages are coloured where stderr is no terminal, too."),
        ("XDG_CONFIG_HOME, XDG_STATE_HOME, XDG_RUNTIME_DIR", "As the XDG Base Directory Specification has them."),
    ]

    private static let files: [(name: String, meaning: String)] = [
        ("withsecrets.yaml", "The manifest; see withsecrets.yaml(5)."),
        ("secrets.vault.yaml", "The vault file beside the manifest."),
        ("~/.config/withsecrets/identity.txt", "The age identity that 'vault init' makes. Back it up."),
        ("~/.config/withsecrets/vault.yaml", "The user's own vault file."),
        ("/etc/withsecrets/vault.yaml", "The system's vault file."),
        ("~/.local/state/withsecrets/", "The audit log, trusted manifests, and what vaults were last seen as."),
    ]
}
