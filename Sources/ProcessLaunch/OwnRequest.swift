internal import CProcessShims
internal import Glibc

/// What a thread of ours wants of the supervisor, told by a signal that it queues to this process: sigqueue(3).
package enum OwnRequest {
    /// Passes a signal on to the command.
    package static func pass(_ signal: Int32) {
        unsafe _ = sigqueue(getpid(), signal, sigval())
    }

    /// Ends the command, by SIGTERM and in the end by SIGKILL, so that it can be started anew; see
    /// `Supervisor.Outcome.asksForRestart`.
    package static func restart() {
        unsafe _ = sigqueue(getpid(), SIGTERM, sigval(sival_ptr: UnsafeMutableRawPointer(bitPattern: restartMark)))
    }

    /// `SI_QUEUE`, which the Glibc module lacks.
    private static let queueCode: Int32 = -1
    private static let restartMark: UInt = 0x5745

    /// Whether a thread of ours queued it, for what it means to the command.
    static func isRequest(_ signal: ws_signal) -> Bool {
        signal.sender == getpid() && signal.code == queueCode
    }

    static func isRestart(_ signal: ws_signal) -> Bool {
        isRequest(signal) && signal.number == SIGTERM && signal.value == UInt64(restartMark)
    }
}
