internal import ArgumentParser
internal import Auditing
internal import Diagnostics
internal import ManifestFormat
internal import OutputMasking
internal import ProcessLaunch
internal import SecretProviders

/// `withsecrets scan`: do any of the manifest's secrets stand in these files.
struct ScanCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "scan",
        abstract: "Do any of the manifest's secrets stand in these files.",
        discussion: """
            Resolves the manifest and looks for each value, in every form that a run masks, in files, folders (this one when \
            none is named), what git has staged, or all that git keeps. Prints FILE:LINE:COLUMN and the variable's name, never \
            the value; columns count bytes. Symbolic links are not followed. In a repository, what git ignores is left out.

            Ends with 1 when something was found, 0 when not, 125 when that cannot be told.

            EXAMPLES:
              withsecrets scan
              withsecrets scan --staged       in .git/hooks/pre-commit
              withsecrets scan --history      what was ever committed
              withsecrets scan --sarif dist > scan.sarif
            """
    )

    @Argument(help: "Files and folders.", completion: .file())
    var path: [String] = []

    @Flag(help: "Scan what git has staged.")
    var staged = false

    @Flag(help: "Scan all that git keeps, commit messages included.")
    var history = false

    @Flag(help: "Print JSON; docs/json.md has the shape.")
    var json = false

    @Flag(help: "Print SARIF 2.1.0, for code-scanning services.")
    var sarif = false

    @OptionGroup var manifest: ManifestOptions

    func perform() -> Int32 {
        performing(manifest) { options, terminal throws(Failure) in
            try checkOptions()
            _ = ProcessHardening.apply()
            let session = Session(options: options, terminal: terminal)
            let loaded = try session.loadManifest()
            let resolution = try session.resolve(loaded, for: .scan)
            try session.checkOutcome(of: resolution)
            let secrets = resolution.maskedSecrets(inherited: loaded.manifest.mask.inherited)
            let report = try scan(for: secrets, terminal)
            if sarif {
                terminal.print(JSONText.document(of: SARIFLog(report)))
            } else if json {
                terminal.print(JSONText.document(of: report))
            } else {
                report.print(to: terminal)
            }
            return report.exitStatus
        }
    }

    private func checkOptions() throws(Failure) {
        let problem: String? =
            if json && sarif { "--json and --sarif are two ways to print one thing" } else if staged && history {
                "--staged and --history are two things to scan"
            } else if history && !path.isEmpty { "--history scans the whole repository, and takes no paths" } else {
                nil
            }
        if let problem { throw Failure(Diagnostic(problem), status: ExitCode.usage) }
    }

    private func scan(for secrets: [MaskedSecret], _ terminal: Terminal) throws(Failure) -> ScanReport {
        // What is too short to be told from other text is warned of by name, as in a run.
        for secret in secrets {
            if let warning = secret.warning { terminal.show(warning) }
        }
        let automaton: MaskAutomaton
        do throws(MaskingError) {
            automaton = try MaskAutomaton(secrets)
        } catch {
            throw Failure(error.diagnostic)
        }
        guard !automaton.isEmpty else {
            throw Failure(Diagnostic("the manifest has no secret to look for"))
        }
        let scanner = Scanner(automaton)
        guard staged || history else {
            var files = FileScan(scanner, names: automaton.names, terminal)
            for path in path.isEmpty ? ["."] : path { files.scan(named: FilePath(path)) }
            return files.report
        }
        var git = GitScan(scanner, names: automaton.names)
        do throws(ProgramFailure) {
            if staged { try git.scanStaged(path) } else { try git.scanHistory() }
        } catch {
            throw Failure(Diagnostic("git could not be asked: \(error.reason)"))
        }
        return git.report
    }
}
