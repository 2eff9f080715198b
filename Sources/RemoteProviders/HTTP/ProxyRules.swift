internal import SecretMemory

/// A proxy that requests go through.
struct Proxy: Sendable {
    enum Kind: Sendable {
        case http, socks
    }

    var kind: Kind
    var host: String
    var port: Int
    /// `USER:PASSWORD`, percent-decoded.
    var credentials: Secret?

    /// Without its credentials.
    var description: String { "\(kind == .socks ? "socks5" : "http")://\(host):\(port)" }
}

/// Which proxy a request goes through, by the rules that curl, Go and Python share.
///
/// `HTTPS_PROXY` counts for https and `http_proxy` for http, each in lower case first; `HTTP_PROXY` in upper case does
/// not where `REQUEST_METHOD` is set, since a CGI server puts a client's `Proxy:` header there. `NO_PROXY` holds host
/// names (a domain covers its subdomains), `.suffix`es, IP addresses, CIDR blocks, each also with `:PORT`, and `*`.
/// Loopback is never asked through a proxy of the environment.
struct ProxyRules: Sendable {
    /// From the provider's own `proxy` setting: it counts for everything.
    var explicit: Choice?
    var https: Choice?
    var http: Choice?
    var exceptions: [Exception] = []

    enum Choice: Sendable {
        case direct
        case proxy(Proxy)
    }

    enum Exception: Hashable, Sendable {
        case everything
        /// A name without dots in front, for itself and what is under it.
        case domain(String, port: Int?)
        case address(IPAddress, port: Int?)
        case network(IPAddress, prefixLength: Int)
    }

    /// `nil` where the request goes straight to its host.
    func proxy(for address: WebAddress) -> Proxy? {
        if let explicit {
            guard case .proxy(let proxy) = explicit else { return nil }
            return proxy
        }
        guard case .proxy(let proxy)? = address.scheme == .https ? https : http, !address.isLoopback else { return nil }
        return exceptions.contains { $0.covers(address) } ? nil : proxy
    }
}

extension ProxyRules.Exception {
    static func parse(_ text: String) -> [ProxyRules.Exception] {
        text.split { $0 == "," || $0 == " " || $0 == "\t" }.compactMap { ProxyRules.Exception(String($0).lowercased()) }
    }

    private init?(_ entry: String) {
        if entry == "*" {
            self = .everything
        } else if let slash = entry.firstIndex(of: "/") {
            guard let network = IPAddress(String(entry[..<slash])),
                let length = Int(entry[entry.index(after: slash)...])
            else { return nil }
            self = .network(network, prefixLength: length)
        } else if let address = IPAddress(entry) {
            self = .address(address, port: nil)
        } else {
            var entry = entry[...]
            while let first = entry.first, first == "." || first == "*" {
                entry.removeFirst()
            }
            guard let (host, port) = splitHostAndPort(entry) else { return nil }
            self = IPAddress(host).map { .address($0, port: port) } ?? .domain(host, port: port)
        }
    }

    func covers(_ target: WebAddress) -> Bool {
        switch self {
        case .everything:
            true
        case .domain(let domain, let port):
            (target.host == domain || target.host.hasSuffix("." + domain)) && (port ?? target.port) == target.port
        case .address(let address, let port):
            IPAddress(target.host) == address && (port ?? target.port) == target.port
        case .network(let network, let length):
            IPAddress(target.host)?.isIn(network, prefixLength: length) == true
        }
    }
}

extension Proxy {
    /// `[SCHEME://][USER[:PASSWORD]@]HOST[:PORT]`, as the variables have it; `nil` for what is none, also for a proxy
    /// that is itself spoken to with TLS, which we can't.
    init?(_ text: Secret) {
        let parts: (kind: Kind, authority: Range<Int>, credentials: Range<Int>?)? = text.withBytes { bytes in
            var start = 0
            var kind = Kind.http
            for (prefix, its) in [("http://", Kind.http), ("socks5://", .socks), ("socks5h://", .socks)]
            where bytes.starts(with: prefix) {
                (start, kind) = (prefix.utf8.count, its)
            }
            let end = (start..<bytes.count).first { bytes[$0] == UInt8(ascii: "/") } ?? bytes.count
            guard start < end else { return nil }
            guard let at = (start..<end).last(where: { bytes[$0] == UInt8(ascii: "@") }) else {
                return (kind, start..<end, nil)
            }
            return (kind, at + 1..<end, start..<at)
        }
        guard let parts else { return nil }
        let authority = text.withBytes { plainText($0.extracting(parts.authority)) }
        guard let (host, port) = splitHostAndPort(authority[...]) else { return nil }
        kind = parts.kind
        self.host = host
        self.port = port ?? (parts.kind == .socks ? 1080 : 80)
        credentials = parts.credentials.flatMap { range in
            text.withBytes { percentDecoded($0.extracting(range)) }
        }
        // SOCKS with a password is more than the client can do; without one it would only be refused.
        if kind == .socks, credentials != nil { return nil }
    }
}
