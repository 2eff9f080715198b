internal import ArgumentParser
internal import Diagnostics
internal import ManifestFormat
internal import ProcessLaunch

/// `withsecrets doctor`: is everything around the secrets as it should be.
struct DoctorCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Permissions, keys, limits, vaults: what needs mending, and how.",
        discussion: """
            Looks at the manifest's file, vault files, identities, the repository, memory limits, the clock and the audit log, and \
            whether the services of a manifest that was named or trusted answer. Asks nothing, runs no program of the manifest, sends \
            no credential, and shows no value. Ends with 0 when all is well, 1 when something needs mending.

            EXAMPLES:
              withsecrets doctor
              withsecrets doctor --json | jq '.checks'
            """
    )

    @Flag(help: "Print JSON; docs/json.md has the shape.")
    var json = false

    @Flag(help: "Ask no service whether it answers.")
    var offline = false

    @OptionGroup var manifest: ManifestOptions

    func perform() -> Int32 {
        performing(manifest) { options, terminal throws(Failure) in
            let refusals = ProcessHardening.apply()
            var report = DoctorReport()
            report.checkVersions()
            report.checkHardening(refusals)
            let session = Session(options: options, terminal: terminal)
            let loaded = load(session, into: &report)
            if let loaded { report.checkProviders(of: loaded, isAllowed: !offline && loaded.isTrusted) }
            report.checkClock(manifest: loaded?.path)
            let repository = Repository(above: loaded?.folder ?? Surroundings.workingDirectory ?? "/")
            report.checkVaults(of: loaded)
            report.checkIdentities(repository)
            if let repository { report.checkIgnored(in: repository, folder: loaded?.folder ?? repository.root) }
            report.checkAudit(loaded?.manifest.audit)
            if json {
                terminal.print(JSONText.document(of: report))
            } else {
                report.print(to: terminal)
            }
            return report.isHealthy ? ExitCode.success : ExitCode.finding
        }
    }

    private func load(_ session: Session, into report: inout DoctorReport) -> LoadedManifest? {
        do throws(Failure) {
            let loaded = try session.loadManifest(asksForTrust: false)
            report.checkManifest(loaded)
            return loaded
        } catch {
            for diagnostic in error.diagnostics {
                report.add(
                    .problem,
                    diagnostic.location?.text ?? "manifest",
                    [diagnostic.subject, diagnostic.message].compactMap(\.self).joined(separator: ": "),
                    remedy: diagnostic.hints.first
                )
            }
            return nil
        }
    }
}

/// The git repository that a folder lies in.
struct Repository {
    /// Absolute, without symbolic links.
    var root: String

    init?(above folder: String) {
        guard var path = canonicalPath(folder) else { return nil }
        while FilePath((path == "/" ? "" : path) + "/.git").status == nil {
            guard path != "/", let slash = path.lastIndex(of: "/") else { return nil }
            path = slash == path.startIndex ? "/" : String(path[..<slash])
        }
        root = path
    }

    func contains(_ path: String) -> Bool {
        guard let real = canonicalPath(path) else { return false }
        return real.hasPrefix(root == "/" ? "/" : root + "/")
    }
}
