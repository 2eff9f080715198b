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
