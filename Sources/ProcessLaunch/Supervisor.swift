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
        /// Whether a thread of ours may ask for a new start (`OwnRequest.restart`): then what the next run of this
        /// program needs is kept: the environment, descriptors that were meant for the command, and the streams.
        package var mayRestart = false
        /// Called once the command runs and what was meant for it is closed here: from now on threads and descriptors
        /// are nobody's business but ours.
        package var whenStarted: @Sendable () -> Void = {}

        package init() {}
    }

    package struct Outcome: Hashable, Sendable {
        package var end: ChildEnd
        /// Output that could not be written: the command's end says nothing good then, and 125 is due.
        package var outputFailure: OutputFailure?
        /// The command was ended because a thread of ours asked for a new start, and nobody else asked for its end.
        package var asksForRestart = false
    }

    private let options: Options
    private let makeFilter: FilterMaker?

    package typealias FilterMaker = (OutputStream) -> any OutputFilter

    /// - Parameter makeFilter: called once for each stream that is relayed. nil when nothing has to be filtered: the
    ///   command gets our own streams then, unless it is to have a terminal always.
    package init(_ options: Options = Options(), filter makeFilter: FilterMaker?) {
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
            if !options.mayRestart {
                ws_wipe_environment()
                ws_close_inherited()
            }
            options.whenStarted()
            if !options.mayRestart {
                // What the command closes has to be closed: whoever waits for that must not wait for us.
                if started.session == nil { ws_release_stream(0) }
                if !streams.relays.contains(where: { $0.kind != .errors }) { ws_release_stream(1) }
            }
            return Supervision(of: started, signals, streams.relays, files, stopTimeout: options.stopTimeout).run()
        } catch {
            signals.restore()
            throw error
        }
    }
}
