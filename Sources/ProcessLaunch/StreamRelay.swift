internal import CProcessShims
internal import Glibc

/// One stream on its way from the command through a filter to our own output.
///
/// It reads only when all that it has is written, so that a reader that stops reading stops the command, and memory
/// stays flat. Nothing here waits: the loop that owns it polls.
@safe final class StreamRelay {
    let kind: OutputStream
    private(set) var failure: OutputFailure?
    private(set) var isEnded = false

    private let filter: any OutputFilter
    private var source: Descriptor?
    private var sink: OutputSink
    private var input = ReadBuffer()
    private var pending: [UInt8] = []
    private var written = 0
    private var lastInput: Nanoseconds = 0
    private var hasFinished = false
    private var drainLeft = 0
    private var isSinkReleased = false

    /// A longer piece of output is written from where it lies.
    private static let writtenInPlace = 16 * 1024
    static let idleTime: Nanoseconds = 30_000_000

    init(_ kind: OutputStream, from source: consuming Descriptor, to sink: Int32, through filter: any OutputFilter) {
        self.kind = kind
        self.filter = filter
        self.source = consume source
        self.sink = OutputSink(sink)
    }

    var sourceNumber: Int32 { source?.number ?? -1 }
    var sinkNumber: Int32 { sink.number }
    private var isBlocked: Bool { written < pending.count }

    /// Gives the command's terminal the size of ours.
    ///
    /// - Returns: whether there are such two.
    func adoptSize() -> Bool {
        var size = ws_window_size()
        guard !isEnded, isatty(sinkNumber) != 0, unsafe ws_window_size(sinkNumber, &size) == 0 else { return false }
        return unsafe ws_set_window_size(sourceNumber, &size) == 0
    }

    // MARK: - Polling

    /// What to ask `poll` for: the source, and the sink; for errors alone while there is nothing to write.
    var interest: (source: pollfd, sink: pollfd) {
        guard !isEnded else { return (pollfd(fd: -1, events: 0, revents: 0), pollfd(fd: -1, events: 0, revents: 0)) }
        return (
            pollfd(fd: isBlocked ? -1 : sourceNumber, events: Int16(POLLIN), revents: 0),
            pollfd(fd: sink.number, events: isBlocked ? Int16(POLLOUT) : 0, revents: 0)
        )
    }

    /// When the held start of a match is to be let go unless input comes first.
    var releaseTime: Nanoseconds? {
        !isEnded && !isBlocked && filter.holdsReleasable ? lastInput + Self.idleTime : nil
    }

    func handle(_ events: (source: pollfd, sink: pollfd), now: Nanoseconds) {
        guard !isEnded else { return }
        if isDraining, !isBlocked {
            let count = read(now: now)
            drainLeft = count == 0 ? 0 : drainLeft - count
            return
        }
        if events.sink.revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0, !isBlocked {
            // The reader has gone; the command learns it at its next write, as it would without us.
            return end()
        }
        if events.sink.revents != 0, isBlocked {
            return flush()
        }
        if events.source.revents != 0 {
            read(now: now)
        } else if let time = releaseTime, now >= time {
            filter.releaseIdle { append($0) }
            flush()
        }
    }

    // MARK: - Draining

    /// The command has ended: from here on only what it left is read, at most as much as a pipe holds, since descendants
    /// may go on writing for ever.
    func beginDraining() {
        drainLeft = max(1, Int(ws_pipe_capacity(sourceNumber)))
    }

    /// Until the stream's end, until nothing is there, or until all of it is written.
    var isDraining: Bool { !isEnded && (isBlocked || drainLeft > 0) }

    /// Whether the next turn need not wait for anything.
    var isReadyToDrain: Bool { isDraining && !isBlocked }

    // MARK: - Moving bytes

    /// Reads once. Returns the number of bytes, 0 where there was nothing or the end.
    @discardableResult
    func read(now: Nanoseconds) -> Int {
        guard !isEnded, !isBlocked else { return 0 }
        while true {
            let count = input.read(from: sourceNumber) { filter.consume($0) { append($0) } }
            if count > 0 {
                lastInput = now
                if filter.holdsFinishedLine, !hasInput(sourceNumber, within: 0) {
                    filter.releaseIdle { append($0) }
                }
                flush()
                return count
            }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return 0 }
            // End of a pipe; or EIO, with which a terminal says that its last user closed it.
            finish()
            return 0
        }
    }

    /// Passes on what is there, as far as it goes without waiting: the command stops, and we after this.
    func readAhead() {
        var left = max(1, Int(ws_pipe_capacity(sourceNumber)))
        while left > 0 {
            let count = read(now: monotonicNow())
            guard count > 0 else { return }
            left -= count
        }
    }

    /// Lets go of all that the filter holds; the stream has ended once that is written.
    func finish() {
        guard !hasFinished, !isEnded else { return }
        hasFinished = true
        source = nil
        filter.finish { append($0) }
        flush()
    }

    private func append(_ bytes: Span<UInt8>) {
        guard !isEnded else { return }
        unsafe bytes.withUnsafeBytes { bytes in
            var done = 0
            if pending.isEmpty, bytes.count >= Self.writtenInPlace { done = unsafe write(bytes) }
            unsafe pending.append(contentsOf: bytes[done...])
        }
    }

    /// Writes as much as goes without waiting, unless that ends the stream.
    ///
    /// - Returns: how many bytes need not be written any more.
    private func write(_ bytes: UnsafeRawBufferPointer) -> Int {
        var done = 0
        while done < bytes.count {
            switch unsafe sink.write(UnsafeRawBufferPointer(rebasing: bytes[done...])) {
            case .wrote(let count): done += count
            case .full: return done
            case .closed:
                end()
                return bytes.count
            case .failed(let errno):
                failure = OutputFailure(stream: kind, errno: errno)
                end()
                return bytes.count
            }
        }
        return done
    }

    private func flush() {
        if isBlocked {
            let waiting = pending
            written += unsafe waiting.withUnsafeBytes { unsafe write(UnsafeRawBufferPointer(rebasing: $0[written...])) }
            guard !isEnded, !isBlocked else { return }
        }
        pending.removeAll(keepingCapacity: true)
        written = 0
        if hasFinished { isEnded = true }
    }

    /// The reader has gone, or what the command wrote to has.
    func abandon() {
        if !isEnded { end() }
    }

    /// After the stream's end: whoever reads our output learns of the end then, though we go on.
    func releaseSink() {
        guard isEnded, !isSinkReleased else { return }
        isSinkReleased = true
        ws_release_stream(kind == .errors ? 2 : 1)
    }

    private func end() {
        isEnded = true
        source = nil
        pending = []
        written = 0
    }
}

/// Our own output could not be written: the disk is full, the device failed. What was lost can't be had again.
package struct OutputFailure: Hashable, Sendable {
    package var stream: OutputStream
    package var errno: Int32
}

/// Of CLOCK_MONOTONIC.
typealias Nanoseconds = Int64

func monotonicNow() -> Nanoseconds {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
