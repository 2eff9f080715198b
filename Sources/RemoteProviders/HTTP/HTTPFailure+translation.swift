internal import AsyncHTTPClient
internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

// Errors of the libraries end here: their texts may hold a header's value, so nothing of them is handed on but which
// case it was.
extension HTTPFailure {
    init(_ error: any Error) {
        switch error {
        case let failure as HTTPFailure: self = failure
        case let error as HTTPClientError: self.init(error)
        case let error as NIOConnectionError: self.init(error)
        case let error as NIOSSLError: self.init(error)
        case let error as NIOSSLExtraError:
            self = error == .failedToValidateHostname ? .certificateForAnotherName : .tlsHandshake
        case is BoringSSLError: self = .tlsHandshake
        case let error as IOError: self.init(errno: error.errnoCode)
        case let error as ChannelError: self.init(error)
        case HTTPParserError.invalidEOFState: self = .cut
        case is HTTPParserError: self = .notHTTP
        case is CancellationError: self = .cancelled
        default: self = .other
        }
    }

    private init(_ error: HTTPClientError) {
        switch error {
        case .deadlineExceeded, .readTimeout, .writeTimeout: self = .timedOut
        case .connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout, .httpProxyHandshakeTimeout,
            .socksHandshakeTimeout:
            self = .connectTimedOut
        case .remoteConnectionClosed, .uncleanShutdown: self = .cut
        case .cancelled: self = .cancelled
        case .proxyAuthenticationRequired: self = .proxyNeedsCredentials
        case .invalidProxyResponse: self = .proxyRefused
        case .contentLengthMissing, .identityCodingIncorrectlyPresent: self = .notHTTP
        default: self = .other
        }
    }

    /// A name that has addresses may still have none in one family, so connections count before look-ups.
    private init(_ error: NIOConnectionError) {
        guard let first = error.connectionErrors.first?.error else {
            self = .unresolvable
            return
        }
        let refused = error.connectionErrors.contains { ($0.error as? IOError)?.errnoCode == ECONNREFUSED }
        self = refused ? .refusedConnection : HTTPFailure(first)
    }

    private init(_ error: ChannelError) {
        switch error {
        case .connectTimeout: self = .connectTimedOut
        case .eof, .ioOnClosedChannel, .inputClosed, .outputClosed: self = .cut
        default: self = .other
        }
    }

    private init(errno: Int32) {
        switch errno {
        case ECONNREFUSED: self = .refusedConnection
        case ECONNRESET, EPIPE, ECONNABORTED: self = .cut
        case ETIMEDOUT: self = .connectTimedOut
        default: self = .unreachable(errno: errno)
        }
    }

    private init(_ error: NIOSSLError) {
        switch error {
        case .handshakeFailed(.sslError(let stack)):
            // The only place where BoringSSL's name for the reason can be had.
            let isCertificate = stack.contains { $0.description.contains("CERTIFICATE_VERIFY_FAILED") }
            self = isCertificate ? .certificateUnverified : .tlsHandshake
        case .unableToValidateCertificate, .noCertificateToValidate: self = .certificateUnverified
        case .uncleanShutdown: self = .cut
        default: self = .tlsHandshake
        }
    }
}
