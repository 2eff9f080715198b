internal import Diagnostics
internal import SecretProviders

// The sentences about the way to a service. They name the provider, the host, a status and a cause: nothing of what was
// sent or answered.
extension ProviderError {
    static func http(
        _ failure: HTTPFailure,
        _ name: String,
        _ request: HTTPRequest,
        _ transport: Transport
    ) -> ProviderError {
        let origin = request.address.origin
        let proxy = request.kind == .metadata ? nil : transport.proxies.proxy(for: request.address)
        let way = proxy.map { " through the proxy \($0.description)" } ?? ""
        let hints =
            proxy.map {
                [
                    "the proxy is from the provider's 'proxy' or HTTPS_PROXY; NO_PROXY names hosts to ask without (\($0.host))"
                ]
            } ?? []
        func unreachable(_ cause: String, _ hints: [String]) -> ProviderError {
            ProviderError(.unreachable, "\(name) cannot be reached: \(cause)", hints: hints)
        }
        switch failure {
        case .unresolvable:
            return unreachable(
                "the name of \(origin) has no address\(way)",
                ["is the host spelt right, and does DNS work here?"] + hints
            )
        case .lacksProc:
            return unreachable(
                "asking a service needs /proc, which is not mounted here",
                ["mount it: mount -t proc proc /proc"]
            )
        case .refusedConnection:
            return unreachable(
                "\(origin) refused the connection\(way)",
                ["is the service running, and is the port right?"] + hints
            )
        case .unreachable(let errno):
            return unreachable("\(origin)\(way): \(systemMessage(errno))", hints)
        case .connectTimedOut:
            return ProviderError(
                .timedOut,
                "\(name): no connection to \(origin)\(way) came about in time",
                hints: ["a firewall may drop it, or a proxy be needed"] + hints
            )
        case .timedOut:
            return ProviderError(
                .timedOut,
                "\(name): \(origin) did not answer in time\(way)",
                hints: ["'timeout' of the provider sets how long it may take"]
            )
        case .cut:
            return unreachable("\(origin) ended the connection before it had answered\(way)", hints)
        case .certificateUnverified where transport.lacksAuthorities, .tlsHandshake where transport.lacksAuthorities:
            return unreachable(
                "there are no CA certificates here to verify \(origin) with",
                ["put them at \(SystemCertificates.files[0]), or name a file with SSL_CERT_FILE or 'ca_file'"]
            )
        case .certificateUnverified:
            return unreachable(
                "the certificate of \(origin) could not be verified: it has expired, or its authority is not among the trusted ones",
                ["trusted are \(transport.authorities) certificate authorities; 'ca_file' names others"]
            )
        case .certificateForAnotherName:
            return unreachable(
                "the certificate of \(origin) is for another name",
                ["'tls_server_name' names the one that it has to have"]
            )
        case .tlsHandshake:
            return unreachable(
                "TLS with \(origin) did not come about\(way)",
                ["TLS 1.2 is the least; a client certificate may be asked for"]
            )
        case .proxyRefused:
            return unreachable("the proxy refused the connection to \(origin)\(way)", hints)
        case .proxyNeedsCredentials:
            return ProviderError(.refused, "\(name): the proxy wants other credentials\(way)", hints: hints)
        case .tooLarge:
            return ProviderError(
                .malformed,
                "\(name): \(origin) answered with more than \(HTTPEngine.answerByteLimit >> 20) MiB"
            )
        case .notHTTP:
            return ProviderError(
                .malformed,
                "\(name): what \(origin) answers is not HTTP",
                hints: ["is it https, where http was asked?"]
            )
        case .cancelled:
            return ProviderError(.cancelled, "\(name): \(origin) had not answered")
        case .other:
            return unreachable("the request to \(origin) failed\(way)", hints)
        }
    }

    /// An answer whose status tells the outcome, by its class.
    static func status(_ answer: HTTPAnswer, _ name: String, _ address: WebAddress, hints: [String] = [])
        -> ProviderError
    {
        let from = "(\(answer.status) from \(address.origin))"
        switch answer.status {
        case 300...399:
            return ProviderError(
                .malformed,
                "\(name) was sent elsewhere \(from)",
                hints: ["redirects are not followed, since credentials would go along; name the final address"]
            )
        case 401, 403, 407:
            return ProviderError(.refused, "\(name) refused the request \(from)", hints: hints)
        case 429:
            return ProviderError(.unreachable, "\(name) takes no more requests for now \(from)", hints: hints)
        case 500...599:
            return ProviderError(.unreachable, "\(name) is not available \(from)", hints: hints)
        default:
            return ProviderError(.refused, "\(name) did not accept the request \(from)", hints: hints)
        }
    }

    static func malformed(_ name: String, _ address: WebAddress, _ what: String) -> ProviderError {
        ProviderError(.malformed, "\(name): the answer of \(address.origin) is \(what)")
    }

    static func plainHTTP(_ name: String, _ address: WebAddress) -> ProviderError {
        ProviderError(
            .misconfigured,
            "\(name): \(address.origin) is not encrypted, and credentials would be seen on the way",
            hints: ["write https://, or set 'insecure_http: true' for this provider"]
        )
    }

    static func noHeaderText(_ name: String, _ header: String) -> ProviderError {
        ProviderError(
            .misconfigured,
            "\(name): the value for '\(header)' holds characters that cannot be sent",
            hints: ["is there a newline in the middle of the token?"]
        )
    }

    static func badAddress(_ name: String, from source: String) -> ProviderError {
        ProviderError(
            .misconfigured,
            "\(name): \(source) is no address",
            hints: ["one is written https://HOST[:PORT][/PATH]"]
        )
    }

    static func badProxy(_ name: String, _ source: String) -> ProviderError {
        ProviderError(
            .misconfigured,
            "\(name): \(source) names no proxy that can be used",
            hints: ["one is written [http://][USER:PASSWORD@]HOST[:PORT], or socks5://HOST[:PORT]"]
        )
    }

    static func noFile(_ name: String, _ file: String) -> ProviderError {
        ProviderError(.misconfigured, "\(name): there is no file \(printable(file))")
    }

    static func noPEM(_ name: String, _ file: String, _ what: String) -> ProviderError {
        ProviderError(.misconfigured, "\(name): \(printable(file)) holds no \(what) in PEM form")
    }

    static func halfClientCertificate(_ name: String, _ file: String) -> ProviderError {
        ProviderError(
            .misconfigured,
            "\(name): \(printable(file)) is only half of a client certificate",
            hints: ["'client_cert' and 'client_key' belong together"]
        )
    }
}
