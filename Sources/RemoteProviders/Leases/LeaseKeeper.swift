internal import CProcessShims
internal import EventLoop
internal import Glibc
internal import ManifestFormat
internal import SecretMemory
internal import SecretProviders
internal import Synchronization

/// What the services lent for as long as the command runs: leases, and the login tokens that they hang on.
///
/// It has a thread of its own, and that only when `start` is called while there is something to renew. The thread has all
/// signals blocked, forks nothing and touches no descriptor of the command's.
///
/// For the supervisor: call `start` once the command runs, behind the fork and behind the closing of what the command
/// inherited, since the network's descriptors are not closed on exec; act on the losses that it reports; and call
/// `endAll` on every way out: the command ended, could not be started, or we were told to stop. Neither changes the
/// command's exit status.
package final class LeaseKeeper: Sendable {
    private let state = Mutex(State())

    private struct State {
        var holdings: [LeaseHolding] = []
        var renewal: Task<Void, Never>?
        var hasEnded = false
    }

    init() {}

    /// Whether something has to be renewed or given back: then the command can't replace us by execve.
    package var hasWork: Bool {
        state.withLock { !$0.holdings.isEmpty }
    }

    /// Whether a lost lease means a new start of the command.
    package var mayRestart: Bool {
        state.withLock { $0.holdings.contains { $0.policy == .restart } }
    }

    /// A lease that the command's secrets hang on and that is no more.
    package struct Loss: Hashable, Sendable {
        /// The provider's name.
        package var provider: String
        /// The path that the secret was read from.
        package var path: String
        package var policy: LeaseLossPolicy
        /// Lower case, no full stop.
        package var message: String
    }

    /// - Parameter onLoss: called on the keeper's thread, once for each lease; it must not block. A supervisor writes it
    ///   down and wakes itself.
    package func start(onLoss: @escaping @Sendable (Loss) -> Void) {
        guard hasWork else { return }
        startThread {
            let loop = EventLoop()
            loop.runBlocking { [self] in
                let task = Task(executorPreference: loop) { await self.renewAll(on: loop, onLoss: onLoss) }
                let hasEnded = state.withLock { state in
                    state.renewal = task
                    return state.hasEnded
                }
                if hasEnded { task.cancel() }
                await task.value
            }
        }
    }

    /// Gives everything back: tokens of our own logins, with which their leases end, and leases that hang on a token we
    /// were given. It blocks until that is done, and at most for `limit`; what is left then ends by itself in time.
    package func endAll(within limit: Duration = .seconds(2)) {
        let (holdings, renewal) = state.withLock { state in
            defer {
                state.holdings = []
                state.hasEnded = true
            }
            return (state.holdings, state.renewal)
        }
        renewal?.cancel()
        guard !holdings.isEmpty else { return }
        let loop = EventLoop()
        loop.runBlocking {
            await loop.forAll(holdings, within: limit) { await $0.end(on: loop) }
        }
    }

    /// Whether leases hang on the token, so that it has to live as long as the command.
    func holds(_ token: Secret) -> Bool {
        state.withLock { $0.holdings.contains { $0.login.token === token } }
    }

    func add(_ lease: VaultLease, of settings: RemoteSettings, _ client: VaultClient, _ login: VaultLogin) {
        let now = SuspendingClock().now
        state.withLock { state in
            let index = state.holdings.firstIndex { $0.login.token === login.token }
            let policy = settings.leaseLossPolicy
            if let index {
                state.holdings[index].leases.append(.init(lease, obtained: now, policy: policy))
            } else {
                var holding = LeaseHolding(
                    client: client,
                    login: login,
                    policy: policy,
                    obtained: now
                )
                holding.leases.append(.init(lease, obtained: now, policy: policy))
                state.holdings.append(holding)
            }
        }
    }

    /// Sleeps until something is due, asks for more time, and reports what is lost, until it is cancelled or there is
    /// nothing left to renew.
    private func renewAll(on loop: EventLoop, onLoss: @escaping @Sendable (Loss) -> Void) async {
        while !Task.isCancelled {
            guard let due = state.withLock({ $0.holdings.compactMap(\.nextDue).min() }) else { return }
            let pause = due - SuspendingClock().now
            if pause > .zero {
                guard await loop.sleep(until: loop.now + pause) == .expired else { return }
            }
            let now = SuspendingClock().now
            let holdings = state.withLock { $0.holdings }
            for holding in holdings where holding.nextDue.map({ $0 <= now }) ?? false {
                let (renewed, losses) = await holding.renewed(on: loop)
                state.withLock { state in
                    guard let index = state.holdings.firstIndex(where: { $0.login.token === holding.login.token })
                    else { return }
                    state.holdings[index] = renewed
                }
                guard !Task.isCancelled else { return }
                losses.forEach(onLoss)
            }
        }
    }
}

/// What becomes of a command whose lease is lost: a line on stderr, a signal (SIGHUP), a new start, or its end.
package enum LeaseLossPolicy: String, Hashable, Sendable, CaseIterable {
    case warn, signal, restart, stop
}

extension RemoteSettings {
    fileprivate var leaseLossPolicy: LeaseLossPolicy {
        configuration.text("on_lease_loss").flatMap(LeaseLossPolicy.init(rawValue:)) ?? .warn
    }
}

/// Starts a detached thread with all signals blocked.
private func startThread(_ body: @escaping @Sendable () -> Void) {
    final class Box {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var all = sigset_t()
    var before = sigset_t()
    unsafe sigfillset(&all)
    unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { unsafe _ = pthread_sigmask(SIG_SETMASK, &before, nil) }
    var thread = pthread_t()
    let box = unsafe Unmanaged.passRetained(Box(body))
    let error = unsafe pthread_create(
        &thread,
        nil,
        { argument in
            guard let argument = unsafe argument else { return nil }
            unsafe Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
            return nil
        },
        box.toOpaque()
    )
    guard error == 0 else {
        // Without a thread nothing is renewed; the leases then end at their time, as they would have without us.
        unsafe box.release()
        return
    }
    pthread_detach(thread)
}
