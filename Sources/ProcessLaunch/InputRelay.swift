internal import Glibc

/// What the user types, on its way to the command's pseudo-terminal.
final class InputRelay {
    private let source: Int32
    private let sink: Int32
    private let isTerminal: Bool
    private let endOfFile: UInt8
    private var pending: [UInt8] = []
    private var written = 0
    /// No more comes: the user's terminal hung up, or a pipe ended.
    private(set) var isEnded = false

    private static let bufferSize = 4096

    /// - Parameter endOfFile: the character that a terminal takes for the end (VEOF): what the end of a pipe becomes.
    init(from source: Int32, isTerminal: Bool, to sink: Int32, endOfFile: UInt8) {
        self.source = source
        self.sink = sink
        self.isTerminal = isTerminal
        self.endOfFile = endOfFile
    }

    /// The end of a pipe is no hang-up; that of a terminal in raw mode is nothing else.
    var hasHungUp: Bool { isEnded && isTerminal }

    /// What looked like the end was none.
    func goOn() {
        isEnded = false
    }

    private var isBlocked: Bool { written < pending.count }

    /// - Parameter isAllowed: whether we may read; in the background it would stop us.
    func interest(isAllowed: Bool) -> (source: pollfd, sink: pollfd) {
        let reads = !isEnded && !isBlocked && isAllowed
        return (
            pollfd(fd: reads ? source : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: isBlocked ? sink : -1, events: Int16(POLLOUT), revents: 0)
        )
    }

    func handle(_ events: (source: pollfd, sink: pollfd)) {
        if events.sink.revents != 0 { flush() }
        if events.source.revents != 0 { read() }
    }

    private func read() {
        pending = [UInt8](repeating: 0, count: Self.bufferSize)
        written = 0
        let count = unsafe pending.withUnsafeMutableBytes { unsafe Glibc.read(source, $0.baseAddress, $0.count) }
        pending.removeLast(Self.bufferSize - max(count, 0))
        if count == 0, !isTerminal {
            pending = [endOfFile]
        }
        if count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN) {
            isEnded = true
        }
        flush()
    }

    private func flush() {
        while isBlocked {
            let count = unsafe pending.withUnsafeBytes {
                unsafe write(sink, $0.baseAddress! + written, $0.count - written)
            }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return }
            guard count > 0 else { break }
            written += count
        }
        guard !pending.isEmpty else { return }
        // A password may have been typed.
        unsafe pending.withUnsafeMutableBytes { unsafe explicit_bzero($0.baseAddress!, $0.count) }
        pending = []
        written = 0
    }
}
