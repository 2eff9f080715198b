internal import CProcessShims
internal import Glibc
internal import SecretMemory

/// The leader of the command's session and parent of the command: a process forked from us.
///
/// A command that ends must hang nobody up, and one that stops must have a parent in its own session, or the kernel
/// takes its group for orphaned and refuses; so somebody else leads. If we vanish, it gives the user's terminal back.
struct Monitor {
    private let socket: Int32
    private let userTerminal: Int32
    private var terminal: Int32
    private let signals: Int32
    private let command: pid_t
    private var settings: termios?
    /// Our parent was told of a stop, and stops too until somebody continues it.
    private var parentStops = false
    /// The command went on or ended without it: it has to be woken.
    private var wakesParent = false
    /// The group that had the command's terminal when the command was stopped.
    private var foregroundGroup: pid_t?
    private var hasEnded = false

    /// Called in the new process; `start` starts the command.
    static func run(
        over socket: Int32,
        terminal: Int32,
        userTerminal: Int32,
        start: () -> CommandStart.Attempt
    ) -> Never {
        setsid()
        guard ws_control_terminal(terminal) == 0 else { report(errno, isProgram: false, over: socket) }
        let signals = ws_signal_descriptor(SignalSet.all.rawValue)
        guard signals >= 0 else { report(errno, isProgram: false, over: socket) }
        let attempt = start()
        guard attempt.error == 0 else { report(attempt.error, isProgram: attempt.isProgram, over: socket) }
        // From here on this process needs no secret, and nothing that the caller gave us for the command.
        ws_wipe_environment()
        SecretArena.abandon()
        for stream: Int32 in 0...2 where stream != userTerminal { ws_release_stream(stream) }
        var kept = [socket, terminal, userTerminal, signals]
        unsafe ws_close_all_but(&kept, Int32(kept.count))
        unsafe chdir("/")
        MonitorMessage.started(attempt.process).send(over: socket)
        var monitor = Monitor(socket, terminal, userTerminal, signals, attempt.process)
        while true { monitor.turn() }
    }

    private init(_ socket: Int32, _ terminal: Int32, _ userTerminal: Int32, _ signals: Int32, _ command: pid_t) {
        self.socket = socket
        self.terminal = terminal
        self.userTerminal = userTerminal
        self.signals = signals
        self.command = command
    }

    private static func report(_ errno: Int32, isProgram: Bool, over socket: Int32) -> Never {
        MonitorMessage.failed(errno: errno, isProgram: isProgram).send(over: socket)
        _exit(125)
    }

    private mutating func turn() {
        var entries = [
            pollfd(fd: socket, events: Int16(POLLIN), revents: 0),
            pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
        ]
        // Once may be too early: it was told to stop and is about to.
        let count = unsafe poll(&entries, 2, wakesParent ? 50 : -1)
        if wakesParent { kill(getppid(), SIGCONT) }
        guard count > 0 else { return }
        if entries[1].revents != 0 { takeSignals() }
        if entries[0].revents != 0 { takeMessages() }
    }

    // MARK: - From the kernel

    private mutating func takeSignals() {
        var signal = ws_signal()
        // A hang-up of the terminal is among them, and nothing to do: the command hears of it from us or from the kernel.
        while unsafe ws_next_signal(signals, &signal) == 1 {
            if signal.number == SIGCHLD { reap() }
        }
    }

    private mutating func reap() {
        var status: Int32 = 0
        while !hasEnded, unsafe waitpid(command, &status, WNOHANG | WUNTRACED | ChildEnd.continuedToo) > 0 {
            if ws_has_continued(status) != 0 {
                wakeParent()
                MonitorMessage.continued.send(over: socket)
            } else if ws_has_stopped(status) != 0 {
                parentStops = true
                wakesParent = false
                takeForeground()
                MonitorMessage.stopped(signal: ws_stop_signal(status)).send(over: socket)
            } else {
                hasEnded = true
                // What is left of the command is in the background then, and the end of
                // this session hangs up this process alone.
                takeForeground()
                close(terminal)
                terminal = -1
                wakeParent()
                MonitorMessage.ended(waitStatus: status).send(over: socket)
            }
        }
    }

    /// Somebody else than us continued the command or ended it, and we sleep on.
    private mutating func wakeParent() {
        guard parentStops else { return }
        wakesParent = true
        kill(getppid(), SIGCONT)
    }

    /// As a shell does when its job stops: whoever of it goes on meanwhile and reads is stopped by the kernel.
    private mutating func takeForeground() {
        let group = tcgetpgrp(terminal)
        guard group > 0, group != getpgrp() else { return }
        foregroundGroup = group
        // SIGTTOU is blocked here, so that a group in the background may do this.
        tcsetpgrp(terminal, getpgrp())
    }

    private func giveForeground() {
        let group = getpgid(command)
        guard let foregroundGroup, tcsetpgrp(terminal, foregroundGroup) == 0 else {
            tcsetpgrp(terminal, group)
            return
        }
    }

    // MARK: - From us

    private mutating func takeMessages() {
        while true {
            switch MonitorMessage.receive(from: socket) {
            case .message(let message): handle(message)
            case .nothingYet: return
            case .end:
                if var settings { unsafe tcsetattr(userTerminal, TCSANOW, &settings) }
                _exit(0)
            }
        }
    }

    private mutating func handle(_ message: MonitorMessage) {
        switch message {
        case .lent(let settings): self.settings = settings
        case .givenBack: settings = nil
        case .awake:
            parentStops = false
            wakesParent = false
        case .signal(var signal):
            if !hasEnded { unsafe ws_pass_signal(command, &signal) }
        case .signalForeground(let signal):
            guard !hasEnded else { return }
            let group = tcgetpgrp(terminal)
            kill(-(group > 0 && group != getpgrp() ? group : getpgid(command)), signal.number)
        case .resume(let inForeground):
            guard !hasEnded else { return }
            if inForeground { giveForeground() } else { takeForeground() }
            kill(-getpgid(command), SIGCONT)
        case .started, .failed, .stopped, .continued, .ended: break
        }
    }
}
