internal import CProcessShims
internal import Glibc

/// All signals, blocked, and read one by one from a descriptor instead.
final class SignalInbox {
    let descriptor: Int32
    /// The mask before: that which we were started with, or one that holds signals back (`SignalHold`).
    private let before = ws_blocked_signals()

    init() throws(LaunchError) {
        // Where SIGCHLD was ignored the kernel would reap the command before we learn of its end.
        ws_default_signal(SIGCHLD)
        ws_set_blocked_signals(SignalSet.all.rawValue)
        descriptor = ws_signal_descriptor(SignalSet.all.rawValue)
        guard descriptor >= 0 else {
            let error = errno
            ws_set_blocked_signals(before)
            throw .resource("a descriptor for signals", errno: error)
        }
    }

    deinit {
        close(descriptor)
    }

    /// The next signal that waits.
    func next() -> ws_signal? {
        var signal = ws_signal()
        return unsafe ws_next_signal(descriptor, &signal) == 1 ? signal : nil
    }

    /// Back to the mask from before: the command was not started after all.
    func restore() {
        ws_set_blocked_signals(before)
    }
}
