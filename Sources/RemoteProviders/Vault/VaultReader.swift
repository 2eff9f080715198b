internal import Diagnostics
internal import ManifestFormat
internal import SecretMemory
internal import SecretProviders

/// Reads one path, whatever engine serves it.
struct VaultReader: Sendable {
    let settings: RemoteSettings
    let client: VaultClient
    let login: VaultLogin
    let mounts: VaultMounts
    /// As in `vault kv get`, without slashes at its ends.
    let path: String
    let version: String?

    private var name: String { client.service.name }

    func read() async throws(ProviderError) -> Lookup {
        guard let mount = try await mounts.mount(of: path, client, login) else { return try await readBlindly() }
        switch mount.engine {
        case .versioned:
            let rest = String(path.dropFirst(mount.path.count))
            guard !rest.isEmpty else { return absent("there is no secret at the engine's own path '\(path)'") }
            let answer = try await readVersioned(mount: mount.path, rest)
            return try versionedAnswer(answer, rest)
        case .plain:
            try checkVersionIsNotAsked()
            return try await settings.context.loop.finishing { () async throws(ProviderError) in
                try plainAnswer(try await client.get(target(path), token: login.token))
            }
        }
    }

    func write(_ parameters: JSONBody) async throws(ProviderError) -> Lookup {
        try await settings.context.loop.finishing { () async throws(ProviderError) in
            try plainAnswer(try await client.write(target(path), parameters, token: login.token))
        }
    }

    private func target(_ path: String) -> String {
        "/v1/\(percentEncoded(path, keeping: "/"))"
    }

    private func absent(_ detail: String, _ reason: Absence.Reason = .noSuchPath, hints: [String] = []) -> Lookup {
        .absent(Absence(reason, "\(name): \(detail)", hints: hints))
    }

    private func found(_ data: JSONValue) -> Lookup {
        .found(SecretPayload(.object(data.json()), origin: client.address.origin))
    }

    private func checkVersionIsNotAsked() throws(ProviderError) {
        guard version == nil else {
            throw ProviderError(.misconfigured, "\(name): the engine of '\(printable(path))' keeps no versions")
        }
    }
}

// MARK: - KV v2

extension VaultReader {
    private func readVersioned(mount: String, _ rest: String) async throws(ProviderError) -> HTTPAnswer {
        let query = version.map { "?version=\(percentEncoded($0))" } ?? ""
        return try await client.get(
            "\(target(mount))data/\(percentEncoded(rest, keeping: "/"))\(query)",
            token: login.token
        )
    }

    private func versionedAnswer(_ answer: HTTPAnswer, _ rest: String) throws(ProviderError) -> Lookup {
        let outer = answer.json?.member("data")
        switch answer.status {
        case 200:
            guard let data = outer?.member("data"), outer?.member("metadata") != nil else {
                throw .malformed(name, client.address, "no secret of KV version 2")
            }
            switch data.kind {
            case .object: return found(data)
            case .null: return absent("'\(printable(path))' is deleted", .noSuchVersion)
            default: throw .malformed(name, client.address, "no secret of KV version 2")
            }
        case 404:
            if let metadata = outer?.member("metadata"), metadata.kind == .object {
                let isDestroyed = metadata.member("destroyed")?.boolean == true
                return absent("'\(printable(path))' is \(isDestroyed ? "destroyed" : "deleted")", .noSuchVersion)
            }
            let complaint = VaultComplaint(answer)
            guard !complaint.hasNoEngine, !complaint.wantsAnotherMethod, answer.json?.member("errors") != nil else {
                throw client.error(answer, path: path)
            }
            if let version {
                return absent("no version \(printable(version)) of '\(printable(path))'", .noSuchVersion)
            }
            // The API's own paths are a common mistake; the tool's are what references have.
            let hints = rest.hasPrefix("data/") ? ["write the path without 'data/', as for 'vault kv get'"] : []
            return absent("no secret at '\(printable(path))'", hints: hints)
        default:
            throw client.error(answer, path: path)
        }
    }
}

// MARK: - Other engines

extension VaultReader {
    private func plainAnswer(_ answer: HTTPAnswer) throws(ProviderError) -> Lookup {
        let complaint = VaultComplaint(answer)
        switch answer.status {
        case 200:
            guard let json = answer.json, json.kind == .object else {
                throw .malformed(name, client.address, "not JSON")
            }
            // A write may be answered with a wrapped or an authenticating answer; neither is a secret of ours.
            guard let data = json.member("data"), data.kind == .object else {
                guard json.member("data")?.kind == .null else {
                    throw .malformed(name, client.address, "no answer of Vault's")
                }
                return absent("nothing at '\(printable(path))'")
            }
            if let lease = VaultLease(json, path: path) {
                settings.session.leases.add(lease, of: settings, client, login)
            }
            return found(data)
        case 204:
            return absent("nothing at '\(printable(path))'")
        case 404 where !complaint.hasNoEngine && !complaint.wantsAnotherMethod && answer.json?.member("errors") != nil:
            return absent("no secret at '\(printable(path))'")
        case 400 where complaint.hasNoRole:
            return absent("no role at '\(printable(path))'")
        default:
            throw client.error(answer, path: path)
        }
    }
}

// MARK: - Without the right to look engines up

extension VaultReader {
    /// Tries the path as it is, then as KV v2 with its mount ended behind each segment.
    ///
    /// A policy that allows a read of KV v2 names the path with `data/` in it, so the read as it is is refused there; on
    /// an open KV v2 engine it is answered with a warning that says what it is.
    private func readBlindly() async throws(ProviderError) -> Lookup {
        let plain = try await client.get(target(path), token: login.token)
        let complaint = VaultComplaint(plain)
        let isVersioned = plain.status == 404 && complaint.isVersionedEngine
        guard plain.status == 403 || isVersioned else {
            try checkVersionIsNotAsked()
            return try plainAnswer(plain)
        }
        let segments = path.split(separator: "/").map(String.init)
        for count in 1..<max(segments.count, 2) where count < segments.count {
            let mount = segments[..<count].joined(separator: "/") + "/"
            let rest = segments[count...].joined(separator: "/")
            let answer = try await readVersioned(mount: mount, rest)
            let isElsewhere = answer.status == 403 || VaultComplaint(answer).hasNoEngine
            guard isElsewhere else { return try versionedAnswer(answer, rest) }
        }
        throw client.error(plain, path: path)
    }
}
