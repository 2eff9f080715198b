internal import CProcessShims
internal import Glibc

/// Runs a command as our child while its output passes through filters: signals in, bytes and the end out.
package struct Supervisor: ~Copyable {
    package struct Options: Sendable {
        package var terminal = TerminalUse.auto
        /// From a SIGTERM that we pass on until SIGKILL; nil waits for ever.
        package var stopTimeout: Duration?
        /// Whether orphans of the command fall to us and are reaped. PID 1 does so anyway.
        package var isSubreaper = false

        package init() {}
    }

    package struct Outcome: Hashable, Sendable {
        package var end: ChildEnd
        /// Output that could not be written: the command's end says nothing good then, and 125 is due.
        package var outputFailure: OutputFailure?
    }

    private let options: Options
    private let makeFilter: (OutputStream) -> (any OutputFilter)?

    /// - Parameter makeFilter: called once for each stream that is relayed; nil when nothing has to be filtered, and the
    ///   command then gets that stream of ours as it is.
    package init(_ options: Options = Options(), filter makeFilter: @escaping (OutputStream) -> (any OutputFilter)?) {
        self.options = options
        self.makeFilter = makeFilter
    }

    /// Starts the command and returns when it has ended and what it wrote is written.
    ///
    /// Descendants that still hold its streams keep a relay, which is a process of its own by then. Once the command runs,
    /// the environment that we were given is overwritten and descriptors that were meant for the command are closed.
    /// Signals stay blocked on return: leave by `ExitStatus.die(like:)`.
    ///
    /// - Parameter files: what was delivered to the command as files; they go when it ends.
    package consuming func run(
        _ command: consuming Command,
        files: consuming PrivateFiles = PrivateFiles()
    ) throws(LaunchError) -> Outcome {
        try command.environment.checkSize(with: command.arguments)
        command.environment.redirectProcessNumbers()
        if options.isSubreaper, ws_set_subreaper() != 0 {
            throw .resource("a subreaper", errno: errno)
        }
        let signals = try SignalInbox()
        do throws(LaunchError) {
            let streams = try CommandStreams(options.terminal, makeFilter)
            let started = try CommandStart(command, streams).run()
            ws_wipe_environment()
            ws_close_inherited()
            return Supervision(of: started, signals, streams.relays, files, stopTimeout: options.stopTimeout).run()
        } catch {
            signals.restore()
            throw error
        }
    }
}
