internal import CProcessShims
internal import Glibc

/// The pseudo-terminal of a command's own session, before the command is there.
final class SessionTerminal {
    let master: Int32
    private(set) var slave: Int32
    let userTerminal: UserTerminal?
    let input: InputRelay?
    var relay: StreamRelay?
    /// What the command's terminal was given in place of the user's settings: at a start in the background those are the
    /// shell's, which edits its own line just then.
    let stopgapSettings: termios?

    /// nil with errno where the system gives none.
    init?(_ found: StreamPlan.Streams) {
        var master: Int32 = -1
        var slave: Int32 = -1
        guard unsafe ws_open_terminal(&master, &slave) == 0 else { return nil }
        self.master = master
        self.slave = slave
        userTerminal =
            found.input.isTerminal
            ? UserTerminal(0, keepsProcessing: !found.output.isTerminal)
            : found.output.isTerminal ? UserTerminal(1, keepsProcessing: false) : nil
        let isForeground = userTerminal?.isForeground ?? true
        let settings = Self.adopt(isForeground ? userTerminal : nil, found, on: slave)
        stopgapSettings = isForeground ? nil : settings
        if var size = userTerminal?.size {
            unsafe ws_set_window_size(master, &size)
        }
        let source = found.input.isTerminal ? userTerminal?.descriptor ?? 0 : 0
        input =
            unsafe found.input.isOpen
            ? InputRelay(
                from: source,
                isTerminal: found.input.isTerminal,
                to: master,
                endOfFile: withUnsafeBytes(of: settings.c_cc) { unsafe $0[Int(VEOF)] }
            ) : nil
    }

    deinit {
        closeSlave()
    }

    /// The read side of the master as a descriptor of its own.
    func makeReader() -> Int32 {
        fcntl(master, F_DUPFD_CLOEXEC, 3)
    }

    func closeSlave() {
        if slave >= 0 { close(slave) }
        slave = -1
    }

    private static func adopt(_ terminal: UserTerminal?, _ found: StreamPlan.Streams, on slave: Int32) -> termios {
        var settings = terminal?.settings ?? termios()
        if terminal == nil { unsafe tcgetattr(slave, &settings) }
        // What goes to a pipe or file needs no carriage returns, and the text of a pipe no echo.
        if !found.output.isTerminal { settings.c_oflag &= ~tcflag_t(OPOST) }
        if !found.input.isTerminal { settings.c_lflag &= ~tcflag_t(ECHO) }
        unsafe tcsetattr(slave, TCSANOW, &settings)
        return settings
    }
}
