internal import CProcessShims
internal import Glibc
internal import SecretMemory

/// A program of ours that runs beside us, such as git or what an `exec` reference names: its output is read, and it ends
/// when we do.
///
/// It leads a process group of its own, has /dev/null as stdin, default signals, and no descriptor from 3 up; the kernel
/// kills it when we end. Letting go of the value kills what is left of the group.
package struct HelperProcess: ~Copyable {
    package let process: Int32
    /// The read ends of its stdout and stderr: non-blocking, CLOEXEC. `errors` is -1 where stderr is something else.
    package let output: Descriptor
    package let errors: Descriptor
    /// Readable once it has ended; -1 where the kernel is older than 5.3 or a sandbox forbids it.
    package let endWatch: Descriptor
    private var isReaped = false

    /// Starts `words[0]` without a shell; it is looked for in the absolute folders of the PATH of `environment`.
    ///
    /// - Parameters:
    ///   - words: may be secret, and lie in locked memory here; `ps` shows them, as it does those of any program.
    ///   - directory: its working directory; nil is ours.
    ///   - errorFile: the descriptor of a file that its stderr goes to; nil, as one that is negative, is /dev/null.
    package init(
        _ words: [String],
        environment: consuming EnvironmentBlock = EnvironmentBlock(),
        directory: String? = nil,
        capturesErrors: Bool = false,
        errorFile: Int32? = nil
    ) throws(LaunchError) {
        let lines = HelperWords(words)
        let command = Command(lines.arguments, environment: environment)
        try command.environment.checkSize(with: command.arguments)
        let null = Descriptor(owning: unsafe ws_open("/dev/null", O_RDWR | O_CLOEXEC, 0))
        let nothing = null.number < 0 ? closedStream : null.number
        let outputPipe = try Pipe()
        let errorPipe = capturesErrors ? try Pipe() : Pipe.none()
        let fileEnd = errorFile.flatMap { $0 < 0 ? nil : $0 } ?? nothing
        let errorEnd = capturesErrors ? errorPipe.writeEnd.number : fileEnd
        process = try Self.start(command, (nothing, outputPipe.writeEnd.number, errorEnd), directory)
        output = outputPipe.takeReadEnd()
        errors = errorPipe.takeReadEnd()
        endWatch = Descriptor(owning: ws_process_descriptor(process))
        extendLifetime(lines)
    }

    deinit {
        if !isReaped { Self.kill(process, endWatch.number) }
    }

    /// Kills it and all that it started in its group, unless it has ended already.
    package mutating func killGroup() {
        guard !isReaped else { return }
        Self.kill(process, endWatch.number)
        isReaped = true
    }

    /// Waits for its end, however long that takes: read its output to the end first, or poll `endWatch`.
    package mutating func waitForEnd() -> ChildEnd {
        var end: ChildEnd?
        while end == nil { end = takeEnd(options: 0) }
        return end!
    }

    /// Its end without waiting, nil while it runs.
    package mutating func endIfOver() -> ChildEnd? {
        takeEnd(options: WNOHANG)
    }

    private mutating func takeEnd(options: Int32) -> ChildEnd? {
        var status: Int32 = 0
        let result = unsafe waitpid(process, &status, options)
        guard result != 0, result > 0 || errno != EINTR else { return nil }
        isReaped = true
        // Nobody else reaps our children; if somebody did, the program's word is not to be trusted.
        return result == process ? ChildEnd(waitStatus: status) : .killed(signal: SIGKILL)
    }

    /// Blocks for the moment that the kernel needs, at most a second: a process in an uninterruptible call stays.
    private static func kill(_ process: pid_t, _ endWatch: Int32) {
        Glibc.kill(-process, SIGKILL)
        for _ in 0..<200 {
            guard waitpid(process, nil, WNOHANG) == 0 else { return }
            _ = hasInput(endWatch, within: 5)
        }
    }

    private static func start(
        _ command: borrowing Command,
        _ streams: (Int32, Int32, Int32),
        _ directory: String?
    ) throws(LaunchError) -> pid_t {
        let search = ProgramSearch(
            for: command.arguments[0],
            in: command.environment,
            absoluteOnly: true,
            directory: directory
        )
        let folder = unsafe directory.map { unsafe strdup($0) } ?? nil
        defer { unsafe free(folder) }
        return try unsafe command.start(search) { launch in
            unsafe launch.streams = streams
            unsafe launch.directory = UnsafePointer(folder)
            unsafe launch.leads_group = 1
            unsafe launch.closes_others = 1
            unsafe launch.death_signal = SIGKILL
            unsafe launch.blocked_signals = 0
            unsafe launch.ignored_signals = 0
            unsafe launch.script_argv = nil
        }
    }
}

/// Words in locked memory, each ended by a NUL.
private struct HelperWords {
    private let block: Secret
    let arguments: [RawArgument]

    init(_ words: [String]) {
        var bytes = SecretBytes(capacity: 256)
        for word in words {
            bytes.append(word)
            bytes.append(0)
        }
        let block = Secret(bytes)
        self.block = block
        // The arena does not move what it holds.
        let start = unsafe block.withUnsafeBytes { bytes in
            unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress!).assumingMemoryBound(to: CChar.self)
        }
        var offset = 0
        arguments = words.map { word in
            defer { offset += word.utf8.count + 1 }
            return unsafe RawArgument(start: start + offset)
        }
    }
}
