internal import Diagnostics
internal import ManifestFormat
internal import SecretMemory
internal import SecretProviders

/// `aws`: AWS Secrets Manager, by id or ARN.
final class SecretsManagerProvider: AWSSecretProvider {
    /// What BatchGetSecretValue takes at most.
    private static let batchLimit = 20

    let settings: RemoteSettings
    let connection = AsyncOnce<AWSConnection?>()

    init(_ settings: RemoteSettings) {
        self.settings = settings
    }

    /// Those of one region in their newest version share a request.
    static func batches(_ addresses: [SecretAddress]) -> [[Int]] {
        var batches: [[Int]] = []
        var open: [String: [Int]] = [:]
        for (index, address) in addresses.enumerated() {
            guard address.options.isEmpty, let path = address.path else {
                batches.append([index])
                continue
            }
            let region = ARN(path)?.region ?? ""
            open[region, default: []].append(index)
            if open[region]?.count == batchLimit {
                batches.append(open[region] ?? [])
                open[region] = nil
            }
        }
        return batches + open.sorted { $0.key < $1.key }.map(\.value)
    }
}

// MARK: - Requests

extension SecretsManagerProvider {
    func read(batch addresses: [SecretAddress], _ connection: AWSConnection) async -> [Lookup?] {
        let ids = addresses.compactMap(\.path)
        guard let region = try? connection.region(for: ids.first.flatMap(ARN.init)),
            let (answer, address) = try? await connection.send(
                "secretsmanager.BatchGetSecretValue",
                to: .secretsManager,
                in: region,
                .object([("SecretIdList", .list(ids.map { .text($0) }))])
            ),
            answer.isSuccess, let values = answer.json?.member("SecretValues")?.elements
        else { return addresses.map { _ in nil } }
        return addresses.map { wanted in
            let value = values.first { value in
                let names = [value.member("Name")?.publicText, value.member("ARN")?.publicText]
                return names.contains(wanted.path)
            }
            return value.flatMap { Self.payload($0, address) }.map { .found($0) }
        }
    }

    func read(_ address: SecretAddress, _ connection: AWSConnection) async throws(ProviderError) -> Lookup {
        guard let id = address.path, !id.isEmpty else {
            throw ProviderError(.misconfigured, "\(settings.name): a reference needs a secret's id or ARN")
        }
        var body: [(String, JSONBody)] = [("SecretId", .text(id))]
        if let stage = address.options["stage"] { body.append(("VersionStage", .text(stage))) }
        if let version = address.options["version"] { body.append(("VersionId", .text(version))) }
        let region = try connection.region(for: ARN(id))
        let (answer, server) = try await connection.send(
            "secretsmanager.GetSecretValue",
            to: .secretsManager,
            in: region,
            .object(body),
            reading: address
        )
        guard answer.isSuccess else {
            let error = AWSError(answer)
            guard error.isAbsence else {
                throw error.providerError(answer, settings.name, server, action: "secretsmanager:GetSecretValue")
            }
            let isVersion = !address.options.isEmpty
            let what =
                error.isDeleted ? "is marked for deletion" : "does not exist\(isVersion ? " in this version" : "")"
            return .absent(
                Absence(
                    isVersion ? .noSuchVersion : .noSuchPath,
                    "\(settings.name): '\(printable(id))' \(what) in \(region)"
                )
            )
        }
        guard let payload = answer.json.flatMap({ Self.payload($0, server) }) else {
            throw .malformed(settings.name, server, "no secret of Secrets Manager")
        }
        return .found(payload)
    }

    /// `SecretString`, or `SecretBinary` in base64.
    private static func payload(_ value: JSONValue, _ address: WebAddress) -> SecretPayload? {
        if let text = value.member("SecretString"), text.kind == .string {
            return SecretPayload(.text(text.secret()), origin: address.origin)
        }
        guard let binary = value.member("SecretBinary"), binary.kind == .string else { return nil }
        return binary.secret().decoded(.base64).map { SecretPayload(.text($0), origin: address.origin) }
    }
}
