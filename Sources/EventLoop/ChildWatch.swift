internal import CProcessShims
internal import Glibc

/// How a process ended.
package enum ChildExit: Hashable, Sendable {
    case status(Int32)
    case signal(Int32)
    /// Somebody else has reaped it.
    case unknown
}

/// Tells when a child of ours ends, and reaps it, without SIGCHLD: a handler for it would be everybody's.
package struct ChildWatch: ~Copyable, Sendable {
    package let pid: Int32
    /// A pidfd, or -1 where the kernel has none: then waiting means looking every few milliseconds.
    fileprivate let descriptor: Int32

    package init(_ pid: Int32) {
        self.init(pid, descriptor: ws_pidfd_open(pid))
    }

    init(_ pid: Int32, descriptor: Int32) {
        self.pid = pid
        self.descriptor = descriptor
    }

    deinit {
        if descriptor >= 0 {
            close(descriptor)
        }
    }

    /// Reaps the child when it has ended; `nil` while it runs. The C function is `waitpid`.
    package borrowing func reap() -> ChildExit? {
        var status: Int32 = 0
        var result: Int32
        repeat {
            result = unsafe waitpid(pid, &status, WNOHANG)
        } while result < 0 && errno == EINTR
        guard result != 0 else { return nil }
        guard result == pid else { return .unknown }
        // WIFEXITED and its like are macros that Swift does not see.
        let signal = status & 0x7F
        return signal == 0 ? .status((status >> 8) & 0xFF) : .signal(signal)
    }

    /// Kills the child with its process group, of which it has to be the leader, and reaps it.
    ///
    /// It blocks for the moment that the kernel needs, at most a second: a process in an uninterruptible call stays.
    package borrowing func killGroup() {
        kill(-pid, SIGKILL)
        for _ in 0..<200 {
            guard reap() == nil else { return }
            var end = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            unsafe _ = Glibc.poll(&end, 1, 5)
        }
    }
}

extension EventLoop {
    /// Waits until the child may have ended or one of `descriptors` is readable; the caller looks which, and may find
    /// neither.
    package func wait(
        for child: borrowing ChildWatch,
        orReadable descriptors: [Int32] = [],
        until deadline: Instant? = nil
    ) async -> Wakeup {
        guard child.descriptor < 0 else {
            return await readable(anyOf: descriptors + [child.descriptor], until: deadline)
        }
        let nextLook = now + .milliseconds(10)
        let wakeup = await readable(anyOf: descriptors, until: deadline.map { min($0, nextLook) } ?? nextLook)
        return wakeup == .expired && deadline.map { now < $0 } ?? true ? .ready : wakeup
    }

    /// Waits until the child has ended and reaps it; `nil` when the deadline or a cancellation came first.
    package func exit(of child: borrowing ChildWatch, until deadline: Instant? = nil) async -> ChildExit? {
        while true {
            if let exit = child.reap() {
                return exit
            }
            guard await wait(for: child, until: deadline) == .ready else { return nil }
        }
    }
}
