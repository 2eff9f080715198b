internal import SecretMemory
internal import SecretProviders

/// The identity of a machine or an app of Azure: App Service's endpoint where there is one, else IMDS ("How to use
/// managed identities to get an access token", Microsoft Learn).
struct AzureManagedIdentity: Sendable {
    let settings: RemoteSettings
    let service: HTTPService

    /// - Returns: `nil` off Azure, and where there is no identity.
    func token(for resource: String, client: String?) async throws(ProviderError) -> Secret? {
        if let endpoint = settings.context.plainText(of: "IDENTITY_ENDPOINT"),
            let header = settings.context.secret(of: "IDENTITY_HEADER")
        {
            return try await fromAppService(endpoint, header, resource, client)
        }
        return try await fromMetadata(resource, client)
    }

    private func fromAppService(
        _ endpoint: String,
        _ header: Secret,
        _ resource: String,
        _ client: String?
    ) async throws(ProviderError) -> Secret {
        settings.context.noteCredential("IDENTITY_HEADER", header)
        guard let address = WebAddress(endpoint) else { throw .badAddress(settings.name, from: "IDENTITY_ENDPOINT") }
        let isNear = address.isLoopback || IPAddress(address.host)?.isLinkLocal == true
        guard address.scheme == .https || isNear else {
            throw ProviderError(
                .misconfigured,
                "\(settings.name): IDENTITY_ENDPOINT is neither this machine nor encrypted"
            )
        }
        var request = HTTPRequest(.get, address, query("2019-08-01", resource, client))
        if isNear { request.kind = .metadata }
        request.set("X-IDENTITY-HEADER", header)
        let answer = try await service.send(request)
        guard answer.isSuccess else { throw .status(answer, "\(settings.name): the managed identity", address) }
        return try token(in: answer, address)
    }

    private func fromMetadata(_ resource: String, _ client: String?) async throws(ProviderError) -> Secret? {
        let written = settings.context.plainText(of: "AZURE_POD_IDENTITY_AUTHORITY_HOST")
        guard let address = WebAddress(written ?? "http://169.254.169.254") else {
            throw .badAddress(settings.name, from: "AZURE_POD_IDENTITY_AUTHORITY_HOST")
        }
        var request = HTTPRequest(
            .get,
            address,
            "/metadata/identity/oauth2/token\(query("2018-02-01", resource, client))"
        )
        request.kind = .metadata
        request.set("Metadata", "true")
        let answer: HTTPAnswer
        do throws(ProviderError) {
            answer = try await service.send(request)
        } catch {
            // Nobody there: this is no machine of Azure's.
            guard error.reason != .cancelled else { throw error }
            return nil
        }
        // 400 says that the machine has no identity; another cloud's service answers 4xx too.
        guard answer.status >= 500 || answer.isSuccess else { return nil }
        guard answer.isSuccess else { throw .status(answer, "\(settings.name): the managed identity", address) }
        return try token(in: answer, address)
    }

    private func query(_ version: String, _ resource: String, _ client: String?) -> String {
        let user = client.map { "&client_id=\(percentEncoded($0))" } ?? ""
        return "?api-version=\(version)&resource=\(percentEncoded(resource))\(user)"
    }

    private func token(in answer: HTTPAnswer, _ address: WebAddress) throws(ProviderError) -> Secret {
        guard let token = answer.json?.member("access_token"), token.kind == .string else {
            throw .malformed(settings.name, address, "no token")
        }
        return token.secret()
    }
}
