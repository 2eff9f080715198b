internal import CProcessShims
internal import Glibc

/// A program that the user works with while we wait, such as an editor: it has our terminal and our environment without
/// `WITHSECRETS_*`.
package enum ForegroundProgram {
    /// Runs `words[0]` to its end: a path, or a name that is looked for in PATH.
    ///
    /// Keys that interrupt are the program's while it runs; we ignore SIGINT and SIGQUIT, as `system(3)` does.
    package static func run(_ words: [String]) throws(LaunchError) -> ChildEnd {
        let command = Command(words.map { RawArgument($0) }, environment: EnvironmentBlock())
        try command.environment.checkSize(with: command.arguments)
        let onInterrupt = signal(SIGINT, SIG_IGN)
        let onQuit = signal(SIGQUIT, SIG_IGN)
        defer {
            signal(SIGINT, onInterrupt)
            signal(SIGQUIT, onQuit)
        }
        let search = ProgramSearch(for: command.arguments[0], in: command.environment)
        let process = try unsafe command.start(search) { launch in
            let ignored = StartupState.ignoredSignals.subtracting([SignalSet(SIGINT), SignalSet(SIGQUIT)])
            unsafe launch.ignored_signals = ignored.rawValue
            // What it works on may be secret, and no core file is to hold it.
            unsafe launch.core_limit = rlimit(rlim_cur: 0, rlim_max: 0)
        }
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) != process {
            guard errno == EINTR else { throw .resource("a process that can be waited for", errno: errno) }
        }
        return ChildEnd(waitStatus: status)
    }
}
