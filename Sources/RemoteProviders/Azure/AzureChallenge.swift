/// What a vault says in `WWW-Authenticate` to a request without a token: who is to be asked for one, and for what.
///
///     Bearer authorization="https://login.microsoftonline.com/TENANT", resource="https://vault.azure.net"
struct AzureChallenge: Hashable, Sendable {
    var authority: WebAddress
    /// The last part of the authority's path.
    var tenant: String
    /// `https://vault.azure.net`, without a `/` at its end.
    var resource: WebAddress

    /// `nil` for what is no such challenge.
    init?(_ header: String) {
        guard header.lowercased().hasPrefix("bearer ") else { return nil }
        var values: [String: String] = [:]
        for part in header.dropFirst(7).split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2 else { continue }
            values[pair[0].filter { $0 != " " }.lowercased()] = pair[1].filter { $0 != "\"" && $0 != " " }
        }
        guard let authority = (values["authorization"] ?? values["authorization_uri"]).flatMap({ WebAddress($0) }),
            let tenant = authority.path.split(separator: "/").first,
            var resource = values["resource"] ?? values["scope"]
        else { return nil }
        if resource.hasSuffix("/.default") { resource.removeLast("/.default".count) }
        guard let place = WebAddress(resource) else { return nil }
        self.authority = WebAddress(authority.scheme, host: authority.host, port: authority.port)
        self.tenant = String(tenant)
        self.resource = place
    }

    /// Whether the resource is the domain that the vault is in: otherwise a server could ask for a token that is good
    /// elsewhere.
    func isFor(_ vault: WebAddress) -> Bool {
        vault.host == resource.host || vault.host.hasSuffix(".\(resource.host)")
    }
}
