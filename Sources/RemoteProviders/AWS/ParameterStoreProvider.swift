internal import Diagnostics
internal import ManifestFormat
internal import SecretMemory
internal import SecretProviders

/// `ssm`: AWS Systems Manager Parameter Store, decrypted. A path that ends in `/` stands for all parameters below it.
final class ParameterStoreProvider: AWSSecretProvider {
    /// What GetParameters takes at most.
    private static let batchLimit = 10

    let settings: RemoteSettings
    let connection = AsyncOnce<AWSConnection?>()

    init(_ settings: RemoteSettings) {
        self.settings = settings
    }

    static func batches(_ addresses: [SecretAddress]) -> [[Int]] {
        let alone = addresses.indices.filter { !mayShare(addresses[$0]) }
        let shared = addresses.indices.filter { mayShare(addresses[$0]) }
        return alone.map { [$0] }
            + stride(from: 0, to: shared.count, by: batchLimit).map {
                Array(shared[$0..<min($0 + batchLimit, shared.count)])
            }
    }

    /// A name with a selector comes back without it, and one of another account as something else.
    private static func mayShare(_ address: SecretAddress) -> Bool {
        guard let path = address.path else { return false }
        return address.options.isEmpty && ARN(path) == nil && !path.hasSuffix("/")
    }
}

// MARK: - Requests

extension ParameterStoreProvider {
    func read(batch addresses: [SecretAddress], _ connection: AWSConnection) async -> [Lookup?] {
        guard let region = try? connection.region(for: nil),
            let (answer, server) = try? await connection.send(
                "AmazonSSM.GetParameters",
                to: .parameterStore,
                in: region,
                .object([
                    ("Names", .list(addresses.map { .text($0.path ?? "") })), ("WithDecryption", .flag(true)),
                ])
            ),
            answer.isSuccess, let json = answer.json, let parameters = json.member("Parameters")?.elements
        else { return addresses.map { _ in nil } }
        let missing = Set((json.member("InvalidParameters")?.elements ?? []).compactMap(\.publicText))
        return addresses.map { address in
            let path = address.path ?? ""
            if let parameter = parameters.first(where: { $0.member("Name")?.publicText == path }),
                let payload = Self.payload(parameter, server)
            {
                return .found(payload)
            }
            return missing.contains(path) ? absent(path, isVersion: false, region) : nil
        }
    }

    func read(_ address: SecretAddress, _ connection: AWSConnection) async throws(ProviderError) -> Lookup {
        guard let path = address.path, !path.isEmpty else {
            throw ProviderError(.misconfigured, "\(settings.name): a reference needs a parameter's name")
        }
        guard !path.hasSuffix("/") else { return try await readAll(below: path, connection) }
        guard address.options.count < 2 else {
            throw ProviderError(.misconfigured, "\(settings.name): 'version' and 'label' exclude each other")
        }
        let selector = address.options["version"] ?? address.options["label"]
        let region = try connection.region(for: ARN(path))
        let (answer, server) = try await connection.send(
            "AmazonSSM.GetParameter",
            to: .parameterStore,
            in: region,
            .object([
                ("Name", .text(selector.map { "\(path):\($0)" } ?? path)), ("WithDecryption", .flag(true)),
            ])
        )
        guard answer.isSuccess else {
            let error = AWSError(answer)
            guard error.isAbsence else {
                throw error.providerError(answer, settings.name, server, action: "ssm:GetParameter")
            }
            return absent(path, isVersion: error.isOfVersion, region)
        }
        guard let payload = answer.json?.member("Parameter").flatMap({ Self.payload($0, server) }) else {
            throw .malformed(settings.name, server, "no parameter of Parameter Store")
        }
        return .found(payload)
    }

    /// All parameters below a path, page after page; a field is what follows the path, with `_` for `/`.
    private func readAll(below path: String, _ connection: AWSConnection) async throws(ProviderError) -> Lookup {
        let region = try connection.region(for: nil)
        let prefix = path.hasPrefix("/") ? path : "/\(path)"
        var fields: [(name: String, value: Secret)] = []
        var next: String?
        repeat {
            var body: [(String, JSONBody)] = [
                ("Path", .text(prefix)), ("Recursive", .flag(true)), ("WithDecryption", .flag(true)),
            ]
            if let next { body.append(("NextToken", .text(next))) }
            let (answer, server) = try await connection.send(
                "AmazonSSM.GetParametersByPath",
                to: .parameterStore,
                in: region,
                .object(body)
            )
            guard answer.isSuccess else {
                throw AWSError(answer).providerError(answer, settings.name, server, action: "ssm:GetParametersByPath")
            }
            guard let json = answer.json, let page = json.member("Parameters"), page.kind == .array else {
                throw .malformed(settings.name, server, "no list of parameters")
            }
            for parameter in page.elements {
                guard let name = parameter.member("Name")?.publicText, name.hasPrefix(prefix),
                    let value = parameter.member("Value"), value.kind == .string
                else { throw .malformed(settings.name, server, "no list of parameters") }
                let field = name.dropFirst(prefix.count).map { $0 == "/" ? "_" : $0 }
                fields.append((String(field), value.secret()))
            }
            next = json.member("NextToken")?.publicText
        } while next != nil
        guard !fields.isEmpty else { return absent(path, isVersion: false, region) }
        return .found(SecretPayload(.fields(fields)))
    }

    private func absent(_ path: String, isVersion: Bool, _ region: String) -> Lookup {
        let what = isVersion ? "has no such version" : "does not exist"
        return .absent(
            Absence(
                isVersion ? .noSuchVersion : .noSuchPath,
                "\(settings.name): '\(printable(path))' \(what) in \(region)"
            )
        )
    }

    private static func payload(_ parameter: JSONValue, _ address: WebAddress) -> SecretPayload? {
        guard let value = parameter.member("Value"), value.kind == .string else { return nil }
        return SecretPayload(.text(value.secret()), origin: address.origin)
    }
}
