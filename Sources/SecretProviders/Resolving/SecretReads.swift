internal import EventLoop
internal import ManifestFormat
internal import Synchronization

/// The reads of one run: each distinct address once, those that are wanted at the same time in one call per provider.
final class SecretReads: Sendable {
    struct Answer: Sendable {
        var outcome: Result<Lookup, ProviderError>
        /// From the call to the answer.
        var duration: Duration
    }

    private let manifest: Manifest
    private let registry: ProviderRegistry
    private let context: ProviderContext
    private let start = SuspendingClock().now
    /// The same moment in the loop's time, which questions to the user do not use up.
    private let loopStart: Instant
    private let state = Mutex(State())

    private struct State {
        var providers: [String: Result<any SecretProvider, ProviderError>] = [:]
        var answers: [SecretAddress: Promise<Answer>] = [:]
        /// Asked for and not answered.
        var open: Set<SecretAddress> = []
        /// Asked for since the last call, by provider.
        var wanted: [String: [SecretAddress]] = [:]
        var calls: [Task<Void, Never>] = []
        /// Why nothing is asked any more.
        var end: (@Sendable (SecretAddress) -> ProviderError)?
    }

    init(manifest: Manifest, registry: ProviderRegistry, context: ProviderContext) {
        self.manifest = manifest
        self.registry = registry
        self.context = context
        loopStart = context.loop.now
    }

    /// What the address holds; from the run's memory where it was asked for before.
    func read(_ address: SecretAddress) async -> Answer {
        let promise = state.withLock { state in
            if let promise = state.answers[address] {
                return promise
            }
            let promise = Promise<Answer>()
            state.answers[address] = promise
            if let end = state.end {
                promise.fulfill(Answer(outcome: .failure(end(address)), duration: .zero))
                return promise
            }
            state.open.insert(address)
            state.wanted[address.provider, default: []].append(address)
            if state.wanted[address.provider]?.count == 1 {
                // It runs behind all tasks that are ready now, so that it finds what they want too.
                state.calls.append(Task(executorPreference: context.loop) { await self.call(address.provider) })
            }
            return promise
        }
        return await promise.value ?? Answer(outcome: .failure(.cancelled(address)), duration: .zero)
    }

    private func call(_ name: String) async {
        let addresses = state.withLock { $0.wanted.removeValue(forKey: name) ?? [] }
        let start = SuspendingClock().now
        let answer: @Sendable (Int, Result<Lookup, ProviderError>) -> Void = { [self] index, outcome in
            let promise = state.withLock { state in
                state.open.remove(addresses[index])
                return state.answers[addresses[index]]
            }
            promise?.fulfill(Answer(outcome: outcome, duration: SuspendingClock().now - start))
        }
        switch provider(named: name, for: addresses[0]) {
        case .success(let provider):
            await provider.fetch(all: addresses, answer: answer)
            // Nobody shall wait for an answer that is owed; the first one counts.
            for (index, address) in addresses.enumerated() {
                answer(index, .failure(.cancelled(address)))
            }
        case .failure(let error):
            for index in addresses.indices {
                answer(index, .failure(error))
            }
        }
    }

    /// How the provider of that address asked for it; after the answer.
    func route(for address: SecretAddress) -> ProviderRoute? {
        guard case .success(let provider)? = state.withLock({ $0.providers[address.provider] }) else { return nil }
        return provider.route(for: address)
    }

    /// `nil` when nothing is owed.
    var progress: ResolvingProgress? {
        let open = state.withLock { $0.open }
        guard !open.isEmpty else { return nil }
        return ResolvingProgress(
            providers: Set(open.map(\.provider)).sorted(),
            openCount: open.count,
            elapsed: context.loop.now - loopStart
        )
    }

    private func provider(
        named name: String,
        for address: SecretAddress
    ) -> Result<any SecretProvider, ProviderError> {
        if let known = state.withLock({ $0.providers[name] }) {
            return known
        }
        var made: Result<any SecretProvider, ProviderError>
        do throws(ProviderError) {
            made = .success(try makeProvider(named: name, for: address))
        } catch {
            made = .failure(error)
        }
        state.withLock { $0.providers[name] = made }
        return made
    }

    private func makeProvider(
        named name: String,
        for address: SecretAddress
    ) throws(ProviderError) -> any SecretProvider {
        guard let configuration = manifest.configuration(of: name) else { throw .unknownProvider(address) }
        guard !manifest.needsItself(configuration) else { throw .needsItself(configuration) }
        return try registry.makeProvider(configuration, context)
    }

    /// Answers all that is still open with `error`, ends the calls, and lets nothing be asked any more. The error of what
    /// was asked again and again says why.
    func end(_ error: @escaping @Sendable (SecretAddress) -> ProviderError) {
        let (answers, open, calls) = state.withLock { state in
            defer { (state.wanted, state.open) = ([:], []) }
            state.end = state.end ?? error
            return (state.answers, state.open, state.calls)
        }
        let duration = SuspendingClock().now - start
        for address in open {
            var error = error(address)
            if let trouble = route(for: address)?.trouble { error.hints.insert("until then: \(trouble)", at: 0) }
            answers[address]?.fulfill(Answer(outcome: .failure(error), duration: duration))
        }
        for call in calls {
            call.cancel()
        }
    }

    /// Forgets what was read, once all calls have ended: programs are killed and reaped by then. A call that does not
    /// heed its cancellation is left behind after `grace`.
    func close(grace: Duration) async {
        let calls = state.withLock { $0.calls }
        let ended = Promise<Void>()
        let watch = Task(executorPreference: context.loop) {
            for call in calls {
                await call.value
            }
            ended.fulfill(())
        }
        let timer = Task(executorPreference: context.loop) { [loop = context.loop] in
            await loop.sleep(until: loop.now + grace)
            ended.fulfill(())
        }
        _ = await ended.value
        watch.cancel()
        timer.cancel()
        state.withLock { state in
            state.answers = [:]
            state.providers = [:]
            state.calls = []
        }
    }
}

extension Manifest {
    /// The entry under `providers`, or an empty one for a kind's own name.
    func configuration(of name: String) -> ProviderConfiguration? {
        provider(named: name) ?? ProviderKind(rawValue: name).map { ProviderConfiguration(name: name, kind: $0) }
    }

    /// Whether a provider's settings lead back to it, directly or through other providers' settings.
    func needsItself(_ configuration: ProviderConfiguration) -> Bool {
        var seen: Set<String> = []
        var next = configuration.neededProviders
        while let name = next.popLast() {
            if name == configuration.name {
                return true
            }
            if seen.insert(name).inserted {
                next += provider(named: name)?.neededProviders ?? []
            }
        }
        return false
    }
}

extension ProviderConfiguration {
    fileprivate var neededProviders: [String] {
        settings.values.flatMap { setting in
            guard case .secret(let chain) = setting else { return [String]() }
            return chain.map(\.address.provider)
        }
    }
}
