import Testing

@testable import withsecrets

/// How a command that loses its leases is started anew: as docs/providers/vault.md says.
struct RestartTests {
    /// The restarts behind runs that lasted so many seconds each.
    private func restarts(afterRunsOf seconds: [Int]) -> [Restart] {
        var restarts: [Restart] = []
        for seconds in seconds {
            restarts.append(Restart(after: restarts.last, ranFor: .seconds(seconds), hasLeaked: false))
        }
        return restarts
    }

    @Test func pausesGrowWhileLeasesAreLostSoon() {
        let restarts = restarts(afterRunsOf: [1, 1, 59, 1, 1, 1])
        #expect(restarts.map(\.count) == [1, 2, 3, 4, 5, 6])
        #expect(restarts.prefix(5).map(\.pause) == [0, 1, 2, 4, 8])
    }

    @Test func aRunOfAMinuteBeginsToCountAnew() {
        let restarts = restarts(afterRunsOf: [1, 1, 60, 1, 3600, 3600])
        #expect(restarts.map(\.count) == [1, 2, 0, 1, 0, 0])
        #expect(restarts.map(\.pause) == [0, 1, 0, 0, 0, 0])
    }
}
