internal import SecretMemory
internal import SecretProviders

/// A whole answer: its status, the few headers that somebody looks at, and its body in locked memory. None of it is shown
/// but the status.
struct HTTPAnswer: Sendable {
    /// Names of the headers that are kept, in lower case; none of them carries a secret.
    static let keptHeaders: Set<String> = [
        "retry-after", "www-authenticate", "x-amzn-errortype", "x-amzn-query-error", "metadata-flavor", "content-type",
        "location",
    ]

    var status: Int
    var headers: [String: String]
    var body: Secret

    var isSuccess: Bool { (200...299).contains(status) }

    /// The body as JSON; `nil` where it is none.
    var json: JSONValue? { try? JSONValue(parsing: body) }

    /// `Retry-After` in seconds (RFC 9110 §10.2.3); its other form, a date, is not used by the services we ask.
    var retryAfter: Duration? {
        headers["retry-after"].flatMap { Int($0) }.flatMap { $0 >= 0 ? .seconds($0) : nil }
    }
}
