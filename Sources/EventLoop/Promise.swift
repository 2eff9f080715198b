internal import Synchronization

/// A value that several tasks wait for and that comes once.
package final class Promise<Value: Sendable>: Sendable {
    private let state = Mutex(State())

    private struct State {
        var value: Value?
        var waiters: [Int: CheckedContinuation<Value?, Never>] = [:]
        var lastWaiter = 0
    }

    package init() {}

    /// Gives the value to all who wait or will.
    ///
    /// - Returns: whether it is the first; a later one is dropped.
    @discardableResult
    package func fulfill(_ value: Value) -> Bool {
        let waiters: [Int: CheckedContinuation<Value?, Never>]? = state.withLock { state in
            guard state.value == nil else { return nil }
            state.value = value
            defer { state.waiters = [:] }
            return state.waiters
        }
        guard let waiters else { return false }
        // In the order in which they came, so that a run is the same every time.
        for (_, continuation) in waiters.sorted(by: { $0.key < $1.key }) {
            continuation.resume(returning: value)
        }
        return true
    }

    /// The value when it is there; `nil` when the task that waits is cancelled first.
    package var value: Value? {
        get async {
            let id = state.withLock { state in
                state.lastWaiter += 1
                return state.lastWaiter
            }
            return await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let value = state.withLock { state in
                        if state.value == nil {
                            state.waiters[id] = continuation
                        }
                        return state.value
                    }
                    if let value {
                        continuation.resume(returning: value)
                    } else if Task.isCancelled {
                        cancelWaiter(id)
                    }
                }
            } onCancel: {
                cancelWaiter(id)
            }
        }
    }

    private func cancelWaiter(_ id: Int) {
        state.withLock { $0.waiters.removeValue(forKey: id) }?.resume(returning: nil)
    }
}
