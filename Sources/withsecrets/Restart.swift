internal import Diagnostics
internal import Glibc
internal import ProcessLaunch

/// A new start of the command after a lease was lost (`on_lease_loss: restart`): this program becomes a new run of itself,
/// which reads everything anew.
///
/// What one run tells the next travels in `WITHSECRETS_RESTART`, which no command gets. A command that keeps losing its
/// lease soon after its start is started after growing pauses, and in the end no more.
struct Restart {
    /// How many starts in a row came soon after the one before.
    private(set) var count = 0
    /// Whether something was masked in the runs before, for `--fail-on-leak`.
    private(set) var hasLeaked = false

    private static let variable = "WITHSECRETS_RESTART"
    /// Whatever ran longer than this before it lost its lease begins to count anew.
    private static let longEnough = Duration.seconds(60)
    private static let limit = 5

    /// What the run before this one left; `nil` for a first run.
    init?() {
        guard let text = Surroundings.variable(Self.variable) else { return nil }
        let words = text.split(separator: " ")
        guard let count = words.first.flatMap({ Int($0) }), (0...Self.limit).contains(count) else { return nil }
        self.count = count
        hasLeaked = words.dropFirst().first == "leaked"
    }

    init(after last: Restart?, ranFor time: Duration, hasLeaked: Bool) {
        count = time < Self.longEnough ? (last?.count ?? 0) + 1 : 0
        self.hasLeaked = hasLeaked
    }

    /// None before the first, then 1, 2, 4 and 8 seconds.
    var pause: UInt32 { count < 2 ? 0 : 1 << UInt32(count - 2) }

    /// Called before anything is held that would have to be given back: a signal ends us here.
    func wait() {
        guard pause > 0 else { return }
        sleep(pause)
    }

    /// - Returns: why there is no new run.
    func perform(_ terminal: Terminal) -> Failure {
        guard count <= Self.limit else {
            return Failure(
                Diagnostic(
                    "the command lost its lease within a minute \(count) times in a row, so it is not started again",
                    hints: ["the lease may be too short for this role: its 'ttl' and 'max_ttl' are the server's"]
                )
            )
        }
        terminal.detail("a lease was lost: reading all secrets anew and starting the command again")
        let note = "\(count)\(hasLeaked ? " leaked" : "")"
        let error = OwnRestart.perform(note: Self.variable, note)
        return Failure(Diagnostic("the command could not be started again: \(error.diagnostic.message)"))
    }
}
