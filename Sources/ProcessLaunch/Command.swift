internal import CProcessShims
internal import Glibc

/// A program to start: its words and its environment.
package struct Command: ~Copyable {
    /// At least one; the first names the program and is what it sees as its own name.
    package let arguments: [RawArgument]
    package var environment: EnvironmentBlock

    package init(_ arguments: [RawArgument], environment: consuming EnvironmentBlock) {
        precondition(!arguments.isEmpty, "a command has at least a name")
        self.arguments = arguments
        self.environment = environment
    }

    /// Becomes the command: same process, and nothing of ours stays.
    ///
    /// - Parameter program: what is run, where that is not what the first word names.
    /// - Returns: only with the reason why not.
    package consuming func replaceProcess(by program: RawArgument? = nil) -> LaunchError {
        do throws(LaunchError) {
            try environment.checkSize(with: arguments)
        } catch {
            return error
        }
        let search = ProgramSearch(for: program ?? arguments[0], in: environment)
        let error = unsafe withLaunch(of: search) { launch in unsafe ws_become(&launch) }
        return search.error(for: error)
    }

    /// Starts the command as a process beside us, whose end is ours to wait for.
    ///
    /// - Parameter prepare: says what it gets that differs from what we were given.
    borrowing func start(
        _ search: borrowing ProgramSearch,
        _ prepare: (inout ws_launch) -> Void
    ) throws(LaunchError) -> pid_t {
        // Where our caller ignores SIGCHLD the kernel would reap it before we learn of its end.
        ws_default_signal(SIGCHLD)
        let blocked = ws_blocked_signals()
        ws_set_blocked_signals(SignalSet.all.rawValue)
        defer { ws_set_blocked_signals(blocked) }
        let (child, forkError, failure) = unsafe withLaunch(of: search) { launch in
            unsafe prepare(&launch)
            var failure = ws_spawn_failure()
            let child = unsafe ws_spawn(&launch, &failure)
            return (child, errno, failure)
        }
        guard child > 0 else { throw .resource("a process", errno: forkError) }
        guard failure.error != 0 else { return child }
        throw failure.is_directory != 0
            ? .folder(search.directory ?? ".", errno: failure.error) : search.error(for: failure.error)
    }

    /// Calls `body` with everything that has to lie ready before fork and exec.
    borrowing func withLaunch<Result>(
        of search: borrowing ProgramSearch,
        _ body: (inout ws_launch) -> Result
    ) -> Result {
        var words = unsafe arguments.map { unsafe Optional($0.start) } + [nil]
        var scriptWords = unsafe [UnsafeMutablePointer<CChar>?](repeating: nil, count: arguments.count + 3)
        return unsafe words.withUnsafeMutableBufferPointer { words in
            unsafe scriptWords.withUnsafeMutableBufferPointer { scriptWords in
                unsafe search.withPaths { paths in
                    unsafe environment.withPointers { strings, numberSlots in
                        var launch = unsafe ws_launch()
                        unsafe launch.paths = paths
                        unsafe launch.argv = UnsafePointer(words.baseAddress!)
                        unsafe launch.script_argv = scriptWords.baseAddress!
                        unsafe launch.envp = UnsafePointer(strings)
                        unsafe launch.number_slots = UnsafePointer(numberSlots)
                        unsafe launch.blocked_signals = StartupState.blockedSignals.rawValue
                        unsafe launch.ignored_signals = StartupState.ignoredSignals.rawValue
                        unsafe launch.core_limit = StartupState.coreLimit
                        unsafe launch.streams = (keptStream, keptStream, keptStream)
                        unsafe launch.foreground_of = -1
                        return unsafe body(&launch)
                    }
                }
            }
        }
    }
}

/// The command's descriptor is ours as it is.
let keptStream = Int32(WS_STREAM_KEPT)
/// The command's descriptor is closed.
let closedStream = Int32(WS_STREAM_CLOSED)
