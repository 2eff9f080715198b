internal import CProcessShims
internal import Glibc

/// The time between the command's start and its end: one loop over signals, streams and the clock.
final class Supervision {
    private let command: pid_t
    private let session: CommandSession?
    private let signals: SignalInbox
    private let relays: [StreamRelay]
    private let stopTimeout: Nanoseconds?

    private var files: PrivateFiles?
    private var end: ChildEnd?
    private var endTime: Nanoseconds = 0
    private var isStopped = false
    private var killTime: Nanoseconds?
    private var isToRestart = false
    private var wasToldToEnd = false
    private var gaveUp = false

    private static let endingSignals: SignalSet = [
        SignalSet(SIGHUP), SignalSet(SIGINT), SignalSet(SIGQUIT), SignalSet(SIGTERM),
    ]
    /// How long a command that is to be started anew may take to end, where the manifest sets no `stop_timeout`.
    private static let restartTimeout: Nanoseconds = 10_000_000_000

    init(
        of started: Started,
        _ signals: SignalInbox,
        _ relays: [StreamRelay],
        _ files: consuming PrivateFiles,
        stopTimeout: Duration?
    ) {
        command = started.process
        session = started.session
        self.files = consume files
        self.signals = signals
        self.relays = relays
        self.stopTimeout = stopTimeout.map {
            $0.components.seconds * 1_000_000_000 + $0.components.attoseconds / 1_000_000_000
        }
    }

    /// A command that runs: our child, or the monitor's in its own session.
    struct Started {
        var process: pid_t
        var session: CommandSession?
    }

    func run() -> Supervisor.Outcome {
        session?.takeTerminal()
        while end == nil {
            step()
        }
        files = nil
        drain()
        session?.returnUnreadKeys()
        session?.leaveToDescendants()
        leaveRelay()
        session?.giveTerminalBack()
        return Supervisor.Outcome(
            end: end!,
            outputFailure: relays.lazy.compactMap(\.failure).first,
            asksForRestart: isToRestart && !wasToldToEnd && !end!.isByKeyboard
        )
    }

    // MARK: - One turn

    private func step() {
        var entries = [pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0)]
        for relay in relays {
            entries.append(relay.interest.source)
            entries.append(relay.interest.sink)
        }
        if end == nil, let session { entries += session.interest }
        let result = unsafe poll(&entries, nfds_t(entries.count), timeout)
        let now = monotonicNow()
        if result < 0 { return }
        if entries[0].revents != 0 { takeSignals() }
        for (index, relay) in relays.enumerated() {
            relay.handle((entries[1 + 2 * index], entries[2 + 2 * index]), now: now)
            // Our stderr stays: it is our own messages' too.
            if relay.isEnded, relay.kind != .errors { relay.releaseSink() }
        }
        if entries.count > 1 + 2 * relays.count, let session {
            session.handle(entries[(1 + 2 * relays.count)...])
            if entries.last!.revents != 0 { takeMessages(of: session) }
        }
        if let time = killTime, now >= time {
            killTime = nil
            send(ws_signal(number: SIGKILL, code: 0, sender: 0, sender_user: 0, value: 0))
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
            // One that somebody sent may hide the kernel's own: only one can wait at a time.
            if signal.number == SIGCHLD { reap() }
            if signal.number == SIGCHLD, signal.code > 0 { continue }
            if end == nil {
                route(signal)
            } else {
                giveUp(by: signal)
            }
        }
    }

    private func route(_ signal: ws_signal) {
        if signal.number == SIGCONT, session == nil {
            let wasStopped = isStopped
            reap()
            // The same kill of a group that woke us woke the command too.
            if wasStopped, !isStopped { return }
        }
        guard end == nil else { return }
        noteWish(of: signal)
        if signal.number == SIGWINCH { adoptSizes() }
        switch SignalFacts(signal, command: command).route {
        case .withhold: return
        case .pass: send(signal)
        case .passToForeground:
            // The keyboard of a terminal in cooked mode: a shell gave it to us without a word.
            session?.takeTerminal()
            guard signal.number != SIGWINCH else { return }  // the pseudo-terminal told it of its own size
            session.map { MonitorMessage.signalForeground(signal).send(over: $0.socket) } ?? send(signal)
        }
        if signal.number == SIGTERM, let stopTimeout, killTime == nil {
            killTime = monotonicNow() + stopTimeout
        }
    }

    /// Who wants the command to end: a part of us, for a new start, or somebody else, for good.
    private func noteWish(of signal: ws_signal) {
        if OwnRequest.isRestart(signal) {
            isToRestart = true
            killTime = killTime ?? monotonicNow() + (stopTimeout ?? Self.restartTimeout)
        } else if Self.endingSignals.contains(number: signal.number) {
            wasToldToEnd = true
        }
    }

    private func send(_ signal: ws_signal) {
        if let session {
            MonitorMessage.signal(signal).send(over: session.socket)
        } else {
            var signal = signal
            unsafe ws_pass_signal(command, &signal)
        }
    }

    private func adoptSizes() {
        session?.adoptSize()
        for relay in relays where session == nil && relay.adoptSize() {
            // It got its own SIGWINCH perhaps before this size was there to be asked for.
            kill(command, SIGWINCH)
        }
    }

    // MARK: - Children

    /// Takes the ends of all children: the command's, and as PID 1 or subreaper those of orphans.
    private func reap() {
        while true {
            var status: Int32 = 0
            let process = unsafe waitpid(-1, &status, WNOHANG | WUNTRACED | ChildEnd.continuedToo)
            if process < 0, errno == EINTR { continue }
            guard process > 0 else { return }
            guard process == command, session == nil else { continue }
            if ws_has_continued(status) != 0 {
                isStopped = false
            } else if ws_has_stopped(status) != 0 {
                isStopped = true
                for relay in relays { relay.readAhead() }
                let waker = StopWaker(for: command)
                SelfStop.stop(by: ws_stop_signal(status), wholeGroup: false)
                waker.end()
            } else {
                noteEnd(ChildEnd(waitStatus: status))
            }
        }
    }

    private func takeMessages(of session: CommandSession) {
        while end == nil {
            switch MonitorMessage.receive(from: session.socket) {
            case .nothingYet: return
            case .message(.ended(let status)): noteEnd(ChildEnd(waitStatus: status))
            case .message(.stopped(let signal)): follow(session, intoStopBy: signal)
            case .message: continue
            case .end: noteEnd(.killed(signal: SIGKILL))  // somebody killed the monitor, whose end hangs the command up
            }
        }
    }

    private func noteEnd(_ end: ChildEnd) {
        self.end = end
        endTime = monotonicNow()
        killTime = nil
    }

    /// The command's own terminal stopped it: so are we, that the user's shell sees it, and on it goes with us.
    private func follow(_ session: CommandSession, intoStopBy signal: Int32) {
        if signal == SIGTTIN || signal == SIGTTOU, session.takeTerminal() {
            // It was started in the background, and the shell has brought it forward since.
            MonitorMessage.resume(inForeground: true).send(over: session.socket)
            return
        }
        for relay in relays { relay.readAhead() }
        session.giveTerminalBack()
        let outcome = SelfStop.stop(by: signal, wholeGroup: true)
        MonitorMessage.awake.send(over: session.socket)
        guard outcome != .impossible else { return }
        let isForeground = session.takeTerminal()
        MonitorMessage.resume(inForeground: isForeground).send(over: session.socket)
    }

    // MARK: - After the end

    /// What the command wrote is written before we end: until the stream's end, until nothing is there, or as much as a
    /// pipe holds.
    private func drain() {
        for relay in relays { relay.beginDraining() }
        while relays.contains(where: \.isDraining), !gaveUp {
            step()
        }
    }

    /// A signal while only a slow reader keeps us ends the waiting. One that came with the command's own end was meant for
    /// both, and ends nothing.
    private func giveUp(by signal: ws_signal) {
        gaveUp = Self.endingSignals.contains(number: signal.number) && monotonicNow() - endTime > 200_000_000
    }

    /// Descendants that still hold the command's streams are neither waited for nor cut off. As PID 1 they end with us.
    private func leaveRelay() {
        let open = relays.filter { !$0.isEnded }
        guard !open.isEmpty, !gaveUp else { return }
        if getpid() != 1 {
            let process = ws_fork()
            if process == 0 { RelayProcess.run(open, holding: session?.socket) }
            if process > 0 { return }
        }
        for relay in open { relay.finish() }
        while open.contains(where: \.isDraining), !gaveUp { step() }
    }
}
