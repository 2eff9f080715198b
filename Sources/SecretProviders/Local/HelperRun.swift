internal import EventLoop
internal import Glibc
internal import ProcessLaunch
internal import SecretMemory

/// One run of a program for its standard output, within a time and an amount.
struct HelperRun {
    /// The words, program first; they may be secret.
    var arguments: [String]
    /// Its working directory.
    var folder: String
    var outputLimit: Int
    /// When the program and its whole group are killed.
    var deadline: Instant?

    enum Failure: Error, Hashable {
        case launch(LaunchError)
        case tooMuchOutput
        case timedOut
        case cancelled
        case ended(ChildEnd)
    }

    /// Waits until the program has ended; descendants that still hold its output are not waited for.
    ///
    /// - Returns: what it wrote to stdout, when it ended with status 0.
    func outcome(
        on loop: EventLoop,
        environment: consuming EnvironmentBlock,
        stderr: consuming HelperMessages?
    ) async throws(Failure) -> SecretBytes {
        var helper = try start(environment: environment, capturesErrors: stderr != nil)
        var output = Stream(helper.output.number)
        var messages = Stream(helper.errors.number)
        while true {
            let end = helper.endIfOver()
            // What was written before the end is in the pipe by now.
            output.drain(limit: outputLimit)
            messages.drain(limit: Stream.chunk)
            stderr?.take(from: &messages.bytes)
            if let end {
                stderr?.finish(messages.bytes)
                guard output.bytes.count <= outputLimit else { throw .tooMuchOutput }
                guard end == .exited(0) else { throw .ended(end) }
                return output.takeBytes()
            }
            guard output.bytes.count <= outputLimit else {
                helper.killGroup()
                throw .tooMuchOutput
            }
            let streams = [output.descriptor, messages.descriptor, helper.endWatch.number].filter { $0 >= 0 }
            // Without a descriptor for its end we look every few milliseconds.
            let nextLook = helper.endWatch.number < 0 ? loop.now + .milliseconds(10) : nil
            let wakeup = await loop.readable(anyOf: streams, until: [deadline, nextLook].compactMap(\.self).min())
            switch wakeup {
            case .ready:
                continue
            case .expired:
                guard let deadline, deadline <= loop.now else { continue }
                helper.killGroup()
                throw .timedOut
            case .cancelled:
                helper.killGroup()
                throw .cancelled
            }
        }
    }

    private func start(
        environment: consuming EnvironmentBlock,
        capturesErrors: Bool
    ) throws(Failure) -> HelperProcess {
        do throws(LaunchError) {
            return try HelperProcess(
                arguments,
                environment: environment,
                directory: folder,
                capturesErrors: capturesErrors
            )
        } catch {
            throw .launch(error)
        }
    }
}

/// The reading end of a program's stdout or stderr, and what came out of it.
private struct Stream: ~Copyable {
    static let chunk = 16 * 1024

    /// The helper's to close; -1 once it has ended.
    private(set) var descriptor: Int32
    var bytes: SecretBytes

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        bytes = SecretBytes(capacity: descriptor >= 0 ? 512 : 1)
    }

    /// Reads until the pipe is empty or ended, or there is more than `limit`.
    mutating func drain(limit: Int) {
        while descriptor >= 0, bytes.count <= limit {
            let count = fill()
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return }
            if count <= 0 { descriptor = -1 }
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
