/// Why a request got no whole answer.
enum HTTPFailure: Error, Hashable, Sendable {
    case unresolvable
    case refusedConnection
    /// Another errno of connect(2).
    case unreachable(errno: Int32)
    case connectTimedOut
    case timedOut
    /// The connection ended, or was reset, before the answer did.
    case cut
    /// There is no /proc, without which libdispatch, on which the connections are ended, may end the program.
    case lacksProc
    case certificateUnverified
    case certificateForAnotherName
    case tlsHandshake
    case proxyRefused
    case proxyNeedsCredentials
    case tooLarge
    case notHTTP
    case cancelled
    case other

    /// Whether the same request may succeed a moment later.
    var mayPass: Bool {
        switch self {
        case .unresolvable, .refusedConnection, .unreachable, .connectTimedOut, .cut: true
        case .timedOut, .certificateUnverified, .certificateForAnotherName, .tlsHandshake, .proxyRefused,
            .proxyNeedsCredentials, .tooLarge, .notHTTP, .cancelled, .lacksProc, .other:
            false
        }
    }

    /// Whether the server can't have seen the request.
    var isBeforeSending: Bool {
        switch self {
        case .unresolvable, .refusedConnection, .unreachable, .connectTimedOut, .certificateUnverified,
            .certificateForAnotherName, .tlsHandshake, .proxyRefused, .proxyNeedsCredentials, .lacksProc:
            true
        case .timedOut, .cut, .tooLarge, .notHTTP, .cancelled, .other: false
        }
    }
}
