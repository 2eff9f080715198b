internal import CProcessShims
internal import Glibc

/// When the command gets a terminal of its own.
package enum TerminalUse: String, Hashable, Sendable, CaseIterable {
    case auto, always, never
}

/// What the command finds on its descriptors 0 to 2, decided from what we found on ours.
struct StreamPlan: Hashable {
    /// One of our own standard streams.
    struct Found: Hashable {
        var isOpen = true
        var isWritable = true
        var isTerminal = false
        /// Equal for one and the same file: its device and inode, a terminal's own number.
        var identity: [UInt64] = []
    }

    struct Streams: Hashable {
        var input = Found()
        var output = Found()
        var errors = Found()
    }

    enum Source: Hashable {
        /// Ours as it is.
        case inherited
        case pipe
        /// A terminal that is nobody's controlling one, and passes bytes unchanged: `isatty` holds, and no more.
        case plainTerminal
        /// The terminal of the command's own session.
        case session
        /// The same as its stdout.
        case likeOutput
    }

    var hasSession = false
    var output: Source
    var errors: Source

    /// - Parameter isFiltered: whether what the command writes has to pass through us.
    init(_ found: Streams, use: TerminalUse, isFiltered: Bool) {
        hasSession =
            switch use {
            case .never: false
            case .always: true
            case .auto: isFiltered && found.input.isTerminal && found.output.isTerminal
            }
        func source(for stream: Found) -> Source {
            guard isFiltered, stream.isOpen, stream.isWritable else { return .inherited }
            return stream.isTerminal && use != .never ? .plainTerminal : .pipe
        }
        output = hasSession && found.output.isOpen ? .session : source(for: found.output)
        let areOne = found.errors.isOpen && found.output.isOpen && found.errors.identity == found.output.identity
        errors = areOne && output != .inherited ? .likeOutput : source(for: found.errors)
    }
}

extension StreamPlan.Found {
    init(descriptor: Int32) {
        guard !StartupState.wasClosed(descriptor) else {
            isOpen = false
            return
        }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            isOpen = false
            return
        }
        isWritable = fcntl(descriptor, F_GETFL) & O_ACCMODE != O_RDONLY
        let terminal = ws_terminal_device(descriptor)
        isTerminal = terminal != 0
        identity = isTerminal ? [UInt64(terminal)] : [UInt64(status.st_dev), UInt64(status.st_ino)]
    }
}
