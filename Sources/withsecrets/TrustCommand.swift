internal import ArgumentParser
internal import Diagnostics
internal import ManifestFormat

/// `withsecrets trust [FILE]`: agrees to what a manifest of somebody else's repository does.
struct TrustCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "trust",
        abstract: "Agree to what a cloned repository's manifest does.",
        discussion: """
            Shows what a run would ask about in the manifest and in all its profiles, such as programs that it runs and \
            addresses it sends credentials to, and keeps your agreement by path and content: a manifest that changes is \
            asked about again.

            EXAMPLES:
              withsecrets trust
              withsecrets trust ../service/withsecrets.yaml
            """
    )

    @Argument(help: "The manifest; found as for a run when absent.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String?

    @OptionGroup var manifest: ManifestOptions

    func perform() -> Int32 {
        performing(manifest) { options, terminal throws(Failure) in
            var options = options
            options.file = file ?? options.file
            let loaded = try Session(options: options, terminal: terminal).readManifest()
            for part in loaded.sensitiveParts {
                terminal.print("\(printable(part.location.text)): \(part.text)")
            }
            guard let folder = Surroundings.stateFolder else {
                throw Failure(Diagnostic("no folder to keep trust in", hints: ["set HOME or XDG_STATE_HOME"]))
            }
            do throws(TrustStore.Failure) {
                try TrustStore(folder: folder).trust(loaded)
            } catch {
                throw Failure(error.diagnostic)
            }
            terminal.note("trusted \(printable(loaded.path ?? "")) as it is now")
            return ExitCode.success
        }
    }
}

extension TrustStore.Failure {
    var diagnostic: Diagnostic {
        switch self {
        case .unwritable(let path, let reason): Diagnostic("cannot write '\(printable(path))': \(reason)")
        }
    }
}
