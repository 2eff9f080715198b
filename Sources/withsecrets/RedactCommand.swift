internal import ArgumentParser
internal import Auditing
internal import Diagnostics
internal import Glibc
internal import ManifestFormat
internal import OutputMasking
internal import ProcessLaunch

/// `withsecrets redact`: the masker as a filter, stdin to stdout.
struct RedactCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "redact",
        abstract: "A filter: stdin to stdout, masking what the manifest names.",
        discussion: """
            Masks as a run does, in a stream that comes from elsewhere. What cannot be the start of a secret is written at once, \
            so a growing pipe is followed as it grows.

            EXAMPLES:
              withsecrets redact < old.log > clean.log
              tail -f app.log | withsecrets redact
            """
    )

    @Option(help: ArgumentHelp("What replaces a secret; {name} is the variable; empty scrubs.", valueName: "text"))
    var maskText: String?

    @Option(help: ArgumentHelp("Write what was masked as JSON to a file, or - for stderr.", valueName: "path"))
    var report: String?

    @OptionGroup var manifest: ManifestOptions

    /// How long the input has to pause until a held start that gives nothing away is written.
    private static let idleMilliseconds: Int32 = 30

    func perform() -> Int32 {
        performing(manifest) { options, terminal throws(Failure) in
            var options = options
            do throws(UsageError) {
                try apply("--mask-text", maskText, to: &options)
                try apply("--report", report, to: &options)
            } catch {
                throw Failure(error)
            }
            _ = ProcessHardening.apply()
            let session = Session(options: options, terminal: terminal)
            let manifest = try session.loadManifest()
            let resolution = try session.resolve(manifest, for: .redact)
            try session.checkOutcome(of: resolution)
            let settings = manifest.manifest.mask
            let masking = try Masking(
                resolution.maskedSecrets(inherited: settings.inherited),
                text: options.maskText ?? settings.text,
                report: options.report,
                terminal
            )
            try session.checkStrictness()
            try filter(through: masking)
            masking.writeReport(to: terminal)
            return ExitCode.success
        }
    }

    private func filter(through masking: Masking) throws(Failure) {
        let filter = masking.makeFilter?(.output)
        var writeError: Int32?
        let emit = { (bytes: Span<UInt8>) in
            guard writeError == nil else { return }
            let isWritten = unsafe bytes.withUnsafeBytes { unsafe write($0, to: STDOUT_FILENO) }
            if !isWritten { writeError = errno }
        }
        var buffer = ReadBuffer()
        while writeError == nil {
            if let filter, filter.holdsReleasable,
                !hasInput(STDIN_FILENO, within: filter.holdsFinishedLine ? 0 : Self.idleMilliseconds)
            {
                filter.releaseIdle(emit: emit)
                continue
            }
            let count = buffer.read(from: STDIN_FILENO) { input in
                if let filter { filter.consume(input, emit: emit) } else { emit(input) }
            }
            if count == 0 { break }
            guard count > 0 else {
                switch errno {
                case EINTR: continue
                case EAGAIN: _ = hasInput(STDIN_FILENO, within: -1)
                default: throw Failure(Diagnostic("cannot read stdin: \(systemMessage(errno))"))
                }
                continue
            }
        }
        filter?.finish(emit: emit)
        if let writeError {
            throw Failure(Diagnostic("cannot write to stdout: \(systemMessage(writeError))"))
        }
    }
}
