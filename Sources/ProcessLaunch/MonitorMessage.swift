internal import CProcessShims
internal import Glibc

/// What we and the monitor tell each other, one packet each over a socket pair.
enum MonitorMessage {
    // To the monitor.
    case signal(ws_signal)
    /// To the foreground group of the command's terminal.
    case signalForeground(ws_signal)
    /// We were stopped with the command, and go on.
    case awake
    /// The command is to go on.
    case resume(inForeground: Bool)
    /// The user's terminal is in raw mode from here on; these settings are to be restored if we vanish.
    case lent(termios)
    case givenBack

    // From the monitor.
    case started(pid_t)
    /// It could not become the program (`isProgram`), or no process could be made.
    case failed(errno: Int32, isProgram: Bool)
    case stopped(signal: Int32)
    case continued
    case ended(waitStatus: Int32)

    func send(over socket: Int32) {
        var message = self
        let byteCount = MemoryLayout<MonitorMessage>.size
        while unsafe Glibc.send(socket, &message, byteCount, Int32(MSG_NOSIGNAL)) < 0, errno == EINTR {}
    }

    enum Arrival {
        case message(MonitorMessage)
        case nothingYet
        /// The other side is gone.
        case end
    }

    static func receive(from socket: Int32, waits: Bool = false) -> Arrival {
        var message = MonitorMessage.givenBack
        let byteCount = MemoryLayout<MonitorMessage>.size
        while true {
            let flags = waits ? 0 : Int32(MSG_DONTWAIT)
            let count = unsafe recv(socket, &message, byteCount, flags)
            if count == byteCount { return .message(message) }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return .nothingYet }
            return .end
        }
    }
}
