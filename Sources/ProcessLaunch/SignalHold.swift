internal import CProcessShims
internal import Glibc

/// Signals that would end us, held back until what a service lent us is given back.
///
/// Those that we were started to ignore stay ignored. The mask is the calling thread's, and with it that of threads
/// which it starts; others have to block everything.
package final class SignalHold: Sendable {
    /// Can be read once a signal waits.
    package let descriptor: Int32
    private let held: UInt64
    private let before: UInt64

    /// `nil` where there is no descriptor left: then they end us as they always did.
    package init?() {
        let ignored = ws_ignored_signals()
        held = [SIGHUP, SIGINT, SIGQUIT, SIGTERM].reduce(0) { $0 | 1 << UInt64($1 - 1) } & ~ignored
        before = ws_blocked_signals()
        descriptor = ws_signal_descriptor(held)
        guard descriptor >= 0 else { return nil }
        ws_set_blocked_signals(before | held)
    }

    deinit {
        close(descriptor)
    }

    /// The first signal that waits, which then waits no more.
    package func take() -> Int32? {
        var signal = ws_signal()
        return unsafe ws_next_signal(descriptor, &signal) == 1 ? signal.number : nil
    }

    /// Holds nothing back any more: a signal that waits, or comes, ends us.
    package func release() {
        ws_set_blocked_signals(before)
    }
}
