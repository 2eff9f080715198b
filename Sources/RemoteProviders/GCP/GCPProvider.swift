internal import Diagnostics
internal import ManifestFormat
internal import SecretMemory
internal import SecretProviders

/// `gcp`: Google Cloud Secret Manager.
final class GCPProvider: SecretProvider {
    private let settings: RemoteSettings
    private let connection = AsyncOnce<Connection?>()

    private struct Connection: Sendable {
        var environment: GCPEnvironment
        var token: GCPToken
    }

    init(_ settings: RemoteSettings) {
        self.settings = settings
    }

    func route(for address: SecretAddress) -> ProviderRoute? {
        settings.journal.route(for: address)
    }

    func fetch(_ address: SecretAddress) async throws(ProviderError) -> Lookup {
        guard let path = address.path, let resource = GCPResource(path, version: address.options["version"]) else {
            throw ProviderError(
                .misconfigured,
                "\(settings.name): a path is PROJECT/NAME, or a resource's full name",
                hints: ["such as projects/P/secrets/NAME or projects/P/locations/L/secrets/NAME"]
            )
        }
        let connection = try await connection.value { () async throws(ProviderError) in
            let environment = try await GCPEnvironment(settings)
            guard let token = try await GCPCredentialChain(environment: environment).token() else { return nil }
            return Connection(environment: environment, token: token)
        }
        guard let connection else {
            return settings.notConfigured(
                "no Google credentials",
                hints: ["set GOOGLE_APPLICATION_CREDENTIALS, or run 'gcloud auth application-default login'"]
            )
        }
        return try await read(resource, connection, address)
    }

    private func read(
        _ resource: GCPResource,
        _ connection: Connection,
        _ read: SecretAddress
    ) async throws(ProviderError) -> Lookup {
        let address = try connection.environment.address(of: resource, universe: connection.token.universe)
        var request = HTTPRequest(.get, address, "\(resource.target):access")
        request.setBearer(connection.token.token)
        if let project = connection.token.quotaProject { request.set("X-Goog-User-Project", project) }
        let answer = try await connection.environment.service.send(request, reading: read)
        let name = printable("\(resource.project)/\(resource.secret)")
        switch answer.status {
        case 200:
            return .found(SecretPayload(.text(try payload(answer, address)), origin: address.origin))
        case 404:
            guard answer.json?.member("error") != nil else { throw .status(answer, settings.name, address) }
            let isVersion = resource.version != "latest"
            return .absent(
                Absence(
                    isVersion ? .noSuchVersion : .noSuchPath,
                    "\(settings.name): no secret '\(name)' in this version"
                )
            )
        case 400 where answer.json?.member("error")?.member("status")?.publicText == "FAILED_PRECONDITION":
            return .absent(
                Absence(.noSuchVersion, "\(settings.name): this version of '\(name)' is disabled or destroyed")
            )
        case 401, 403:
            throw .status(
                answer,
                settings.name,
                address,
                hints: ["the account may lack 'secretmanager.versions.access' on '\(name)', or the project the API"]
            )
        default:
            throw .status(answer, settings.name, address)
        }
    }

    private func payload(_ answer: HTTPAnswer, _ address: WebAddress) throws(ProviderError) -> Secret {
        guard let payload = answer.json?.member("payload") else {
            throw .malformed(settings.name, address, "no version of a secret")
        }
        // An empty secret has no `data` at all.
        let text = payload.member("data")
        guard text == nil || text?.kind == .string,
            let data = (text?.secret() ?? Secret(copying: "")).decoded(.base64)
        else { throw .malformed(settings.name, address, "no version of a secret") }
        if let sum = payload.member("dataCrc32c") {
            let expected = sum.publicText.flatMap { Int($0) } ?? sum.publicInteger
            guard let expected, expected == Int(data.withBytes(crc32c)) else {
                throw .malformed(settings.name, address, "damaged: its checksum is another")
            }
        }
        return data
    }
}
