internal import Diagnostics
internal import Glibc
internal import RemoteProviders

/// What becomes of the command when a lease is lost that its secrets hang on.
enum LeaseLoss {
    /// Called on the keeper's thread, so with a terminal of its own.
    static func act(upon loss: LeaseKeeper.Loss, _ terminal: Terminal) {
        terminal.show(Diagnostic(.warning, printable(loss.message)))
        switch loss.policy {
        case .warn: break
        case .signal: send(SIGHUP)
        // A new start is the service manager's: it sees the command's end.
        case .stop, .restart: send(SIGTERM)
        }
    }

    /// To ourselves: a queued signal is passed on to the command by the supervisor.
    private static func send(_ signal: Int32) {
        unsafe _ = sigqueue(getpid(), signal, sigval())
    }
}
