internal import Diagnostics
internal import SecretMemory
internal import SecretProviders

/// Speaks Vault's HTTP API (OpenBao's is the same): the headers that each request has, and what its errors mean.
struct VaultClient: Sendable {
    let address: WebAddress
    let namespace: String?
    let service: HTTPService

    private var name: String { service.name }

    func get(_ target: String, token: Secret) async throws(ProviderError) -> HTTPAnswer {
        try await service.send(request(.get, target, token: token))
    }

    /// Asks without a token: a login.
    func post(_ target: String, _ body: JSONBody) async throws(ProviderError) -> HTTPAnswer {
        var request = request(.post, target, token: nil)
        request.setJSON(body)
        return try await service.send(request)
    }

    /// Writes to an engine that answers a write with a secret. It is not repeated once it may have arrived.
    func write(_ target: String, _ body: JSONBody, token: Secret) async throws(ProviderError) -> HTTPAnswer {
        var request = request(.put, target, token: token)
        request.setJSON(body)
        request.isRepeatable = false
        return try await service.send(request)
    }

    /// Asks for what may be done twice, such as the renewal of a lease.
    func put(_ target: String, _ body: JSONBody, token: Secret) async throws(ProviderError) -> HTTPAnswer {
        var request = request(.put, target, token: token)
        request.setJSON(body)
        return try await service.send(request)
    }

    /// What was wrapped; a wrapping token is good for one time only.
    func unwrap(_ token: Secret) async throws(ProviderError) -> HTTPAnswer {
        var request = request(.post, "/v1/sys/wrapping/unwrap", token: token)
        request.setJSON(.object([]))
        request.isRepeatable = false
        let answer = try await service.send(request)
        guard answer.isSuccess else {
            throw ProviderError(
                .refused,
                "\(name) did not unwrap the secret id (\(answer.status) from \(address.origin))",
                hints: [
                    "a wrapping token is good once and for a short time; if nobody of yours used it, somebody else may have"
                ]
            )
        }
        return answer
    }

    private func request(_ method: HTTPRequest.Method, _ target: String, token: Secret?) -> HTTPRequest {
        var request = HTTPRequest(method, address, target)
        // Without it an agent's listener may refuse us (its protection against requests forged through it).
        request.set("X-Vault-Request", "true")
        if let namespace { request.set("X-Vault-Namespace", namespace) }
        if let token { request.set("X-Vault-Token", token) }
        request.followsRedirection = true
        // A node that has not caught up with its leader yet.
        request.mayPass = { $0.status == 412 }
        return request
    }
}

// MARK: - Errors

/// What Vault says in `errors`, as far as it is told apart. Nothing of its words is shown.
struct VaultComplaint {
    private let texts: [String]

    init(_ answer: HTTPAnswer) {
        let json = answer.json
        let warnings = json?.member("warnings")?.elements ?? []
        texts = ((json?.member("errors")?.elements ?? []) + warnings).compactMap(\.publicText)
    }

    var isSealed: Bool { contains("Vault is sealed") || contains("OpenBao is sealed") }
    /// 404: nothing is mounted where the path begins.
    var hasNoEngine: Bool { contains("no handler for route") }
    /// 404 with a warning: a KV v2 engine that was asked as if it were v1.
    var isVersionedEngine: Bool { contains("Invalid path for a versioned K/V secrets engine") }
    /// 405, or 400 by some engines.
    var wantsAnotherMethod: Bool { contains("unsupported operation") }
    var lacksToken: Bool { contains("missing client token") }
    /// 400: an engine that makes credentials has no role of that name.
    var hasNoRole: Bool {
        texts.contains { text in
            text.hasPrefix("unknown role") || text.hasPrefix("Role '") && text.hasSuffix("' not found")
        }
    }

    private func contains(_ part: String) -> Bool {
        texts.contains { $0.range(of: part) != nil }
    }
}

extension VaultClient {
    func error(_ answer: HTTPAnswer, path: String) -> ProviderError {
        let complaint = VaultComplaint(answer)
        let from = "(\(answer.status) from \(address.origin))"
        if answer.status == 307 {
            return ProviderError(
                .malformed,
                "\(name) was sent elsewhere \(from)",
                hints: [
                    "a standby node does so where requests are not forwarded; credentials go to no host that is not named: "
                        + "set 'address' or VAULT_ADDR to the active node, or to what stands in front of all"
                ]
            )
        }
        if answer.status == 503 || complaint.isSealed {
            let what = complaint.isSealed ? "is sealed" : "is not available"
            return ProviderError(.unreachable, "\(name) \(what) \(from)")
        }
        if complaint.hasNoEngine {
            return ProviderError(
                .misconfigured,
                "\(name): no engine is mounted where '\(printable(path))' begins \(from)",
                hints: [
                    "the path is written as for 'vault kv get'\(namespace == nil ? "; a namespace may be missing" : "")"
                ]
            )
        }
        if answer.status == 405 || complaint.wantsAnotherMethod {
            return ProviderError(
                .misconfigured,
                "\(name): '\(printable(path))' cannot be read in this way \(from)",
                hints: ["an engine that answers writes is asked with '?method=write&params=NAME=VALUE'"]
            )
        }
        if answer.status == 403 || complaint.lacksToken {
            return ProviderError(
                .refused,
                "\(name) refused the request \(from)",
                hints: ["the token may have expired or its policy may lack read on '\(printable(path))'"]
            )
        }
        return .status(answer, name, address, hints: [])
    }

    func loginError(_ answer: HTTPAnswer, method: String, mount: String) -> ProviderError {
        let complaint = VaultComplaint(answer)
        guard !complaint.isSealed, (400...499).contains(answer.status), answer.status != 429 else {
            return error(answer, path: "auth/\(mount)/login")
        }
        return ProviderError(
            .refused,
            "\(name) refused the login by \(method) (\(answer.status) from \(address.origin))",
            hints: [
                complaint.lacksToken || complaint.hasNoEngine
                    ? "no auth method may be mounted at 'auth/\(printable(mount))'; 'mount' names another"
                    : "the credentials or the role may be wrong, or the method not mounted at 'auth/\(printable(mount))'"
            ]
        )
    }
}
