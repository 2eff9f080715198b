internal import ArgumentParser
internal import Auditing
internal import Diagnostics
internal import Glibc
internal import ManifestFormat
internal import ProcessLaunch
internal import SecretMemory
internal import SecretProviders

/// `withsecrets get REFERENCE`: one value, masked unless it is to be revealed.
struct GetCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "One value, masked unless --reveal.",
        discussion: """
            REFERENCE is PROVIDER[:PATH][#FIELD], as in the manifest, with the manifest's providers where there is one. Ends \
            with 1 when the value is absent, 125 when it could not be read.

            EXAMPLES:
              withsecrets get vaultfile:openai/api_key
              withsecrets get --reveal 'dotenv:.env#API_KEY'
            """
    )

    @Argument(help: "Where the value lives.")
    var reference: String

    @Flag(help: "Print the value itself, and a newline.")
    var reveal = false

    @Flag(help: "With --reveal, print no newline behind the value.")
    var raw = false

    @OptionGroup var manifest: ManifestOptions

    /// The name that the value goes by while it is resolved.
    private static let name = "VALUE"

    func perform() -> Int32 {
        performing(manifest) { options, terminal throws(Failure) in
            _ = ProcessHardening.apply()
            var options = options
            options.only = []
            options.overrides = [.init(name: Self.name, reference: reference)]
            let session = Session(options: options, terminal: terminal)
            let loaded: LoadedManifest
            do throws(Failure) {
                loaded = try session.loadManifest()
            } catch {
                // A reference that is none is a mistake of the command line.
                let isOwn = error.diagnostics.contains { $0.subject == "--env \(Self.name)" }
                throw Failure(asTyped(error.diagnostics), status: isOwn ? ExitCode.usage : error.status)
            }
            let resolution = try session.resolve(loaded, for: .get, only: [Self.name])
            let variable = resolution.variable(named: Self.name)
            guard let value = variable?.value else {
                let isAbsent = variable.map { resolution.status(of: $0) } == .absent
                throw Failure(
                    asTyped(resolution.warnings + resolution.errors),
                    status: isAbsent ? ExitCode.finding : ExitCode.ownFailure
                )
            }
            terminal.show(resolution.warnings)
            return show(value, terminal, reveals: reveal, raw: raw)
        }
    }

    /// Without the name that nobody typed, and the hints that are for manifests.
    private func asTyped(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
        diagnostics.map { diagnostic in
            let isMistake = diagnostic.subject == "--env \(Self.name)"
            guard isMistake || diagnostic.subject == Self.name else { return diagnostic }
            var typed = diagnostic
            typed.subject = nil
            typed.hints.removeAll { $0.contains("required: false") }
            if isMistake, !reference.contains(":") {
                typed.hints.append("a variable of the manifest: withsecrets explain NAME")
            }
            return typed
        }
    }
}

/// What stands for a value that is not revealed: nothing of it, and nothing of its length.
let fixedMask = "***"

/// Prints a value on stdout, or the fixed mask.
func show(_ value: Secret, _ terminal: Terminal, reveals: Bool, raw: Bool) -> Int32 {
    guard reveals else {
        terminal.print(fixedMask)
        if isatty(STDOUT_FILENO) == 0 { terminal.note("the value is masked; --reveal prints it") }
        return ExitCode.success
    }
    var line = value.copy()
    if !raw { line.append(UInt8(ascii: "\n")) }
    let isWritten = unsafe line.withUnsafeBytes { unsafe write($0, to: STDOUT_FILENO) }
    guard isWritten else {
        terminal.show(Diagnostic("cannot write to stdout: \(systemMessage(errno))"))
        return ExitCode.ownFailure
    }
    return ExitCode.success
}
