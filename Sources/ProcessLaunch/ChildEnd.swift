internal import CProcessShims
internal import Glibc

/// How the command ended.
package enum ChildEnd: Hashable, Sendable {
    /// 0–255.
    case exited(Int32)
    case killed(signal: Int32)

    /// `WCONTINUED`, which the Glibc module lacks.
    static let continuedToo: Int32 = 8

    /// From what `waitpid` says of a process that ended.
    init(waitStatus: Int32) {
        if ws_has_exited(waitStatus) != 0 {
            self = .exited(ws_exit_status(waitStatus))
        } else {
            self = .killed(signal: ws_end_signal(waitStatus))
        }
    }

    /// By what Ctrl-C or Ctrl-\ at its own terminal sends.
    var isByKeyboard: Bool { self == .killed(signal: SIGINT) || self == .killed(signal: SIGQUIT) }

    /// The number by which a shell speaks of it: the status, or 128+N.
    package var shellStatus: Int32 {
        switch self {
        case .exited(let status): status
        case .killed(let signal): 128 + signal
        }
    }
}

/// The ways in which this process ends.
package enum ExitStatus {
    /// Ends as the command did: with its status, or by the same signal and without a core file. As PID 1, which the
    /// kernel lets no signal end, with 128+N.
    package static func die(like end: ChildEnd) -> Never {
        switch end {
        case .exited(let status): _exit(status)
        case .killed(let signal): ws_die_by_signal(signal)
        }
    }
}
