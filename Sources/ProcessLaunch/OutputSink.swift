internal import CProcessShims
internal import Glibc

/// A descriptor of our caller's that we write to without ever waiting in `write`, so that signals are never kept waiting.
///
/// O_NONBLOCK on it would be felt by everyone who shares the open file; each kind of file has another way around that.
struct OutputSink: ~Copyable {
    enum Outcome {
        case wrote(Int)
        /// Nothing can be written until `poll` says so.
        case full
        /// Whoever read has gone: nobody's failure.
        case closed
        case failed(errno: Int32)
    }

    private enum Manner {
        /// A file, a device, or what is non-blocking anyway.
        case plain
        case socket
        /// A pipe or a terminal that takes `RWF_NOWAIT`, as far as this kernel knows it.
        case withoutWaiting
        /// Small pieces after `poll`: a pipe that is ready takes PIPE_BUF bytes, a terminal nearly always some.
        case smallPieces
    }

    let number: Int32
    private let isTerminal: Bool
    private var manner: Manner
    /// A terminal opened anew is a description of our own, which may be non-blocking.
    private let reopened: Descriptor?

    init(_ number: Int32) {
        var status = stat()
        unsafe fstat(number, &status)
        isTerminal = isatty(number) != 0
        switch status.st_mode & S_IFMT {
        case _ where fcntl(number, F_GETFL) & O_NONBLOCK != 0: manner = .plain
        case S_IFSOCK: manner = .socket
        case S_IFIFO: manner = .withoutWaiting
        case S_IFCHR where isTerminal: manner = .withoutWaiting
        default: manner = .plain
        }
        let own = isTerminal ? ws_reopen_terminal(number, O_WRONLY) : -1
        if own >= 0 {
            manner = .plain
            reopened = Descriptor(owning: own)
            self.number = own
        } else {
            reopened = nil
            self.number = number
        }
    }

    mutating func write(_ bytes: UnsafeRawBufferPointer) -> Outcome {
        while true {
            let count = unsafe attempt(bytes)
            if count >= 0 { return .wrote(count) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .full
            case EOPNOTSUPP where manner == .withoutWaiting, ENOSYS where manner == .withoutWaiting,
                EINVAL where manner == .withoutWaiting, ESPIPE where manner == .withoutWaiting,
                // What a seccomp filter says of calls that it does not know.
                EPERM where manner == .withoutWaiting, EACCES where manner == .withoutWaiting:
                manner = .smallPieces
            case EPIPE, ECONNRESET: return .closed
            case EIO where isTerminal: return .closed
            case let error: return .failed(errno: error)
            }
        }
    }

    private func attempt(_ bytes: UnsafeRawBufferPointer) -> Int {
        switch manner {
        case .plain: unsafe Glibc.write(number, bytes.baseAddress, bytes.count)
        case .socket: unsafe ws_send_without_waiting(number, bytes.baseAddress, bytes.count)
        case .withoutWaiting: unsafe ws_write_without_waiting(number, bytes.baseAddress, bytes.count)
        case .smallPieces: unsafe attemptSmall(bytes)
        }
    }

    private func attemptSmall(_ bytes: UnsafeRawBufferPointer) -> Int {
        var entry = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        guard unsafe poll(&entry, 1, 0) == 1 else {
            errno = EAGAIN
            return -1
        }
        return unsafe Glibc.write(number, bytes.baseAddress, min(bytes.count, isTerminal ? 512 : Int(PIPE_BUF)))
    }
}
