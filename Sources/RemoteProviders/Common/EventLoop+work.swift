internal import EventLoop
internal import SecretProviders

extension EventLoop {
    /// Runs `body` to its end also when the caller is cancelled: what a service makes for us – a token, a lease – has to
    /// be known so that it can be given back. A run that is over waits for it a second at most.
    func finishing<Value: Sendable>(
        _ body: @escaping @Sendable () async throws(ProviderError) -> Value
    ) async throws(ProviderError) -> Value {
        let task = Task(executorPreference: self) { () -> Result<Value, ProviderError> in
            do throws(ProviderError) {
                return .success(try await body())
            } catch {
                return .failure(error)
            }
        }
        return try await task.value.get()
    }

    /// Does `work` for all items at the same time, and cancels what is not done within `limit`.
    func forAll<Item: Sendable>(
        _ items: [Item],
        within limit: Duration,
        _ work: @escaping @Sendable (Item) async -> Void
    ) async {
        guard !items.isEmpty else { return }
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { [self] in
                await sleep(until: now + limit)
                return false
            }
            for item in items {
                group.addTask {
                    await work(item)
                    return true
                }
            }
            var left = items.count
            while left > 0, await group.next() == true {
                left -= 1
            }
            group.cancelAll()
        }
    }
}
