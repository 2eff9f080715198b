internal import CProcessShims
internal import Glibc

/// What keeps the memory of this process from others while it holds secrets.
package enum ProcessHardening {
    /// What the kernel or a sandbox refused; `doctor` and `-v` tell, `--strict` stops.
    package enum Refusal: Hashable, Sendable {
        /// `prctl(PR_SET_DUMPABLE)`: a debugger of the same user could attach.
        case undumpable(errno: Int32)
        /// `setrlimit(RLIMIT_CORE)`: a crash could leave a core file.
        case coreLimit(errno: Int32)
    }

    /// No core files, no debugger of the same user. As PID 1, signals end us from here on.
    ///
    /// From here on /proc/self belongs to root: what needs it has to come first. Only the soft limit for core files is
    /// lowered, so that the command gets back what we were given.
    package static func apply() -> [Refusal] {
        var refusals: [Refusal] = []
        if ws_set_dumpable(0) != 0 {
            refusals.append(.undumpable(errno: errno))
        }
        var none = StartupState.coreLimit
        none.rlim_cur = 0
        if unsafe ws_set_core_limit(&none) != 0 {
            refusals.append(.coreLimit(errno: errno))
        }
        ws_end_by_signals_as_init()
        return refusals
    }
}
