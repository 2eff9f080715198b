/// A moment of an event loop's time, which stands still while deadlines are paused.
package struct Instant: Hashable, Sendable, Comparable {
    /// Since the loop was made.
    private var elapsed: Duration

    init(elapsed: Duration) {
        self.elapsed = elapsed
    }

    package static func < (left: Instant, right: Instant) -> Bool {
        left.elapsed < right.elapsed
    }

    package static func + (instant: Instant, duration: Duration) -> Instant {
        Instant(elapsed: instant.elapsed + duration)
    }

    package static func - (left: Instant, right: Instant) -> Duration {
        left.elapsed - right.elapsed
    }
}

/// Counts the time since it was made, apart from pauses. Pauses may nest and overlap.
///
/// It follows CLOCK_MONOTONIC: a machine that sleeps uses up no deadline either.
struct PausableClock {
    private let start = SuspendingClock().now
    private var paused: Duration = .zero
    private var pauseCount = 0
    private var pauseStart: Duration = .zero

    var isPaused: Bool { pauseCount > 0 }

    var now: Instant {
        Instant(elapsed: (isPaused ? pauseStart : sinceStart) - paused)
    }

    mutating func pause() {
        if pauseCount == 0 {
            pauseStart = sinceStart
        }
        pauseCount += 1
    }

    mutating func resume() {
        pauseCount -= 1
        if pauseCount == 0 {
            paused += sinceStart - pauseStart
        }
    }

    private var sinceStart: Duration { SuspendingClock().now - start }
}
