internal import ArgumentParser
internal import Auditing
internal import Diagnostics
internal import ManifestFormat
internal import ProcessLaunch
internal import SecretMemory
internal import SecretProviders

/// `withsecrets check`: is the manifest valid, does everything resolve, and from where.
struct CheckCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Is the manifest valid, does everything resolve, and from where.",
        discussion: """
            Resolves every variable as a run would, starts nothing, and shows no value. Ends with 0 when all is well, 1 when \
            the manifest is invalid or a required value is absent, 125 when a step failed or there is no manifest.

            EXAMPLES:
              withsecrets check
              withsecrets check --offline   the manifest alone: nothing is read
              withsecrets check --json | jq '.variables[].status'
            """
    )

    @Flag(help: "Check the manifest alone: read no secret, run no program, ask no service.")
    var offline = false

    @Flag(help: "Print JSON; docs/json.md has the shape.")
    var json = false

    @OptionGroup var manifest: ManifestOptions

    func perform() -> Int32 {
        performing(manifest) { options, terminal throws(Failure) in
            _ = ProcessHardening.apply()
            let session = Session(options: options, terminal: terminal)
            var report = CheckReport()
            do throws(Failure) {
                report = try check(session, terminal)
            } catch {
                guard json else { throw Failure(error.diagnostics, status: error.manifestStatus) }
                report.add(error.diagnostics)
                report.isValid = false
                terminal.print(JSONText.document(of: report))
                return error.manifestStatus
            }
            if json {
                terminal.print(JSONText.document(of: report))
            } else {
                report.print(to: terminal, isDetailed: options.verbosity == .verbose)
            }
            return options.isStrict && (report.hasWarnings || terminal.warningCount > 0)
                ? max(report.exitStatus, ExitCode.finding) : report.exitStatus
        }
    }

    private func check(_ session: Session, _ terminal: Terminal) throws(Failure) -> CheckReport {
        let loaded = try session.loadManifest(asksForTrust: !offline)
        var report = CheckReport(loaded)
        if let alert = loaded.ignoredAlert { report.add([Self.ignored(alert, loaded)]) }
        guard !offline else { return report }
        let resolution = try session.resolve(loaded, for: .check)
        report.add(resolution)
        report.add(resolution.warnings + resolution.errors + lint(resolution, loaded.manifest))
        return report
    }

    private static func ignored(_ alert: Diagnostic.Location, _ loaded: LoadedManifest) -> Diagnostic {
        Diagnostic(
            .warning,
            at: alert,
            "'on_failures' is not run from a manifest that was found",
            hints: ["put it into ~/.config/withsecrets/config.yaml, or name the manifest with -f"]
        )
    }

    /// What will not end a run, and most likely is not meant.
    private func lint(_ resolution: Resolution, _ manifest: Manifest) -> [Diagnostic] {
        var findings = resolution.maskedSecrets(inherited: manifest.mask.inherited).compactMap(\.warning)
        for variable in resolution.variables {
            guard let value = variable.value, variable.isSecret, variable.delivery == .environment else { continue }
            let endsInNewline = value.withBytes { $0.count > 1 && $0[$0.count - 1] == UInt8(ascii: "\n") }
            if endsInNewline {
                findings.append(
                    Diagnostic(
                        .warning,
                        at: variable.location,
                        subject: variable.name,
                        "the value ends in a newline",
                        hints: ["most programs take it as a part of the value"]
                    )
                )
            }
        }
        var block = EnvironmentBlock()
        for variable in resolution.variables where variable.isExported && variable.delivery == .environment {
            if let value = variable.value { block.set(variable.name, to: value) }
        }
        do throws(LaunchError) {
            try block.checkSize(with: [])
        } catch {
            findings.append(error.diagnostic)
        }
        return findings
    }
}

extension Failure {
    /// For `check`: an invalid manifest is a finding, and none at all is a failure.
    fileprivate var manifestStatus: Int32 {
        status == ExitCode.ownFailure && diagnostics.contains { $0.location != nil } ? ExitCode.finding : status
    }
}
