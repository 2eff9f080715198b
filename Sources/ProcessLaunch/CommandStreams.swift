internal import CProcessShims
internal import Glibc

/// The descriptors that the command gets as 0 to 2, and the relays at our ends of them.
final class CommandStreams {
    private(set) var relays: [StreamRelay] = []
    private(set) var descriptors: (Int32, Int32, Int32)
    private var commandEnds: [Int32] = []

    /// Sixteen times the kernel's default: a writer and we take turns less often.
    private static let pipeCapacity: Int32 = 1 << 20

    init(_ use: TerminalUse, _ makeFilter: (OutputStream) -> (any OutputFilter)?) throws(LaunchError) {
        descriptors = (keptStream, keptStream, keptStream)
        let plan = StreamPlan(
            (.init(descriptor: 0), .init(descriptor: 1), .init(descriptor: 2)),
            use: use,
            isFiltered: true
        )
        let isMerged = plan.errors == .likeOutput
        if let end = try relay(plan.output, isMerged ? .merged : .output, to: 1, makeFilter) {
            descriptors.1 = end
        }
        if isMerged {
            descriptors.2 = descriptors.1
        } else if let end = try relay(plan.errors, .errors, to: 2, makeFilter) {
            descriptors.2 = end
        }
    }

    deinit {
        closeCommandEnds()
    }

    /// Once the command has them, ours would keep its readers waiting for an end that never comes.
    func closeCommandEnds() {
        for end in commandEnds { close(end) }
        commandEnds = []
    }

    private func relay(
        _ source: StreamPlan.Source,
        _ kind: OutputStream,
        to sink: Int32,
        _ makeFilter: (OutputStream) -> (any OutputFilter)?
    ) throws(LaunchError) -> Int32? {
        guard source != .inherited, source != .likeOutput, let filter = makeFilter(kind) else { return nil }
        var ends: (Int32, Int32) = (-1, -1)
        if source == .pipe {
            ends = try Self.makePipe()
        } else {
            ends = try Self.makePlainTerminal(like: sink)
        }
        commandEnds.append(ends.1)
        relays.append(StreamRelay(kind, from: Descriptor(owning: ends.0), to: sink, through: filter))
        return ends.1
    }

    private static func makePipe() throws(LaunchError) -> (Int32, Int32) {
        var ends: [Int32] = [-1, -1]
        guard unsafe ws_pipe(&ends, pipeCapacity) == 0 else { throw .resource("a pipe", errno: errno) }
        return (ends[0], ends[1])
    }

    /// A terminal of the same settings and size that passes output as it is: the one behind us processes it.
    private static func makePlainTerminal(like terminal: Int32) throws(LaunchError) -> (Int32, Int32) {
        var master: Int32 = -1
        var slave: Int32 = -1
        guard unsafe ws_open_terminal(&master, &slave) == 0 else { throw .resource("a terminal", errno: errno) }
        var settings = termios()
        if unsafe tcgetattr(terminal, &settings) == 0 {
            settings.c_oflag &= ~tcflag_t(OPOST)
            settings.c_lflag &= ~tcflag_t(ECHO)
            unsafe tcsetattr(slave, TCSANOW, &settings)
        }
        var size = ws_window_size()
        if unsafe ws_window_size(terminal, &size) == 0 {
            unsafe ws_set_window_size(master, &size)
        }
        return (master, slave)
    }
}
