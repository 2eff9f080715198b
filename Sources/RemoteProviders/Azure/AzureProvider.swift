internal import Diagnostics
internal import ManifestFormat
internal import SecretMemory
internal import SecretProviders

/// `azure`: Azure Key Vault.
final class AzureProvider: SecretProvider {
    private static let version = "7.4"

    private let settings: RemoteSettings
    private let service = AsyncOnce<HTTPService>()
    /// A token for each vault's challenge; most name the same resource, and share one.
    private let challenges = KeyedOnce<WebAddress, AzureChallenge>()
    private let tokens = KeyedOnce<AzureChallenge, Secret?>()

    init(_ settings: RemoteSettings) {
        self.settings = settings
    }

    func route(for address: SecretAddress) -> ProviderRoute? {
        settings.journal.route(for: address)
    }

    func fetch(_ address: SecretAddress) async throws(ProviderError) -> Lookup {
        guard let path = address.path,
            let resource = AzureResource(path, version: address.options["version"], suffix: vaultSuffix)
        else {
            throw ProviderError(
                .misconfigured,
                "\(settings.name): a path is VAULT/NAME",
                hints: ["both of letters, digits and '-'; '_' in NAME stands for '-'"]
            )
        }
        let service = try await service.value { () async throws(ProviderError) in
            try await settings.makeService(settings.transportOptions)
        }
        let vault = try vault(resource)
        let challenge = try await challenges.value(for: vault) { () async throws(ProviderError) in
            try await self.challenge(of: vault, service)
        }
        let token = try await tokens.value(for: challenge) { () async throws(ProviderError) in
            let authority = try authority(challenge)
            let chain = AzureCredentialChain(
                settings: settings,
                service: service,
                challenge: challenge,
                authority: authority
            )
            let token = try await chain.token()
            if let token { settings.context.noteCredential("\(settings.name) access token", token) }
            return token
        }
        guard let token else {
            return settings.notConfigured(
                "no Azure credentials",
                hints: ["set AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_CLIENT_SECRET, or run 'az login'"]
            )
        }
        return try await read(resource, vault, token, service, address)
    }

    private func vault(_ resource: AzureResource) throws(ProviderError) -> WebAddress {
        guard let text = settings.configuration.text("address") else { return WebAddress(.https, host: resource.host) }
        guard let address = WebAddress(text) else { throw .badAddress(settings.name, from: "'address'") }
        return address
    }

    /// By the authority that was written, since a vault's name alone does not tell its cloud.
    private var vaultSuffix: String {
        let host = writtenAuthority.flatMap { WebAddress($0.contains("://") ? $0 : "https://\($0)") }?.host
        return AzureCloud.all.first { $0.authority == host }?.vaultSuffix ?? AzureCloud.all[0].vaultSuffix
    }

    private var writtenAuthority: String? {
        settings.text("authority", orAnyOf: "AZURE_AUTHORITY_HOST")
    }

    private func authority(_ challenge: AzureChallenge) throws(ProviderError) -> WebAddress {
        if let text = writtenAuthority {
            guard let address = WebAddress(text.contains("://") ? text : "https://\(text)") else {
                throw .badAddress(settings.name, from: "'authority'")
            }
            return address
        }
        guard challenge.authority.scheme == .https, AzureCloud.isKnown(authority: challenge.authority.host) else {
            throw ProviderError(
                .refused,
                "\(settings.name): the vault sends us to \(challenge.authority.origin) to log in, which is none of Azure's",
                hints: ["'authority' names it, where it is meant"]
            )
        }
        return challenge.authority
    }

    private func challenge(of vault: WebAddress, _ service: HTTPService) async throws(ProviderError) -> AzureChallenge {
        let answer = try await service.send(
            HTTPRequest(.get, vault, "/secrets?api-version=\(Self.version)&maxresults=1")
        )
        guard answer.status == 401, let challenge = answer.headers["www-authenticate"].flatMap({ AzureChallenge($0) })
        else {
            throw answer.isSuccess || answer.status == 401
                ? .malformed(settings.name, vault, "no challenge of a vault's")
                : error(answer, vault, name: "")
        }
        guard challenge.isFor(vault) else {
            throw ProviderError(
                .refused,
                "\(settings.name): \(vault.origin) asks for a token that is good for \(challenge.resource.origin)"
            )
        }
        return challenge
    }

    private func read(
        _ resource: AzureResource,
        _ vault: WebAddress,
        _ token: Secret,
        _ service: HTTPService,
        _ read: SecretAddress
    ) async throws(ProviderError) -> Lookup {
        let version = resource.version.map { "/\($0)" } ?? ""
        var request = HTTPRequest(.get, vault, "/secrets/\(resource.secret)\(version)?api-version=\(Self.version)")
        request.setBearer(token)
        let answer = try await service.send(request, reading: read)
        switch answer.status {
        case 200:
            guard let value = answer.json?.member("value"), value.kind == .string else {
                throw .malformed(settings.name, vault, "no secret of Key Vault")
            }
            return .found(SecretPayload(.text(value.secret()), origin: vault.origin))
        case 404:
            guard answer.json?.member("error") != nil else { throw .status(answer, settings.name, vault) }
            let isVersion = resource.version != nil
            return .absent(
                Absence(
                    isVersion ? .noSuchVersion : .noSuchPath,
                    "\(settings.name): no secret '\(printable(resource.secret))'\(isVersion ? " in this version" : "")"
                )
            )
        default:
            throw error(answer, vault, name: resource.secret)
        }
    }

    private func error(_ answer: HTTPAnswer, _ vault: WebAddress, name: String) -> ProviderError {
        let inner = answer.json?.member("error")?.member("innererror")?.member("code")?.publicText
        let hint =
            switch inner {
            case "ForbiddenByFirewall": "the vault's firewall does not let this address in"
            case "SecretDisabled": "the secret is disabled"
            case "ForbiddenByRbac", "AccessDenied":
                "the identity may lack 'Key Vault Secrets User', or a policy with 'get' on secrets"
            default: "the identity may lack 'Key Vault Secrets User', or the secret be disabled"
            }
        return .status(answer, settings.name, vault, hints: answer.status == 401 || answer.status == 403 ? [hint] : [])
    }
}
