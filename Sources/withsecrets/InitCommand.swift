internal import ArgumentParser
internal import Diagnostics
internal import Glibc
internal import ManifestFormat

/// `withsecrets init`: writes a commented manifest to start from.
struct InitCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a commented manifest to start from.",
        discussion: """
            Writes withsecrets.yaml in this folder, or what --file names. A file that is there is never overwritten.
            """
    )

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Where to write.", valueName: "path"),
        completion: .file(extensions: ["yaml", "yml"])
    )
    var file = "withsecrets.yaml"

    func perform() -> Int32 {
        let terminal = Terminal()
        let descriptor = unsafe open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else {
            terminal.show(
                errno == EEXIST
                    ? Diagnostic("'\(printable(file))' is there already, and is left as it is")
                    : Diagnostic("cannot write '\(printable(file))': \(systemMessage(errno))")
            )
            return ExitCode.ownFailure
        }
        let isWritten = write(Array(Self.manifest.utf8), to: descriptor)
        guard close(descriptor) == 0, isWritten else {
            terminal.show(Diagnostic("cannot write '\(printable(file))': \(systemMessage(errno))"))
            unsafe unlink(file)
            return ExitCode.ownFailure
        }
        trustOwnWork(terminal)
        terminal.note("wrote \(printable(file))")
        terminal.note("next: withsecrets vault init, withsecrets vault set demo/greeting, withsecrets -- env")
        return ExitCode.success
    }

    /// What we wrote ourselves needs no question.
    private func trustOwnWork(_ terminal: Terminal) {
        let loader = ManifestLoader(file: file, workingDirectory: Surroundings.workingDirectory ?? "/")
        guard let manifest = try? loader.load(), let folder = Surroundings.stateFolder else { return }
        do throws(TrustStore.Failure) {
            try TrustStore(folder: folder).trust(manifest)
        } catch {
            terminal.detail("trust is not kept: \(error)")
        }
    }

    /// Valid as it stands, and complete enough to run: a test runs it.
    static let manifest = """
        # withsecrets.yaml: where this project's secrets live. It holds no secret itself, so commit it.
        #
        #   withsecrets -- COMMAND     start COMMAND with these variables, masked in its output
        #   withsecrets check          does everything resolve, and from where
        #
        version: 1

        env:
          # A reference says where a value lives: PROVIDER[:PATH][#FIELD][?OPTION=VALUE].
          # A list is a chain: the next step is asked only when the one before has no such value.
          # This one is in the encrypted vault file, or in the environment as DEMO_GREETING.
          DEMO_GREETING:
            from: [vaultfile:demo/greeting, env]
            required: false

          # A literal is no secret, and is not masked.
          LOG_LEVEL: { value: info }

          # GITHUB_TOKEN: env:GH_TOKEN                        # another variable
          # API_KEY: [file:/run/secrets/api_key, dotenv:.env] # a mounted secret, or a .env file
          # DB_PASSWORD: exec:pass show db/password           # what a program prints; no shell
          # DATABASE_URL: { template: "postgres://app:${DB_PASSWORD}@localhost:5432/app" }
          # TLS_KEY: { from: vaultfile:tls/key, as: file }    # the variable holds a private file's path

        # mask:
        #   env: ["*_TOKEN", "*_PASSWORD"]                    # mask inherited variables of these names too

        # profiles:                                           # withsecrets -p dev -- COMMAND
        #   dev: { env: { LOG_LEVEL: { value: debug } } }

        """
}
