internal import CProcessShims
internal import Glibc

/// A command in a session of its own on a pseudo-terminal, and the user's terminal lent to it.
final class CommandSession {
    /// Where the monitor tells what becomes of the command.
    let socket: Int32
    private let relay: StreamRelay?
    private let input: InputRelay?
    private let userTerminal: UserTerminal?
    private var master: Int32
    private var stopgapSettings: termios?

    init(_ terminal: SessionTerminal, over socket: Int32) {
        relay = terminal.relay
        master = terminal.master
        userTerminal = terminal.userTerminal
        input = terminal.input
        stopgapSettings = terminal.stopgapSettings
        self.socket = socket
    }

    // MARK: - The user's terminal

    /// Lends the terminal to the command if it is ours to lend.
    ///
    /// - Returns: whether the command is in the foreground.
    @discardableResult
    func takeTerminal() -> Bool {
        guard let userTerminal else { return true }
        guard userTerminal.isForeground else { return false }
        if !userTerminal.isRaw {
            // The monitor knows first what to restore: we may be killed at any point.
            userTerminal.enterRawMode { MonitorMessage.lent($0).send(over: socket) }
            adoptSettings()
            adoptSize()
        }
        return true
    }

    /// The first time in the foreground after a start in the background: the settings are the user's now.
    private func adoptSettings() {
        guard let stopgapSettings, var wanted = userTerminal?.settings else { return }
        var found = termios()
        let isUntouched =
            unsafe tcgetattr(master, &found) == 0
            && withUnsafeBytes(of: found) { found in
                unsafe withUnsafeBytes(of: stopgapSettings) { unsafe found.elementsEqual($0) }
            }
        // The command may have its own wishes by now.
        if isUntouched { unsafe tcsetattr(master, TCSANOW, &wanted) }
        self.stopgapSettings = nil
    }

    func giveTerminalBack() {
        guard let userTerminal, userTerminal.isRaw else { return }
        userTerminal.leaveRawMode()
        MonitorMessage.givenBack.send(over: socket)
    }

    /// The kernel tells the command's foreground group by SIGWINCH when the size is another.
    func adoptSize() {
        guard master >= 0, var size = userTerminal?.size else { return }
        unsafe ws_set_window_size(master, &size)
    }

    /// The user's terminal is gone: so is the command's, with whatever the kernel does then.
    private func hangUp() {
        guard master >= 0 else { return }
        close(master)
        master = -1
        relay?.abandon()
    }

    /// What was typed and nobody has read goes back to where it was typed, for who reads there next: a shell, as without
    /// us. Where the kernel forbids that it is lost.
    func returnUnreadKeys() {
        guard master >= 0, let userTerminal, userTerminal.isRaw, userTerminal.isForeground else { return }
        let slave = ws_open_slave(master)
        guard slave >= 0 else { return }
        defer { close(slave) }
        // A password may be among them.
        var keys = [UInt8](repeating: 0, count: 4096)
        defer { unsafe keys.withUnsafeMutableBytes { unsafe explicit_bzero($0.baseAddress!, $0.count) } }
        let count = unsafe keys.withUnsafeMutableBytes { unsafe ws_take_unread_keys(slave, $0.baseAddress, $0.count) }
        for key in keys.prefix(Int(max(count, 0))) where !userTerminal.type(key) { return }
    }

    /// The command has ended: nobody types for it any more, and what its descendants write goes through a terminal that
    /// processes it already.
    func leaveToDescendants() {
        guard master >= 0 else { return }
        var settings = termios()
        if userTerminal != nil, unsafe tcgetattr(master, &settings) == 0 {
            settings.c_oflag &= ~tcflag_t(OPOST)
            unsafe tcsetattr(master, TCSANOW, &settings)
        }
        close(master)
        master = -1
    }

    // MARK: - Polling

    var interest: [pollfd] {
        let none = pollfd(fd: -1, events: 0, revents: 0)
        let (source, sink) =
            master < 0 ? (none, none) : input?.interest(isAllowed: userTerminal?.isRaw ?? true) ?? (none, none)
        return [source, sink, pollfd(fd: socket, events: Int16(POLLIN), revents: 0)]
    }

    func handle(_ events: ArraySlice<pollfd>) {
        guard master >= 0 else { return }
        input?.handle((events[events.startIndex], events[events.startIndex + 1]))
        if input?.hasHungUp == true, let userTerminal, !userTerminal.isForeground {
            // A shell took the terminal from us without a stop: reading fails with EIO then, which is no hang-up.
            input?.goOn()
            userTerminal.forgetRawMode()
            MonitorMessage.givenBack.send(over: socket)
        }
        // Nobody has the command's terminal open any more: its end is a message on the way.
        if relay?.isEnded == true { returnUnreadKeys() }
        if relay?.isEnded == true || input?.hasHungUp == true { hangUp() }
    }
}
