internal import Diagnostics

/// What ended a command early: messages, and the status to end with.
struct Failure: Error {
    var diagnostics: [Diagnostic]
    var status: Int32

    init(_ diagnostics: [Diagnostic], status: Int32 = ExitCode.ownFailure) {
        self.diagnostics = diagnostics
        self.status = status
    }

    init(_ diagnostic: Diagnostic, status: Int32 = ExitCode.ownFailure) {
        self.init([diagnostic], status: status)
    }
}

/// The frame of every subcommand that reads the manifest: its options, its terminal, and what becomes of a failure.
func performing(
    _ manifestOptions: ManifestOptions,
    _ body: (Options, Terminal) throws(Failure) -> Int32
) -> Int32 {
    let options: Options
    do throws(UsageError) {
        options = try manifestOptions.options()
    } catch {
        Terminal().show(error)
        return ExitCode.usage
    }
    let terminal = Terminal(verbosity: options.verbosity, format: options.logFormat)
    do throws(Failure) {
        return try body(options, terminal)
    } catch {
        terminal.show(error.diagnostics)
        return error.status
    }
}
