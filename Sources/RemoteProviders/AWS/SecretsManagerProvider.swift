internal import Diagnostics
internal import ManifestFormat
internal import SecretMemory
internal import SecretProviders

/// `aws`: AWS Secrets Manager, by id or ARN.
final class SecretsManagerProvider: SecretProvider {
    /// What BatchGetSecretValue takes at most.
    private static let batchLimit = 20

    private let settings: RemoteSettings
    private let connection = AsyncOnce<AWSConnection?>()

    init(_ settings: RemoteSettings) {
        self.settings = settings
    }

    func fetch(_ address: SecretAddress) async throws(ProviderError) -> Lookup {
        guard let connection = try await connect() else { return AWSConnection.notConfigured(settings) }
        return try await read(address, connection)
    }

    func route(for address: SecretAddress) -> ProviderRoute? {
        settings.journal.route(for: address)
    }

    /// Secrets of one region in their newest version are asked for in batches; what a batch does not answer, or where the
    /// policy allows none, each for itself.
    func fetch(all addresses: [SecretAddress], answer: @escaping Answer) async {
        let connection: AWSConnection?
        do throws(ProviderError) {
            connection = try await connect()
        } catch {
            addresses.indices.forEach { answer($0, .failure(error)) }
            return
        }
        guard let connection else {
            addresses.indices.forEach { answer($0, .success(AWSConnection.notConfigured(settings))) }
            return
        }
        await withTaskGroup(of: Void.self) { group in
            for batch in Self.batches(addresses) {
                group.addTask { [self] in
                    await fetch(batch, of: addresses, connection, answer)
                }
            }
        }
    }

    private func connect() async throws(ProviderError) -> AWSConnection? {
        try await connection.value { () async throws(ProviderError) in
            try await AWSConnection.make(settings)
        }
    }

    /// Indices of addresses that may share a request; those that may not are alone.
    private static func batches(_ addresses: [SecretAddress]) -> [[Int]] {
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

    private func fetch(
        _ batch: [Int],
        of addresses: [SecretAddress],
        _ connection: AWSConnection,
        _ answer: @escaping Answer
    ) async {
        var rest = batch
        if batch.count > 1 {
            let found = await read(batch: batch.map { addresses[$0] }, connection)
            for (index, lookup) in zip(batch, found) {
                guard let lookup else { continue }
                answer(index, .success(lookup))
                rest.removeAll { $0 == index }
            }
        }
        await withTaskGroup(of: Void.self) { group in
            for index in rest {
                group.addTask { [self] in
                    do throws(ProviderError) {
                        answer(index, .success(try await read(addresses[index], connection)))
                    } catch {
                        answer(index, .failure(error))
                    }
                }
            }
        }
    }
}

// MARK: - Requests

extension SecretsManagerProvider {
    /// What a batch found, in the order of `addresses`. Whatever it did not, `read` asks for and explains.
    private func read(batch addresses: [SecretAddress], _ connection: AWSConnection) async -> [Lookup?] {
        let nothing = [Lookup?](repeating: nil, count: addresses.count)
        let ids = addresses.compactMap(\.path)
        guard let region = try? connection.region(for: ids.first.flatMap(ARN.init)),
            let (answer, address) = try? await connection.send(
                "secretsmanager.BatchGetSecretValue",
                to: .secretsManager,
                in: region,
                .object([("SecretIdList", .list(ids.map { .text($0) }))])
            ),
            answer.isSuccess, let values = answer.json?.member("SecretValues")?.elements
        else { return nothing }
        return addresses.map { wanted in
            let value = values.first { value in
                let names = [value.member("Name")?.publicText, value.member("ARN")?.publicText]
                return names.contains(wanted.path)
            }
            return value.flatMap { Self.payload($0, address) }.map { .found($0) }
        }
    }

    private func read(_ address: SecretAddress, _ connection: AWSConnection) async throws(ProviderError) -> Lookup {
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
