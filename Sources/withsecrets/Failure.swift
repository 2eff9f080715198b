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

    init(_ error: UsageError) {
        self.init(Diagnostic(error.message, hints: error.hint.map { [$0] } ?? []), status: ExitCode.usage)
    }
}

/// The frame of every command: what becomes of a failure, also of one to print.
func performing(on terminal: Terminal, _ body: () throws(Failure) -> Int32) -> Int32 {
    do throws(Failure) {
        let status = try body()
        if let error = terminal.outputError {
            throw Failure(Diagnostic("cannot write to stdout: \(systemMessage(error))"))
        }
        return status
    } catch {
        terminal.show(error.diagnostics)
        return error.status
    }
}

/// The frame of a command that only prints.
func printing(_ text: String) -> Int32 {
    let terminal = Terminal()
    return performing(on: terminal) {
        terminal.print(text)
        return ExitCode.success
    }
}

/// The frame of a subcommand: the options as they were typed, and the terminal that they ask for.
func performing(
    _ options: () throws(UsageError) -> Options,
    _ body: (Options, Terminal) throws(Failure) -> Int32
) -> Int32 {
    performing(on: Terminal()) { () throws(Failure) in
        let meant: Options
        do throws(UsageError) {
            meant = try options()
        } catch {
            throw Failure(error)
        }
        let terminal = Terminal(meant)
        return performing(on: terminal) { () throws(Failure) in try body(meant, terminal) }
    }
}

/// That of every subcommand that reads the manifest.
func performing(
    _ manifest: ManifestOptions,
    _ body: (Options, Terminal) throws(Failure) -> Int32
) -> Int32 {
    performing(manifest.options, body)
}
