/// How often, and after which pauses, a request is repeated that failed of what may pass. It knows no clock.
struct RetryPolicy: Sendable {
    /// With the first one.
    var attempts = 5
    var firstPause = Duration.milliseconds(100)
    var longestPause = Duration.seconds(2)
    /// A server that wants more patience than this is not waited for.
    var longestRetryAfter = Duration.seconds(10)

    /// The pause behind attempt number `attempt`, counted from 1; `nil` when it was the last.
    ///
    /// - Parameter random: from 0 to 1; half of the pause is left to chance, so that many clients do not come back
    ///   together.
    func pause(after attempt: Int, retryAfter: Duration?, random: Double) -> Duration? {
        guard attempt < attempts else { return nil }
        if let retryAfter, retryAfter > longestRetryAfter { return nil }
        let whole = min(longestPause, firstPause * (1 << min(attempt - 1, 16)))
        return max(retryAfter ?? .zero, whole * (0.5 + random / 2))
    }

    /// 429 and the 5xx that pass: not 501 and 505, which say that it will never be.
    static func mayPass(status: Int) -> Bool {
        status == 429 || (500...599).contains(status) && status != 501 && status != 505
    }
}
