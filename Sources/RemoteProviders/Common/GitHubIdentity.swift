internal import SecretMemory
internal import SecretProviders

/// The identity token that GitHub Actions makes for a job with `id-token: write` ("About security hardening with OpenID
/// Connect", GitHub Docs).
struct GitHubIdentity: Sendable {
    let settings: RemoteSettings
    let service: HTTPService

    /// - Parameter audience: whom the token is for; `nil` for GitHub's default, the repository owner's address.
    /// - Returns: `nil` outside of such a job.
    func token(for audience: String?) async throws(ProviderError) -> Secret? {
        guard let endpoint = settings.context.plainText(of: "ACTIONS_ID_TOKEN_REQUEST_URL"),
            let bearer = settings.context.secret(of: "ACTIONS_ID_TOKEN_REQUEST_TOKEN")
        else { return nil }
        settings.context.noteCredential("ACTIONS_ID_TOKEN_REQUEST_TOKEN", bearer)
        let parts = endpoint.split(separator: "?", maxSplits: 1)
        guard let address = parts.first.flatMap({ WebAddress(String($0)) }) else {
            throw .badAddress(settings.name, from: "ACTIONS_ID_TOKEN_REQUEST_URL")
        }
        var query = parts.count > 1 ? [String(parts[1])] : []
        if let audience { query.append("audience=\(percentEncoded(audience))") }
        var request = HTTPRequest(.get, address, query.isEmpty ? "" : "?" + query.joined(separator: "&"))
        request.setBearer(bearer)
        let answer = try await service.send(request)
        guard answer.isSuccess else { throw .status(answer, "\(settings.name): GitHub's token endpoint", address) }
        guard let token = answer.json?.member("value")?.secret(), !token.isEmpty else {
            throw .malformed(settings.name, address, "no identity token")
        }
        settings.context.noteCredential("\(settings.name) identity token", token)
        return token
    }
}
