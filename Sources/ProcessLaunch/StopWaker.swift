internal import CProcessShims
internal import Glibc
internal import SecretMemory

/// Wakes us when somebody continues the command alone while we are stopped along with it.
///
/// The kernel tells a stopped parent nothing that would wake it, so a process of its own looks every 50 ms.
struct StopWaker: ~Copyable {
    private let process: pid_t

    init(for command: pid_t) {
        let parent = getpid()
        process = ws_fork()
        if process == 0 { Self.watch(command, for: parent) }
    }

    consuming func end() {
        guard process > 0 else { return }
        kill(process, SIGKILL)
        while waitpid(process, nil, 0) < 0, errno == EINTR {}
    }

    private static func watch(_ command: pid_t, for parent: pid_t) -> Never {
        SecretArena.abandon()
        for stream: Int32 in 0...2 { ws_release_stream(stream) }
        ws_close_all_but(nil, 0)
        // Without /proc nobody can look.
        guard ProcessTree.Entry(of: parent) != nil else { _exit(0) }
        while getppid() == parent {
            let state = ProcessTree.Entry(of: command)?.state
            // `t` is stopped by a debugger. Once may be too early: our parent is about to stop, so on until it ends us.
            if state != "T", state != "t" { kill(parent, SIGCONT) }
            poll(nil, 0, 50)
        }
        _exit(0)
    }
}
