internal import EventLoop
internal import ManifestFormat
internal import SecretMemory
internal import SecretProviders

/// `vault`: HashiCorp Vault and OpenBao.
final class VaultProvider: SecretProvider {
    private let settings: RemoteSettings
    private let connection = AsyncOnce<Connection?>()
    private let mounts = VaultMounts()

    /// A server that we may ask.
    private struct Connection: Sendable {
        var client: VaultClient
        var login: VaultLogin
    }

    init(_ settings: RemoteSettings) {
        self.settings = settings
    }

    func fetch(_ address: SecretAddress) async throws(ProviderError) -> Lookup {
        guard let path = address.path?.trimmingSlashes, !path.isEmpty else {
            throw ProviderError(.misconfigured, "\(settings.name): a reference needs a path")
        }
        guard !path.split(separator: "/").contains("..") else {
            throw ProviderError(.misconfigured, "\(settings.name): a path has no '..'")
        }
        if address.options["method"] == "write" { try settings.checkMayWrite() }
        guard let vault = try VaultSettings(settings) else {
            return settings.notConfigured("no address", hints: ["set VAULT_ADDR, or 'address' under 'providers'"])
        }
        let connection = try await connection.value { () async throws(ProviderError) in
            try await connect(vault)
        }
        guard let connection else {
            return settings.notConfigured(
                "no token and no other way to log in",
                hints: ["set VAULT_TOKEN, run 'vault login', or name a method under 'auth'"]
            )
        }
        let reader = VaultReader(
            settings: settings,
            client: connection.client,
            login: connection.login,
            mounts: mounts,
            path: path,
            version: address.options["version"]
        )
        return try await read(address, reader)
    }

    func route(for address: SecretAddress) -> ProviderRoute? {
        settings.journal.route(for: address)
    }

    private func read(
        _ address: SecretAddress,
        _ reader: VaultReader
    ) async throws(ProviderError) -> Lookup {
        switch address.options["method"] {
        case nil, "read":
            guard address.options["params"] == nil else {
                throw ProviderError(.misconfigured, "\(settings.name): 'params' goes with 'method=write'")
            }
            return try await reader.read()
        case "write":
            return try await reader.write(try parameters(address.options["params"] ?? ""))
        default:
            throw ProviderError(.misconfigured, "\(settings.name): option 'method' takes 'read' or 'write'")
        }
    }

    /// `NAME=VALUE,NAME=VALUE`; a comma in a value is written `\,`.
    private func parameters(_ text: String) throws(ProviderError) -> JSONBody {
        var members: [(String, JSONBody)] = []
        for part in splitAtCommas(text) {
            guard let equals = part.firstIndex(of: "="), equals != part.startIndex else {
                throw ProviderError(.misconfigured, "\(settings.name): option 'params' takes NAME=VALUE,NAME=VALUE")
            }
            members.append((String(part[..<equals]), .text(String(part[part.index(after: equals)...]))))
        }
        return .object(members)
    }

    private func connect(_ vault: VaultSettings) async throws(ProviderError) -> Connection? {
        let service = try await settings.makeService(vault.transport)
        let client = VaultClient(address: vault.address, namespace: vault.namespace, service: service)
        settings.note("asks \(vault.address.origin), trusting \(service.transport.authorities) certificate authorities")
        guard let login = try await VaultAuthentication(settings: settings, client: client).login() else { return nil }
        return Connection(client: client, login: login)
    }
}

private func splitAtCommas(_ text: String) -> [String] {
    var parts: [String] = []
    var part = ""
    var isEscaped = false
    for character in text {
        switch character {
        case "\\" where !isEscaped: isEscaped = true
        case "," where !isEscaped:
            parts.append(part)
            part = ""
        default:
            part.append(character)
            isEscaped = false
        }
    }
    return (parts + [part]).filter { !$0.isEmpty }
}
