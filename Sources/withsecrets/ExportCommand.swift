internal import ArgumentParser
internal import Auditing
internal import Diagnostics
internal import Glibc
internal import ManifestFormat
internal import ProcessLaunch
internal import SecretExport
internal import SecretMemory
internal import SecretProviders

/// `withsecrets export`: the manifest's variables, written for another program.
struct ExportCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the variables for another program to read.",
        discussion: """
            Resolves as a run does and writes to stdout, so that whoever reads it back gets the same bytes; a value that the \
            format cannot hold is an error, and then nothing is written. docs/export.md tells what each format holds.

            EXAMPLES:
              (umask 077; withsecrets export --format systemd > /run/app.env)
              withsecrets export --format github >> "$GITHUB_ENV"
              withsecrets export --format k8s --name app | kubectl apply -f -
            """
    )

    @OptionGroup var export: ExportOptions
    @OptionGroup var manifest: ManifestOptions

    func perform() -> Int32 {
        performing(manifest) { options, terminal throws(Failure) in
            let format = try export.checkedFormat()
            _ = ProcessHardening.apply()
            let session = Session(options: options, terminal: terminal)
            let loaded = try session.loadManifest()
            let resolution = try session.resolve(loaded, for: .export)
            try session.checkOutcome(of: resolution)
            var entries: [SecretExporter.Entry] = []
            for variable in resolution.variables where variable.isExported {
                guard let value = variable.value else { continue }
                if case .file = variable.delivery {
                    let text = "a run gives this variable the path of a file; its content is exported"
                    terminal.show(Diagnostic(.warning, at: variable.location, subject: variable.name, text))
                }
                entries.append(SecretExporter.Entry(name: variable.name, value: value))
            }
            try session.checkStrictness()
            let secretNames = Set(resolution.variables.filter(\.isSecret).map(\.name))
            return try export.write(entries, as: format, masked: entries.filter { secretNames.contains($0.name) })
        }
    }
}

/// The options of `export` and `vault export`, and what they do.
struct ExportOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("dotenv, json, yaml, shell, docker, github, gitlab, systemd or k8s.", valueName: "format"),
        completion: .list(ExportFormat.allCases.map(\.rawValue))
    )
    var format: String

    @Option(help: ArgumentHelp("With --format k8s, the Secret's name.", valueName: "name"))
    var name = "withsecrets"

    @Flag(help: "Write to a terminal, too.")
    var reveal = false

    /// The format, and a look at where the text would go. Before anything is resolved: nobody is asked for a passphrase in vain.
    func checkedFormat() throws(Failure) -> ExportFormat {
        let known = ExportFormat.allCases.map(\.rawValue)
        guard let format = ExportFormat(rawValue: format) else {
            let suggestion = nearestName(to: format, among: known).map(didYouMean)
            throw Failure(
                Diagnostic("--format takes \(known.joined(separator: ", "))", hints: [suggestion].compactMap(\.self)),
                status: ExitCode.usage
            )
        }
        guard !reveal, isatty(STDOUT_FILENO) != 0 else { return format }
        throw Failure(
            Diagnostic(
                "stdout is a terminal, and this would show secrets on it",
                hints: ["redirect it to a file or a program, or say --reveal"]
            )
        )
    }

    /// - Parameter masked: which of them a job's log has to mask.
    func write(
        _ entries: [SecretExporter.Entry],
        as format: ExportFormat,
        masked: [SecretExporter.Entry]
    ) throws(Failure) -> Int32 {
        let text: SecretBytes
        do throws(ExportErrors) {
            text = try SecretExporter(format, objectName: name).export(entries)
        } catch {
            throw Failure(error.diagnostics.inOrder)
        }
        // First, so that no line of the job's log comes between. Elsewhere they would only show what they are to hide.
        if format == .github, Surroundings.variable("GITHUB_ACTIONS") == "true" {
            let masks = SecretExporter.gitHubMasks(masked)
            _ = unsafe masks.withUnsafeBytes { unsafe withsecrets.write($0, to: STDERR_FILENO) }
        }
        let isWritten = unsafe text.withUnsafeBytes { unsafe withsecrets.write($0, to: STDOUT_FILENO) }
        guard isWritten else { throw Failure(Diagnostic("cannot write to stdout: \(systemMessage(errno))")) }
        return ExitCode.success
    }
}
