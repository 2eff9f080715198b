internal import ManifestFormat
internal import SecretMemory
internal import SecretProviders

/// How Google's services are spoken to by one provider instance.
struct GCPEnvironment: Sendable {
    let settings: RemoteSettings
    let service: HTTPService
    static let scope = "https://www.googleapis.com/auth/cloud-platform"

    init(_ settings: RemoteSettings) async throws(ProviderError) {
        self.settings = settings
        service = try await settings.makeService(settings.transportOptions)
    }

    /// - Parameter universe: the domain of a sovereign cloud, from the credentials.
    func address(of resource: GCPResource, universe: String?) throws(ProviderError) -> WebAddress {
        if let text = settings.configuration.text("address") {
            guard let address = WebAddress(text) else { throw .badAddress(settings.name, from: "'address'") }
            return address
        }
        let domain = universe ?? "googleapis.com"
        let host = resource.location.map { "secretmanager.\($0).rep.\(domain)" } ?? "secretmanager.\(domain)"
        guard let address = WebAddress("https://\(host)") else {
            throw ProviderError(.misconfigured, "\(settings.name): the universe domain of the credentials is none")
        }
        return address
    }

    /// Where a token is asked for. A file of credentials could name any place, and gets them sent there: so Google's
    /// hosts alone, unless `token_address` names another.
    func tokenPlace(_ url: String, universe: String?) throws(ProviderError) -> (address: WebAddress, target: String) {
        guard let mark = url.range(of: "://"), let slash = url[mark.upperBound...].firstIndex(of: "/"),
            let address = WebAddress(String(url[..<slash])), url.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw .badAddress(settings.name, from: "a token address of the credentials") }
        let target = String(url[slash...])
        if let text = settings.configuration.text("token_address") {
            guard let own = WebAddress(text) else { throw .badAddress(settings.name, from: "'token_address'") }
            return (own, target)
        }
        let domains = ["googleapis.com", universe].compactMap(\.self)
        let isGoogles = domains.contains { address.host == $0 || address.host.hasSuffix(".\($0)") }
        guard address.scheme == .https, address.port == 443, isGoogles else {
            throw ProviderError(
                .misconfigured,
                "\(settings.name): the credentials name a token address that is not Google's",
                hints: ["'token_address' of the provider names another one that is meant"]
            )
        }
        return (address, target)
    }

    func ask(_ request: HTTPRequest, for what: String) async throws(ProviderError) -> JSONValue {
        let answer = try await service.send(request)
        guard answer.isSuccess else {
            let error = ProviderError.status(answer, "\(settings.name): \(what)", request.address)
            guard (400...499).contains(answer.status), answer.status != 429 else { throw error }
            throw ProviderError(
                .refused,
                "\(settings.name): \(what) refused the credentials (\(answer.status) from \(request.address.origin))",
                hints: ["they may be revoked, expired or of another audience; this machine's clock may be wrong"]
            )
        }
        guard let json = answer.json, json.kind == .object else {
            throw .malformed(settings.name, request.address, "no token")
        }
        return json
    }
}

/// What requests to Google carry.
struct GCPToken: Sendable {
    var token: Secret
    /// The project that pays, where the credentials name one.
    var quotaProject: String?
    /// The domain of a sovereign cloud.
    var universe: String?
    var source: String
}
