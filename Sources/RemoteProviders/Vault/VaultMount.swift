internal import SecretProviders

/// The engine behind a path.
struct VaultMount: Hashable, Sendable {
    enum Engine: Hashable, Sendable {
        /// KV that keeps versions.
        case versioned
        /// KV that keeps none, and every engine that makes credentials.
        case plain
    }

    /// With a `/` at its end, as Vault has it.
    var path: String
    var engine: Engine

    func covers(_ path: String) -> Bool {
        path.hasPrefix(self.path)
    }
}

/// Finds out which engine serves a path, once for each mount.
final class VaultMounts: Sendable {
    private let lookUps = KeyedOnce<String, VaultMount?>()

    init() {}

    /// - Returns: `nil` where we may not look, or where nothing is mounted: both are a 403.
    func mount(
        of path: String,
        _ client: VaultClient,
        _ login: VaultLogin
    ) async throws(ProviderError) -> VaultMount? {
        let first = path.split(separator: "/").first.map(String.init) ?? path
        // Engines may not be mounted inside one another, so one that covers the path is the path's; others that share
        // its first segment are mounted deeper and are asked for themselves.
        let mount = try await lookUps.value(for: first) { () async throws(ProviderError) in
            try await Self.lookUp(path, client, login)
        }
        guard let mount, !mount.covers(path) else { return mount }
        return try await lookUps.value(for: path) { () async throws(ProviderError) in
            try await Self.lookUp(path, client, login)
        }
    }

    private static func lookUp(
        _ path: String,
        _ client: VaultClient,
        _ login: VaultLogin
    ) async throws(ProviderError) -> VaultMount? {
        let target = "/v1/sys/internal/ui/mounts/\(percentEncoded(path, keeping: "/"))"
        let answer = try await client.get(target, token: login.token)
        switch answer.status {
        case 200:
            guard let data = answer.json?.member("data"), let mountPath = data.member("path")?.publicText else {
                throw .malformed(client.service.name, client.address, "no description of an engine")
            }
            let isKV = data.member("type")?.publicText == "kv" || data.member("type")?.publicText == "generic"
            let version = data.member("options")?.member("version")?.publicText
            let path = mountPath.hasSuffix("/") ? mountPath : mountPath + "/"
            return VaultMount(path: path, engine: isKV && version == "2" ? .versioned : .plain)
        case 403, 404:
            return nil
        default:
            throw client.error(answer, path: path)
        }
    }
}
