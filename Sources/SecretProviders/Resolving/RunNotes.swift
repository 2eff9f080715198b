internal import SecretMemory
internal import Synchronization

/// What providers tell on the way, from whichever task they run in.
final class RunNotes: Sendable {
    private let state = Mutex(State())

    private struct State {
        var credentials: [(name: String, value: Secret)] = []
        /// Which credentials have a name.
        var places: [String: [Int]] = [:]
        var withheld: [String] = []
    }

    func credential(_ name: String, _ secret: Secret) {
        state.withLock { state in
            let known = state.places[name] ?? []
            guard !known.contains(where: { state.credentials[$0].value.isEqual(to: secret) }) else { return }
            state.places[name] = known + [state.credentials.count]
            state.credentials.append((name, secret))
        }
    }

    func withheld(_ name: String) {
        state.withLock { state in
            if !state.withheld.contains(name) {
                state.withheld.append(name)
            }
        }
    }

    func add(to resolution: inout Resolution) {
        state.withLock { state in
            resolution.credentials = state.credentials
            resolution.withheldVariables = state.withheld
        }
    }
}

/// Lets the closure in a provider's context reach the reads that own the provider, without keeping them, and the
/// secrets in them, alive.
final class WeakReads: Sendable {
    private struct Reference {
        weak var reads: SecretReads?
    }

    private let reference = Mutex(Reference())

    var value: SecretReads? {
        get { reference.withLock { $0.reads } }
        set { reference.withLock { $0.reads = newValue } }
    }
}
