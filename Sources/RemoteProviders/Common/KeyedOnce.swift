internal import SecretProviders
internal import Synchronization

/// An `AsyncOnce` for each key.
final class KeyedOnce<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let cells = Mutex<[Key: AsyncOnce<Value>]>([:])

    init() {}

    func value(
        for key: Key,
        _ make: () async throws(ProviderError) -> Value
    ) async throws(ProviderError) -> Value {
        let cell = cells.withLock { cells in
            if let cell = cells[key] { return cell }
            let cell = AsyncOnce<Value>()
            cells[key] = cell
            return cell
        }
        return try await cell.value(make)
    }
}
