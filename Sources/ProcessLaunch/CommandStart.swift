internal import CProcessShims
internal import Glibc

/// The moment in which the command comes to be: as our child, or under a monitor in a session of its own.
struct CommandStart: ~Copyable {
    private let command: Command
    private let streams: CommandStreams

    init(_ command: consuming Command, _ streams: CommandStreams) {
        self.command = command
        self.streams = streams
    }

    func run() throws(LaunchError) -> Supervision.Started {
        defer { streams.closeCommandEnds() }
        let search = ProgramSearch(for: command.arguments[0], in: command.environment)
        guard let terminal = streams.session else {
            let attempt = spawn(search, foregroundOf: nil, leadsGroup: false)
            if let error = attempt.launchError(of: search) { throw error }
            return Supervision.Started(process: attempt.process)
        }
        return try runMonitor(on: terminal, search)
    }

    private func runMonitor(
        on terminal: SessionTerminal,
        _ search: borrowing ProgramSearch
    ) throws(LaunchError) -> Supervision.Started {
        var sockets: [Int32] = [-1, -1]
        guard unsafe ws_socket_pair(&sockets) == 0 else { throw .resource("a pair of sockets", errno: errno) }
        let isForeground = terminal.userTerminal?.isForeground ?? true
        let process = ws_fork()
        if process == 0 {
            // These belong to the other side: the terminal would never hang up while a copy of its master is open here.
            close(terminal.master)
            for relay in streams.relays { relay.abandon() }
            close(sockets[0])
            Monitor.run(
                over: sockets[1],
                terminal: terminal.slave,
                userTerminal: terminal.userTerminal?.descriptor ?? -1,
                start: { spawn(search, foregroundOf: isForeground ? terminal.slave : nil, leadsGroup: true) }
            )
        }
        let forkError = errno
        close(sockets[1])
        guard process > 0 else {
            close(sockets[0])
            throw .resource("a process", errno: forkError)
        }
        switch MonitorMessage.receive(from: sockets[0], waits: true) {
        case .message(.started(let command)):
            return Supervision.Started(process: command, session: CommandSession(terminal, over: sockets[0]))
        case .message(.failed(let errno, let isProgram)):
            close(sockets[0])
            throw isProgram ? search.error(for: errno) : .resource("a process on a terminal", errno: errno)
        default:
            close(sockets[0])
            throw .resource("a process on a terminal", errno: ECHILD)
        }
    }

    /// What came of fork and exec.
    struct Attempt {
        var process: pid_t
        var error: Int32
        /// Whether it is the exec that failed.
        var isProgram: Bool

        func launchError(of search: borrowing ProgramSearch) -> LaunchError? {
            guard error != 0 else { return nil }
            return isProgram ? search.error(for: error) : .resource("a process", errno: error)
        }
    }

    private func spawn(_ search: borrowing ProgramSearch, foregroundOf terminal: Int32?, leadsGroup: Bool) -> Attempt {
        unsafe command.withLaunch(of: search) { launch in
            unsafe launch.streams = streams.descriptors
            unsafe launch.leads_group = leadsGroup ? 1 : 0
            unsafe launch.foreground_of = terminal ?? -1
            var failure = ws_spawn_failure()
            let child = unsafe ws_spawn(&launch, &failure)
            return Attempt(process: child, error: child < 0 ? errno : failure.error, isProgram: child > 0)
        }
    }
}
