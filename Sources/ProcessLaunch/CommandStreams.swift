internal import CProcessShims
internal import Glibc

/// The descriptors that the command gets as 0 to 2, and our ends of them.
final class CommandStreams {
    private(set) var relays: [StreamRelay] = []
    private(set) var descriptors = (keptStream, keptStream, keptStream)
    private(set) var session: SessionTerminal?
    private var commandEnds: [Int32] = []

    init(_ use: TerminalUse, _ makeFilter: Supervisor.FilterMaker?) throws(LaunchError) {
        let found = StreamPlan.Streams(
            input: .init(descriptor: 0),
            output: .init(descriptor: 1),
            errors: .init(descriptor: 2)
        )
        var plan = StreamPlan(found, use: use, isFiltered: makeFilter != nil)
        if plan.hasSession {
            session = SessionTerminal(found)
            if session == nil {
                guard use == .auto else { throw .resource("a terminal", errno: errno) }
                // Where a sandbox has no terminals to give, pipes do.
                plan = StreamPlan(found, use: .never, isFiltered: makeFilter != nil)
            }
        }
        if let session, found.input.isOpen { descriptors.0 = session.slave }
        let isMerged = plan.errors == .likeOutput
        descriptors.1 = try relay(plan.output, isMerged ? .merged : .output, to: 1, makeFilter)
        descriptors.2 = isMerged ? descriptors.1 : try relay(plan.errors, .errors, to: 2, makeFilter)
    }

    deinit {
        closeCommandEnds()
    }

    /// Once the command has them, ours would keep its readers waiting for an end that never comes.
    func closeCommandEnds() {
        for end in commandEnds { close(end) }
        commandEnds = []
        session?.closeSlave()
    }

    /// - Returns: the command's end.
    private func relay(
        _ source: StreamPlan.Source,
        _ kind: OutputStream,
        to sink: Int32,
        _ makeFilter: Supervisor.FilterMaker?
    ) throws(LaunchError) -> Int32 {
        guard source != .inherited else { return keptStream }
        let filter = makeFilter?(kind) ?? PlainFilter()
        if source == .session, let session {
            relays.append(StreamRelay(kind, from: Descriptor(owning: session.makeReader()), to: sink, through: filter))
            session.relay = relays.last
            return session.slave
        }
        let (ours, commands): (Int32, Int32)
        if source == .plainTerminal, let ends = Self.makePlainTerminal(like: sink) {
            (ours, commands) = ends
        } else {
            (ours, commands) = try Self.makePipe()
        }
        commandEnds.append(commands)
        relays.append(StreamRelay(kind, from: Descriptor(owning: ours), to: sink, through: filter))
        return commands
    }

    private static func makePipe() throws(LaunchError) -> (Int32, Int32) {
        var ends: [Int32] = [-1, -1]
        // Sixteen times the kernel's default: a writer and we take turns less often. Less where the kernel refuses.
        guard unsafe ws_pipe(&ends, 1 << 20) == 0 else { throw .resource("a pipe", errno: errno) }
        // A command that gives up its user later opens /dev/stdout as somebody else: that user may write too. Who else
        // could reach the pipe, through /proc, has the rights of either user already.
        fchmod(ends[1], 0o622)
        return (ends[0], ends[1])
    }

    /// A terminal of the same settings and size that passes output as it is, since the one behind us processes it.
    private static func makePlainTerminal(like terminal: Int32) -> (Int32, Int32)? {
        var master: Int32 = -1
        var slave: Int32 = -1
        guard unsafe ws_open_terminal(&master, &slave) == 0 else { return nil }
        var settings = termios()
        if unsafe tcgetattr(terminal, &settings) == 0 {
            settings.c_oflag &= ~tcflag_t(OPOST)
            unsafe tcsetattr(slave, TCSANOW, &settings)
        }
        var size = ws_window_size()
        if unsafe ws_window_size(terminal, &size) == 0 {
            unsafe ws_set_window_size(master, &size)
        }
        return (master, slave)
    }
}
