internal import CProcessShims
internal import Glibc

/// A program of ours that runs beside us, such as an `exec:` provider: its output is read, and it ends when we do.
///
/// It leads a process group of its own, has /dev/null as stdin, default signals, and no descriptor from 3 up; the kernel
/// kills it when we end. Letting go of the value kills what is left of the group.
package struct HelperProcess: ~Copyable {
    package let process: Int32
    /// The read ends of its stdout and stderr: non-blocking, CLOEXEC.
    package let output: Descriptor
    package let errors: Descriptor
    private var isReaped = false

    /// Starts `arguments[0]`, looked up in the PATH of `environment`, without a shell.
    ///
    /// - Parameter directory: its working directory; nil is ours.
    package init(
        _ arguments: [String],
        environment: consuming EnvironmentBlock,
        directory: String? = nil
    ) throws(LaunchError) {
        let command = Command(arguments.map { RawArgument($0) }, environment: environment)
        try command.environment.checkSize(with: command.arguments)
        let input = Descriptor(owning: unsafe ws_open("/dev/null", O_RDONLY | O_CLOEXEC, 0))
        let outputPipe = try Pipe()
        let errorPipe = try Pipe()
        process = try Self.start(
            command,
            (input.number, outputPipe.writeEnd.number, errorPipe.writeEnd.number),
            directory
        )
        output = outputPipe.takeReadEnd()
        errors = errorPipe.takeReadEnd()
    }

    deinit {
        guard !isReaped else { return }
        kill(-process, SIGKILL)
        while waitpid(process, nil, 0) < 0, errno == EINTR {}
    }

    /// Kills it and all that it started in its group. It still has to be waited for.
    package func killGroup() {
        kill(-process, SIGKILL)
    }

    /// Waits for its end, however long that takes: read its output to the end first, or poll `makeEndDescriptor`.
    package mutating func waitForEnd() -> ChildEnd {
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
        isReaped = true
        return ChildEnd(waitStatus: status)
    }

    /// Its end without waiting, nil while it runs.
    package mutating func endIfOver() -> ChildEnd? {
        var status: Int32 = 0
        guard unsafe waitpid(process, &status, WNOHANG) == process else { return nil }
        isReaped = true
        return ChildEnd(waitStatus: status)
    }

    /// A descriptor that is readable once it has ended; nil where the kernel is older than 5.3 or a sandbox forbids it.
    package func makeEndDescriptor() -> Descriptor? {
        let descriptor = ws_process_descriptor(process)
        return descriptor < 0 ? nil : Descriptor(owning: descriptor)
    }

    private static func start(
        _ command: borrowing Command,
        _ streams: (Int32, Int32, Int32),
        _ directory: String?
    ) throws(LaunchError) -> pid_t {
        // Where our caller ignores SIGCHLD the kernel would reap it before we learn of its end.
        ws_default_signal(SIGCHLD)
        let blocked = ws_blocked_signals()
        ws_set_blocked_signals(SignalSet.all.rawValue)
        defer { ws_set_blocked_signals(blocked) }
        let search = ProgramSearch(for: command.arguments[0], in: command.environment)
        let folder = unsafe directory.map { unsafe strdup($0) } ?? nil
        defer { unsafe free(folder) }
        let (child, forkError, execError) = unsafe command.withLaunch(of: search) { launch in
            unsafe launch.streams = (streams.0 < 0 ? closedStream : streams.0, streams.1, streams.2)
            unsafe launch.directory = UnsafePointer(folder)
            unsafe launch.leads_group = 1
            unsafe launch.closes_others = 1
            unsafe launch.death_signal = SIGKILL
            unsafe launch.blocked_signals = 0
            unsafe launch.ignored_signals = 0
            var execError: Int32 = 0
            let child = unsafe ws_spawn(&launch, &execError)
            return (child, errno, execError)
        }
        guard child > 0 else { throw .resource("a process", errno: forkError) }
        guard execError == 0 else { throw search.error(for: execError) }
        return child
    }
}
