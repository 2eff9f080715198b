internal import CProcessShims
internal import Glibc

/// Stopping ourselves because the command was stopped, so that whoever started us sees it as if we were not there.
enum SelfStop {
    enum Outcome {
        /// We were stopped, and somebody continued us.
        case continued
        /// The kernel refuses, as it refuses a group without a shell over it: such a command would not have stopped.
        case refused
        /// SIGSTOP to PID 1.
        case impossible
    }

    /// Returns when we go on.
    ///
    /// - Parameter wholeGroup: what a terminal's key does, SIGSTOP apart, which is always one process's affair.
    @discardableResult
    static func stop(by signal: Int32, wholeGroup: Bool) -> Outcome {
        // SIGCONT is blocked: one from before would look like the answer.
        if signal == SIGSTOP {
            kill(getpid(), SIGSTOP)
        } else {
            let ignored = SignalSet(rawValue: ws_ignored_signals())
            ws_default_signal(signal)
            kill(wholeGroup ? 0 : getpid(), signal)
            ws_set_blocked_signals(SignalSet.all.subtracting(SignalSet(signal)).rawValue)
            ws_set_blocked_signals(SignalSet.all.rawValue)
            if ignored.contains(number: signal) { ws_set_ignored_signals(ignored.rawValue) }
        }
        if ws_is_pending(SIGCONT) != 0 { return .continued }
        return signal == SIGSTOP ? .impossible : .refused
    }
}
