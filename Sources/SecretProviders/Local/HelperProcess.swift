internal import CProcessShims
internal import EventLoop
internal import Glibc
internal import SecretMemory

/// Runs a program for its standard output, without a shell and in a process group of its own.
struct HelperProcess {
    /// The words, program first; they may be secret.
    var arguments: [String]
    /// Its working directory.
    var folder: String
    /// PATH, for a program without a slash.
    var searchPath: String
    var outputLimit: Int
    /// When the program and its whole group are killed.
    var deadline: Instant?

    enum Failure: Error, Hashable {
        case notFound
        case notExecutable
        /// No binary that the kernel knows, and no `#!` in its first line.
        case noProgram
        case badFolder(errno: Int32)
        case system(errno: Int32)
        case tooMuchOutput
        case timedOut
        case cancelled
        case ended(ChildExit)
    }

    /// Waits until the program has ended; descendants that still hold its output are not waited for.
    ///
    /// - Returns: what it wrote to stdout, when it ended with status 0.
    func run(
        on loop: EventLoop,
        environment: borrowing HelperEnvironment,
        stderr: consuming HelperMessages?
    ) async throws(Failure) -> SecretBytes {
        let child = try start(environment: environment, capturesStderr: stderr != nil)
        let watch = ChildWatch(child.pid)
        var output = Stream(child.stdout_end)
        var messages = Stream(child.stderr_end)
        while true {
            let exit = watch.reap()
            // What was written before the end is in the pipe by now.
            output.drain(limit: outputLimit)
            messages.drain(limit: Stream.chunk)
            stderr?.take(from: &messages.bytes)
            if let exit {
                stderr?.finish(messages.bytes)
                guard output.bytes.count <= outputLimit else { throw .tooMuchOutput }
                guard exit == .status(0) else { throw .ended(exit) }
                return output.takeBytes()
            }
            guard output.bytes.count <= outputLimit else {
                watch.killGroup()
                throw .tooMuchOutput
            }
            let streams = [output.descriptor, messages.descriptor].filter { $0 >= 0 }
            switch await loop.wait(for: watch, orReadable: streams, until: deadline) {
            case .ready:
                continue
            case .expired:
                watch.killGroup()
                throw .timedOut
            case .cancelled:
                watch.killGroup()
                throw .cancelled
            }
        }
    }

    private func start(
        environment: borrowing HelperEnvironment,
        capturesStderr: Bool
    ) throws(Failure) -> ws_helper {
        var words = SecretBytes(capacity: 256)
        for argument in arguments {
            words.append(argument)
            words.append(0)
        }
        var child = ws_helper()
        var stage = WS_HELPER_SETUP
        let error = unsafe words.withUnsafeBytes { words in
            unsafe environment.block.withUnsafeBytes { block in
                unsafe folder.withCString { folder in
                    unsafe searchPath.withCString { searchPath in
                        var request = unsafe ws_helper_request(
                            arguments: words.baseAddress?.assumingMemoryBound(to: CChar.self),
                            argument_count: arguments.count,
                            environment: block.baseAddress?.assumingMemoryBound(to: CChar.self),
                            environment_count: environment.count,
                            folder: folder,
                            search_path: searchPath,
                            captures_stderr: capturesStderr
                        )
                        return unsafe ws_helper_start(&request, &child, &stage)
                    }
                }
            }
        }
        switch (stage, error) {
        case (_, 0): return child
        case (WS_HELPER_FOLDER, _): throw .badFolder(errno: error)
        case (WS_HELPER_EXEC, ENOENT), (WS_HELPER_EXEC, ENOTDIR): throw .notFound
        case (WS_HELPER_EXEC, EACCES): throw .notExecutable
        case (WS_HELPER_EXEC, ENOEXEC): throw .noProgram
        default: throw .system(errno: error)
        }
    }
}

/// The reading end of a program's stdout or stderr, and what came out of it.
private struct Stream: ~Copyable {
    static let chunk = 16 * 1024

    /// -1 once it has ended.
    private(set) var descriptor: Int32
    var bytes: SecretBytes

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        bytes = SecretBytes(capacity: descriptor >= 0 ? 512 : 1)
    }

    deinit {
        if descriptor >= 0 {
            close(descriptor)
        }
    }

    /// Reads until the pipe is empty or ended, or there is more than `limit`.
    mutating func drain(limit: Int) {
        while descriptor >= 0, bytes.count <= limit {
            let count = fill()
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return }
            if count <= 0 {
                close(descriptor)
                descriptor = -1
            }
        }
    }

    private mutating func fill() -> Int {
        let source = descriptor
        var count = 0
        unsafe bytes.append(upTo: Self.chunk) { memory in
            count = unsafe read(source, memory.baseAddress, memory.count)
            return max(count, 0)
        }
        return count
    }

    mutating func takeBytes() -> SecretBytes {
        var taken = SecretBytes(capacity: 1)
        swap(&taken, &bytes)
        return taken
    }
}
