internal import CProcessShims
internal import Glibc
internal import Synchronization

/// Runs async code on the thread that calls `runBlocking`, and on no other.
///
/// The default executor would start threads, which costs a short run more than its work, and leaves their signal masks
/// and dispositions to whatever is forked. Tasks prefer this executor when they descend from `runBlocking` or name it
/// (`Task(executorPreference:)`); what waits does so in one poll(2). Another thread may resume such a task, as a network
/// library does: it is woken by an eventfd and still runs here.
///
/// Time is the loop's own: it stands still while `pausingDeadlines` runs.
package final class EventLoop: TaskExecutor {
    private let state: Mutex<State>
    /// An eventfd, or -1 where there are no descriptors left: then the loop looks for work every few milliseconds.
    private let wakeup: Int32

    package init() {
        wakeup = ws_eventfd()
        state = Mutex(State())
    }

    deinit {
        if wakeup >= 0 {
            close(wakeup)
        }
    }

    /// What ended a wait.
    package enum Wakeup: Hashable, Sendable {
        case ready, expired, cancelled
    }

    struct State {
        var jobs: [UnownedJob] = []
        /// Whether the thread of the loop sleeps in poll(2), so that a new job has to wake it.
        var isPolling = false
        var waiters: [Int: Waiter] = [:]
        var lastWaiter = 0
        var clock = PausableClock()
    }

    struct Waiter {
        var descriptors: [Int32]
        var deadline: Instant?
        var continuation: CheckedContinuation<Wakeup, Never>
    }
}

// MARK: - Running

extension EventLoop {
    /// Runs `body` to its end on this thread, with everything that it starts and waits for.
    ///
    /// Returns with `body`; tasks that are left over stay where they are until the loop is run again. One thread at a
    /// time may run a loop.
    package func runBlocking<Value: Sendable, Failure: Error>(
        _ body: @escaping @Sendable () async throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let outcome = Outcome<Value, Failure>()
        Task(executorPreference: self) {
            do throws(Failure) {
                let value = try await body()
                outcome.result.withLock { $0 = .success(value) }
            } catch {
                outcome.result.withLock { $0 = .failure(error) }
            }
        }
        var turn = 0
        while true {
            turn &+= 1
            runJobs()
            if let result = outcome.result.withLock({ $0 }) {
                return try result.get()
            }
            // Jobs come first, but may not keep descriptors waiting for ever.
            if turn.isMultiple(of: 16) || state.withLock({ $0.jobs.isEmpty }) {
                poll()
            }
        }
    }

    private final class Outcome<Value: Sendable, Failure: Error>: Sendable {
        let result = Mutex<Result<Value, Failure>?>(nil)
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let sleeps = state.withLock { state in
            state.jobs.append(job)
            return state.isPolling
        }
        if sleeps {
            ws_eventfd_signal(wakeup)
        }
    }

    /// Runs the jobs that are there now; what they enqueue waits for the next turn, so that descriptors get theirs.
    private func runJobs() {
        let jobs = state.withLock { state in
            let jobs = state.jobs
            state.jobs = []
            return jobs
        }
        for job in jobs {
            unsafe job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }
}

// MARK: - Waiting

extension EventLoop {
    /// Waits until `descriptor` can be read without blocking, or has ended, or is no descriptor.
    package func readable(_ descriptor: Int32, until deadline: Instant? = nil) async -> Wakeup {
        await readable(anyOf: [descriptor], until: deadline)
    }

    /// The same for several descriptors; it does not tell which.
    package func readable(anyOf descriptors: [Int32], until deadline: Instant? = nil) async -> Wakeup {
        let id = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let sleeps = state.withLock { state in
                    state.waiters[id] = Waiter(
                        descriptors: descriptors,
                        deadline: deadline,
                        continuation: continuation
                    )
                    return state.isPolling
                }
                // A cancellation that came before the waiter was there found nobody to wake.
                if Task.isCancelled {
                    cancelWaiter(id)
                } else if sleeps {
                    ws_eventfd_signal(wakeup)
                }
            }
        } onCancel: {
            cancelWaiter(id)
        }
    }

    /// Waits for a moment of this loop's time: `.expired` when it came, or `.cancelled`.
    @discardableResult
    package func sleep(until deadline: Instant) async -> Wakeup {
        await readable(anyOf: [], until: deadline)
    }

    private func cancelWaiter(_ id: Int) {
        state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume(returning: .cancelled)
    }

    /// Sleeps until a descriptor is ready, a deadline has passed or another thread brings a job.
    private func poll() {
        let plan = state.withLock { $0.planPoll(wakeup: wakeup) }
        var descriptors = plan.descriptors
        // An interrupted poll shows no events, and the loop comes back here.
        let count = unsafe Glibc.poll(&descriptors, nfds_t(descriptors.count), plan.timeout)
        let ready = count > 0 ? descriptors.indices.filter { descriptors[$0].revents != 0 } : []
        if let first = ready.first, plan.waiters[first] == nil {
            ws_eventfd_drain(wakeup)
        }
        let woken = state.withLock { state in
            state.isPolling = false
            return state.takeReady(ready.compactMap { plan.waiters[$0] }) + state.takeExpired()
        }
        for (continuation, wakeup) in woken {
            continuation.resume(returning: wakeup)
        }
    }
}

extension EventLoop.State {
    struct Plan {
        var descriptors: [pollfd]
        /// Whose they are; `nil` for the loop's own.
        var waiters: [Int?]
        /// In milliseconds; -1 for ever.
        var timeout: Int32
    }

    mutating func planPoll(wakeup: Int32) -> Plan {
        isPolling = jobs.isEmpty
        let timeout = isPolling ? self.timeout(isWakeable: wakeup >= 0) : 0
        var plan = Plan(descriptors: [], waiters: [], timeout: timeout)
        func add(_ descriptor: Int32, _ waiter: Int?) {
            plan.descriptors.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
            plan.waiters.append(waiter)
        }
        add(wakeup, nil)
        for (id, waiter) in waiters {
            for descriptor in waiter.descriptors {
                add(descriptor, id)
            }
        }
        return plan
    }

    /// Until the nearest deadline, rounded up so that it has passed when poll(2) returns.
    private func timeout(isWakeable: Bool) -> Int32 {
        let longest: Duration = isWakeable ? .seconds(24 * 60 * 60) : .milliseconds(5)
        let deadlines = clock.isPaused ? [] : waiters.values.compactMap(\.deadline)
        guard let nearest = deadlines.min() else { return isWakeable ? -1 : 5 }
        let (seconds, attoseconds) = min(longest, max(.zero, nearest - clock.now)).components
        return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }

    /// In the order in which they came to wait, so that a run is the same every time.
    mutating func takeReady(_ ids: [Int]) -> [(CheckedContinuation<EventLoop.Wakeup, Never>, EventLoop.Wakeup)] {
        ids.sorted().compactMap { id in
            waiters.removeValue(forKey: id).map { ($0.continuation, .ready) }
        }
    }

    mutating func takeExpired() -> [(CheckedContinuation<EventLoop.Wakeup, Never>, EventLoop.Wakeup)] {
        let now = clock.now
        let expired = waiters.filter { $0.value.deadline.map { $0 <= now } ?? false }
        return expired.keys.sorted().compactMap { id in
            waiters.removeValue(forKey: id).map { ($0.continuation, .expired) }
        }
    }
}

// MARK: - Time

extension EventLoop {
    /// The present in this loop's time.
    package var now: Instant {
        state.withLock { $0.clock.now }
    }

    /// Runs `body` while the loop's time stands still, so that a question to the user uses up no deadline.
    package func pausingDeadlines<Value, Failure: Error>(
        _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        state.withLock { $0.clock.pause() }
        defer { resumeDeadlines() }
        return try body()
    }

    /// The same for a `body` that itself waits; other tasks run on, their deadlines stand still too.
    package func pausingDeadlines<Value, Failure: Error>(
        _ body: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        state.withLock { $0.clock.pause() }
        defer { resumeDeadlines() }
        return try await body()
    }

    private func resumeDeadlines() {
        let sleeps = state.withLock { state in
            state.clock.resume()
            return state.isPolling
        }
        if sleeps {
            ws_eventfd_signal(wakeup)
        }
    }
}
