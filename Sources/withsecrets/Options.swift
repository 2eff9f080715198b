internal import Diagnostics
internal import ManifestFormat

/// What was asked for on the command line, of `run` and of every command that reads the manifest.
struct Options: Sendable {
    enum LogFormat: String, CaseIterable, Sendable {
        case text, json
    }

    enum Verbosity: Sendable {
        case quiet, usual, verbose
    }

    var file: String?
    var profile: String?
    var overrides: [ManifestLoader.Override] = []
    var only: [String] = []
    var masks = true
    var maskText: String?
    var pty: Manifest.RunSettings.PseudoTerminal?
    var cleansEnvironment: Bool?
    var pass: [Glob] = []
    var unset: [Glob] = []
    var timeout = Duration.seconds(30)
    var verbosity = Verbosity.usual
    /// `nil`: as the surroundings say.
    var isInteractive: Bool?
    var isStrict = false
    /// A path, or `-` for stderr.
    var report: String?
    var failsOnLeak = false
    var logFormat = LogFormat.text

    /// Whether a line may say what is waited for.
    var showsProgress: Bool { verbosity != .quiet && logFormat == .text }

    /// Options that contradict each other.
    func check() throws(UsageError) {
        guard !masks else { return }
        if report != nil { throw UsageError("--report tells what was masked, and --no-mask masks nothing") }
        if failsOnLeak { throw UsageError("--fail-on-leak counts what was masked, and --no-mask masks nothing") }
    }
}

/// A command line that makes no sense; ends with 64.
struct UsageError: Error {
    var message: String
    var hint: String?

    init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }

    /// - Parameter hint: what was meant, where that can be told.
    static func noSubcommand(_ word: String, hint: String? = nil) -> UsageError {
        let word = printable(word, limit: 40)
        return UsageError(
            "'\(word)' is no subcommand",
            hint: hint ?? "a command is written behind --: withsecrets -- \(word)"
        )
    }
}
