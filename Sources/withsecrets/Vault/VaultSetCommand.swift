internal import ArgumentParser
internal import Auditing
internal import Diagnostics
internal import Glibc
internal import SecretMemory
internal import VaultFormat

/// `withsecrets vault set NAME`: gives a secret a value, asked for or read from stdin, and never an argument.
struct VaultSetCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Give a secret a value, from a prompt or stdin.",
        discussion: """
            Asks without echo where stdin is a terminal, else reads stdin and trims one newline at its end. A value is never an \
            argument: others see those.

            EXAMPLES:
              withsecrets vault set openai/api_key
              pass show db/password | withsecrets vault set db/password
              withsecrets vault set tls/key --raw < key.pem
              withsecrets vault set openai/api_key --expires 2027-01-01
              withsecrets vault set session/key --generate --length 48
            """
    )

    @Argument(help: ArgumentHelp("The secret's name, such as openai/api_key.", valueName: "secret"))
    var name: String

    /// Takes what should not be there, so that it is not repeated on the screen.
    @Argument(help: .hidden)
    var surplus: [String] = []

    @Flag(help: "Keep a newline at the end of stdin.")
    var raw = false

    @Flag(help: "An empty value is meant.")
    var allowEmpty = false

    @Option(help: ArgumentHelp("When the value ends: 2027-01-01, or with a time in UTC.", valueName: "date"))
    var expires: String?

    @Option(help: ArgumentHelp("What it is for, one line; not secret.", valueName: "text"))
    var describe: String?

    @Flag(help: "Make a random value.")
    var generate = false

    @Option(help: ArgumentHelp("With --generate, how many characters.", valueName: "count"))
    var length: Int?

    @Option(help: ArgumentHelp("With --generate, of which characters.", valueName: "characters"))
    var alphabet: String?

    @Option(help: ArgumentHelp("Make an earlier version the present one.", valueName: "version"))
    var restore: UInt64?

    @OptionGroup var vault: VaultOptions

    /// As much as a value may have; what is larger belongs into a file of its own.
    private static let byteLimit = 16 << 20

    func perform() -> Int32 {
        vault.performing(.vaultSet, of: name) { session, terminal throws(Failure) in
            let expiry = try checkedExpiry()
            try warnIfPast(expiry, session, terminal)
            guard SecretName.isValid(name) else {
                // Not repeated: a name that is none may be a value that was pasted.
                throw Failure(VaultError(.invalidName, path: "the name").diagnostics.inOrder, status: ExitCode.usage)
            }
            let path = try session.pathForWriting(name)
            // Before the value is asked for: what cannot be opened takes no value.
            try session.openForChange(path)
            if let restore {
                let number = try session.update(path) { (vault) throws(VaultError) in
                    try vault.restore(name, version: restore)
                    return try vault.entry(named: name).current.number
                }
                try session.record(.done)
                terminal.note("version \(restore) of \(name) is version \(number) now, in \(printable(path))")
                return ExitCode.success
            }
            let value = try generate ? generatedValue() : readValue(session)
            let number = try session.update(path) { (vault) throws(VaultError) in
                try vault.set(
                    name,
                    to: value,
                    expires: expiry.map { .set($0) } ?? .clear,
                    description: describe.map { $0.isEmpty ? .clear : .set($0) } ?? .keep
                )
                return try vault.entry(named: name).current.number
            }
            try session.record(.done)
            terminal.note("set \(name), version \(number), in \(printable(path))")
            return ExitCode.success
        }
    }

    private func checkedExpiry() throws(Failure) -> VaultTime? {
        guard surplus.isEmpty else {
            throw Failure(
                Diagnostic(
                    "a value is never an argument: others on this machine can see it",
                    hints: ["leave it out to be asked, or pipe it in; this one is in your shell's history now"]
                ),
                status: ExitCode.usage
            )
        }
        guard generate || length == nil && alphabet == nil else {
            throw Failure(Diagnostic("--length and --alphabet go with --generate"), status: ExitCode.usage)
        }
        guard let expires else { return nil }
        guard let time = VaultTime(parsingDate: expires) else {
            throw Failure(
                Diagnostic("--expires takes a date", hints: ["such as 2027-01-01 or 2027-01-01T12:00:00Z"]),
                status: ExitCode.usage
            )
        }
        return time
    }

    /// A value that has expired already may be meant, as a reminder to renew it; a mistyped year is likelier.
    private func warnIfPast(_ expiry: VaultTime?, _ session: VaultSession, _ terminal: Terminal) throws(Failure) {
        guard let expiry, expiry <= .now else { return }
        let text = "\(expiry.text) is past, so the value has expired already"
        guard !session.options.isStrict else { throw Failure(Diagnostic(.error, subject: "--expires", text)) }
        terminal.show(Diagnostic(.warning, subject: "--expires", text))
    }

    private func generatedValue() throws(Failure) -> Secret {
        do throws(GeneratedValue.Problem) {
            return try GeneratedValue.make(
                length: length ?? GeneratedValue.usualLength,
                alphabet: alphabet ?? GeneratedValue.usualAlphabet
            )
        } catch {
            throw Failure(Diagnostic(error.message), status: ExitCode.usage)
        }
    }

    private func readValue(_ session: VaultSession) throws(Failure) -> Secret {
        var value: SecretBytes
        if isatty(STDIN_FILENO) != 0 {
            guard session.unlocker.prompt != nil else {
                throw Failure(Diagnostic("nobody can be asked here", hints: ["pipe the value in"]))
            }
            guard let answer = try Prompt.value("Value of \(name): ") else {
                throw Failure(Diagnostic("no value was given", hints: ["nothing was changed"]))
            }
            value = answer
        } else {
            value = try readStandardInput()
            if !raw { value.trimOneNewline() }
        }
        guard !value.isEmpty || allowEmpty else {
            throw Failure(Diagnostic("the value is empty", hints: ["--allow-empty says that this is meant"]))
        }
        return Secret(value)
    }

    private func readStandardInput() throws(Failure) -> SecretBytes {
        do throws(ReadFailure) {
            return try readSecrets(STDIN_FILENO, limit: Self.byteLimit)
        } catch .tooLarge {
            throw Failure(Diagnostic("the value is larger than \(Self.byteLimit >> 20) MiB"))
        } catch {
            throw Failure(Diagnostic("cannot read stdin: \(error.reason)"))
        }
    }
}

extension GeneratedValue.Problem {
    fileprivate var message: String {
        switch self {
        case .alphabet: "--alphabet takes at least two different visible ASCII characters"
        case .length:
            "--length takes a number from \(GeneratedValue.lengths.lowerBound) to \(GeneratedValue.lengths.upperBound)"
        }
    }
}
