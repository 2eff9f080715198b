internal import Diagnostics
internal import Glibc
internal import ProcessLaunch
internal import RemoteProviders

/// What becomes of the command when a lease is lost that its secrets hang on.
enum LeaseLoss {
    /// Called on the keeper's thread, so with a terminal of its own.
    static func act(upon loss: LeaseKeeper.Loss, _ terminal: Terminal) {
        terminal.show(Diagnostic(.warning, printable(loss.message)))
        switch loss.policy {
        case .warn: break
        case .signal: OwnRequest.pass(SIGHUP)
        case .stop: OwnRequest.pass(SIGTERM)
        case .restart: OwnRequest.restart()
        }
    }
}
