internal import EventLoop
internal import SecretProviders
internal import Synchronization

/// Something that takes a while to get and is got once: a login, the engines that are mounted. Whoever comes while it is
/// under way waits for the same.
final class AsyncOnce<Value: Sendable>: Sendable {
    private let promise = Mutex<Promise<Result<Value, ProviderError>>?>(nil)

    init() {}

    /// The value that `make` gives the first who asks; a failure is everybody's too.
    func value(
        _ make: () async throws(ProviderError) -> Value
    ) async throws(ProviderError) -> Value {
        let fresh = Promise<Result<Value, ProviderError>>()
        let promise = promise.withLock { promise in
            defer { promise = promise ?? fresh }
            return promise ?? fresh
        }
        if promise === fresh {
            do throws(ProviderError) {
                promise.fulfill(.success(try await make()))
            } catch {
                promise.fulfill(.failure(error))
            }
        }
        guard let result = await promise.value else { throw ProviderError(.cancelled, "the wait was given up") }
        return try result.get()
    }
}
