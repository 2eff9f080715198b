internal import CProcessShims
internal import Glibc
internal import SecretMemory

/// What remains of us while descendants of a command that has ended still hold its streams.
///
/// It has the filters with their state, and nothing else: no signal reaches it by terminal or group, no file of ours or
/// of our caller stays open through it. It ends with the last writer, or when nobody reads any more.
enum RelayProcess {
    /// - Parameter socket: held until the end: the monitor leads the descendants' session as long as it is open.
    static func run(_ relays: [StreamRelay], holding socket: Int32?) -> Never {
        setsid()
        // A stop of the whole service ends the writers, and their end ends us: dying first would cut their last lines off.
        ws_set_ignored_signals(SignalSet.all.rawValue)
        // Locks are not inherited; being undumpable is.
        SecretArena.lockAnew()
        unsafe chdir("/")
        letGo(of: relays, holding: socket)
        while relays.contains(where: { !$0.isEnded }) {
            turn(relays)
        }
        _exit(0)
    }

    private static func letGo(of relays: [StreamRelay], holding socket: Int32?) {
        var kept = relays.flatMap { [$0.sourceNumber, $0.sinkNumber] } + [socket].compactMap(\.self)
        for stream: Int32 in 0...2 where !kept.contains(stream) {
            ws_release_stream(stream)
        }
        unsafe ws_close_all_but(&kept, Int32(kept.count))
    }

    private static func turn(_ relays: [StreamRelay]) {
        var entries = relays.flatMap { [$0.interest.source, $0.interest.sink] }
        var timeout: Int32 = -1
        if let first = relays.compactMap(\.releaseTime).min() {
            timeout = Int32(clamping: max(0, (first - monotonicNow() + 999_999) / 1_000_000))
        }
        guard unsafe poll(&entries, nfds_t(entries.count), timeout) >= 0 else { return }
        let now = monotonicNow()
        for (index, relay) in relays.enumerated() {
            relay.handle((entries[2 * index], entries[2 * index + 1]), now: now)
            if relay.isEnded { relay.releaseSink() }
        }
    }
}
