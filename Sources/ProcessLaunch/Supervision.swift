internal import CProcessShims
internal import Glibc

/// The time between the command's start and its end: one loop over signals, streams and the clock.
final class Supervision {
    private let child: pid_t
    private let signals: SignalInbox
    private let relays: [StreamRelay]
    private let stopTimeout: Nanoseconds?

    private var files: PrivateFiles?
    private var end: ChildEnd?
    private var isStopped = false
    private var killTime: Nanoseconds?

    init(
        of child: pid_t,
        _ signals: SignalInbox,
        _ relays: [StreamRelay],
        _ files: consuming PrivateFiles,
        stopTimeout: Duration?
    ) {
        self.child = child
        self.files = consume files
        self.signals = signals
        self.relays = relays
        self.stopTimeout = stopTimeout.map {
            $0.components.seconds * 1_000_000_000 + $0.components.attoseconds / 1_000_000_000
        }
    }

    func run() -> Supervisor.Outcome {
        while end == nil {
            step()
        }
        files = nil
        drain()
        leaveRelay()
        return Supervisor.Outcome(end: end!, outputFailure: relays.lazy.compactMap(\.failure).first)
    }

    // MARK: - One turn

    private func step() {
        var entries = [pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0)]
        for relay in relays {
            entries.append(relay.interest.source)
            entries.append(relay.interest.sink)
        }
        let result = unsafe poll(&entries, nfds_t(entries.count), timeout)
        let now = monotonicNow()
        if result < 0 { return }
        if entries[0].revents != 0 { takeSignals() }
        for (index, relay) in relays.enumerated() {
            relay.handle((entries[1 + 2 * index], entries[2 + 2 * index]), now: now)
        }
        if let time = killTime, now >= time {
            killTime = nil
            kill(child, SIGKILL)
        }
    }

    /// Milliseconds until the first deadline, rounded up; -1 where there is none.
    private var timeout: Int32 {
        if relays.contains(where: \.isReadyToDrain) { return 0 }
        let times = relays.compactMap(\.releaseTime) + [killTime].compactMap(\.self)
        guard let first = times.min() else { return -1 }
        return Int32(clamping: max(0, (first - monotonicNow() + 999_999) / 1_000_000))
    }

    // MARK: - Signals

    private func takeSignals() {
        while let signal = signals.next() {
            if signal.number == SIGCHLD, signal.code > 0 {
                reap()
            } else if end == nil {
                route(signal)
            }
        }
    }

    private func route(_ signal: ws_signal) {
        if signal.number == SIGCONT {
            let wasStopped = isStopped
            reap()
            // The same kill of a group that woke us woke the command too.
            if wasStopped, !isStopped { return }
        }
        guard end == nil else { return }
        switch SignalFacts(signal, command: child).route {
        case .withhold: return
        case .pass, .passToForeground:
            var signal = signal
            unsafe ws_pass_signal(child, &signal)
        }
        if signal.number == SIGTERM, let stopTimeout, killTime == nil {
            killTime = monotonicNow() + stopTimeout
        }
    }

    // MARK: - Children

    /// Takes the ends of all children: the command's, and as PID 1 or subreaper those of orphans.
    private func reap() {
        while true {
            var status: Int32 = 0
            let process = unsafe waitpid(-1, &status, WNOHANG | WUNTRACED | Self.continued)
            if process < 0, errno == EINTR { continue }
            guard process > 0 else { return }
            guard process == child else { continue }
            if ws_has_continued(status) != 0 {
                isStopped = false
            } else if ws_has_stopped(status) != 0 {
                isStopped = true
                stopLikewise(by: ws_stop_signal(status))
            } else {
                end = ChildEnd(waitStatus: status)
            }
        }
    }

    /// `WCONTINUED`, which the Glibc module lacks.
    private static let continued: Int32 = 8

    /// The command was stopped: so are we, that whoever started us sees it.
    private func stopLikewise(by signal: Int32) {
        if signal == SIGSTOP {
            kill(getpid(), SIGSTOP)
            return
        }
        ws_default_signal(signal)
        kill(getpid(), signal)
        ws_set_blocked_signals(SignalSet.all.subtracting(SignalSet(signal)).rawValue)
        ws_set_blocked_signals(SignalSet.all.rawValue)
    }

    // MARK: - After the end

    /// What the command wrote is written before we end: until the stream's end, until nothing is there, or as much as a
    /// pipe holds, since descendants may go on writing for ever.
    private func drain() {
        for relay in relays { relay.beginDraining() }
        while relays.contains(where: \.isDraining) {
            step()
        }
    }

    /// Descendants that still hold the command's streams are neither waited for nor cut off. As PID 1 they end with us.
    private func leaveRelay() {
        let open = relays.filter { !$0.isEnded }
        guard !open.isEmpty else { return }
        if getpid() != 1 {
            let process = ws_fork()
            if process == 0 { RelayProcess.run(open) }
            if process > 0 { return }
        }
        for relay in open { relay.finish() }
        while open.contains(where: \.isDraining) { step() }
    }
}
