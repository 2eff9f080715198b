extension HTTPAnswer {
    /// Where a request goes on that was answered with 307, as Vault's standby nodes do ("High availability", client
    /// redirection, Vault docs); `nil` where it goes nowhere.
    ///
    /// The request carries a token or a password, so it follows to the same host alone, over https, where the certificate
    /// shows that the other port is that host's, and for the very same path and query. Everything else ends as a failure.
    func redirection(of request: HTTPRequest) -> WebAddress? {
        guard status == 307, request.followsRedirection, request.address.scheme == .https,
            let location = headers["location"], let mark = location.range(of: "://")
        else { return nil }
        let rest = location[mark.upperBound...]
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        guard let next = WebAddress(String(location[..<slash])), next.scheme == .https,
            next.host == request.address.host, next.port != request.address.port,
            rest[slash...] == request.fullTarget
        else { return nil }
        var address = request.address
        address.port = next.port
        return address
    }
}
