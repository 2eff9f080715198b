/// Where requests go: a scheme, a host, a port and a path that every request's own path is put behind.
///
/// It is stricter than RFC 3986: no user-info, query or fragment, and nothing outside visible ASCII. So it may be shown
/// as it is, and no part of it can become a header or another host.
struct WebAddress: Hashable, Sendable {
    enum Scheme: String, Hashable, Sendable {
        case http, https

        var defaultPort: Int { self == .http ? 80 : 443 }
    }

    var scheme: Scheme
    /// A name in lower case, or an IP address; an IPv6 address without its brackets.
    var host: String
    var port: Int
    /// Without a `/` at its end; empty for the root.
    var path: String

    init(_ scheme: Scheme, host: String, port: Int? = nil, path: String = "") {
        self.scheme = scheme
        self.host = host
        self.port = port ?? scheme.defaultPort
        self.path = path
    }

    /// `SCHEME://HOST[:PORT][/PATH]`; `nil` for anything else.
    init?(_ text: String) {
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            !text.contains(where: { "?#@\\\"<>^`{|}".contains($0) }),
            let mark = text.range(of: "://"), let scheme = Scheme(rawValue: text[..<mark.lowerBound].lowercased())
        else { return nil }
        let rest = text[mark.upperBound...]
        let authorityEnd = rest.firstIndex(of: "/") ?? rest.endIndex
        guard let (host, port) = splitHostAndPort(rest[..<authorityEnd]) else { return nil }
        var path = rest[authorityEnd...]
        while path.last == "/" {
            path.removeLast()
        }
        guard !path.split(separator: "/").contains(where: { $0 == ".." || $0 == "." }) else { return nil }
        self.init(scheme, host: host, port: port, path: String(path))
    }

    /// `SCHEME://HOST[:PORT]`, without a port that goes without saying.
    var origin: String {
        "\(scheme.rawValue)://\(hostAndPort)"
    }

    /// As the `Host` header has it (RFC 9110 §7.2).
    var hostAndPort: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == scheme.defaultPort ? name : "\(name):\(port)"
    }

    /// Whether it never leaves this machine, going by its name.
    var isLoopback: Bool {
        host == "localhost" || host.hasSuffix(".localhost") || IPAddress(host)?.isLoopback == true
    }
}

/// `HOST`, `HOST:PORT`, `[IPV6]` or `[IPV6]:PORT`; the host comes back in lower case and without brackets.
func splitHostAndPort(_ text: Substring) -> (host: String, port: Int?)? {
    var host = text
    var portText: Substring?
    if text.first == "[" {
        guard let end = text.firstIndex(of: "]") else { return nil }
        host = text[text.index(after: text.startIndex)..<end]
        let rest = text[text.index(after: end)...]
        guard rest.isEmpty || rest.first == ":" else { return nil }
        portText = rest.isEmpty ? nil : rest.dropFirst()
        guard IPAddress(String(host))?.isIPv6 == true else { return nil }
    } else if let colon = text.firstIndex(of: ":") {
        host = text[..<colon]
        portText = text[text.index(after: colon)...]
    }
    guard !host.isEmpty, text.first == "[" || host.utf8.allSatisfy(isHostByte) else { return nil }
    guard let portText else { return (host.lowercased(), nil) }
    guard let port = UInt16(portText), port > 0, portText.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
        return nil
    }
    return (host.lowercased(), Int(port))
}

private func isHostByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
    default: false
    }
}

extension String {
    /// The first place of `part`; the standard library has none that gives both ends of it.
    func range(of part: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(part) {
                return start..<index(start, offsetBy: part.count)
            }
            start = index(after: start)
        }
        return nil
    }
}
