internal import EventLoop
internal import ProcessLaunch
internal import RemoteProviders
internal import SecretProviders
internal import Synchronization

/// The network providers of one command, and the signals that wait until what the services lent is given back.
///
/// A run without network providers has nothing of it: a signal ends it as it ends any program.
final class Network: Sendable {
    let session: RemoteSession
    private let state = Mutex(State())

    private struct State {
        var hold: SignalHold?
        /// What ended the reading.
        var interruption: Int32?
    }

    init(isTrusted: Bool) {
        session = RemoteSession(isTrusted: isTrusted)
    }

    var leases: LeaseKeeper { session.leases }

    /// Resolves until it is done or a signal comes, and gives back the logins that hold no leases.
    func resolve(with resolver: Resolver, on loop: EventLoop) async -> Resolution {
        let work = Task(executorPreference: loop) { await resolver.resolve() }
        let watch = Mutex<Task<Void, Never>?>(nil)
        session.whenFirstUsed { [self] in
            guard let hold = SignalHold() else { return }
            state.withLock { $0.hold = hold }
            let task = Task(executorPreference: loop) {
                guard await loop.readable(hold.descriptor) == .ready, let signal = hold.take() else { return }
                self.state.withLock { $0.interruption = signal }
                // A second one does not wait.
                hold.release()
                work.cancel()
            }
            watch.withLock { $0 = task }
        }
        let resolution = await work.value
        await session.finishReads(on: loop)
        if let task = watch.withLock({ $0 }) {
            task.cancel()
            await task.value
        }
        return resolution
    }

    /// Ends this process by the signal that came while secrets were read.
    func endIfInterrupted() {
        guard let signal = state.withLock({ $0.interruption }) else { return }
        leases.endAll()
        ExitStatus.die(like: .killed(signal: signal))
    }

    /// Gives everything back, and lets signals through: one that waits ends us here.
    func end() {
        leases.endAll()
        state.withLock { state in
            defer { state.hold = nil }
            return state.hold
        }?.release()
    }
}
