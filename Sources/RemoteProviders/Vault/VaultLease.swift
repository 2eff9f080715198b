internal import SecretMemory
internal import SecretProviders

/// A lease as an engine gave it with a secret: for how long it is good.
struct VaultLease: Sendable {
    var id: String
    /// For messages.
    var path: String
    var duration: Duration
    var isRenewable: Bool

    /// `nil` where the answer has none: KV's has an empty one.
    init?(_ answer: JSONValue, path: String) {
        guard let id = answer.member("lease_id")?.publicText, !id.isEmpty else { return nil }
        self.id = id
        self.path = path
        duration = .seconds(answer.member("lease_duration")?.publicInteger ?? 0)
        isRenewable = answer.member("renewable")?.boolean ?? false
    }
}

extension VaultClient {
    /// What came of asking for more time.
    enum Renewal {
        case renewed(Duration)
        /// The server does not know it any more, or may not prolong it.
        case gone
        /// It could not be asked; it may be asked again.
        case failed
    }

    func renew(_ lease: VaultLease, token: Secret) async -> Renewal {
        let seconds = Int(lease.duration.components.seconds)
        let body = JSONBody.object([("lease_id", .text(lease.id)), ("increment", .number(seconds))])
        return await renewal("/v1/sys/leases/renew", body, token) { $0.member("lease_duration") }
    }

    func renewSelf(_ token: Secret) async -> Renewal {
        await renewal("/v1/auth/token/renew-self", .object([]), token) { $0.member("auth")?.member("lease_duration") }
    }

    private func renewal(
        _ target: String,
        _ body: JSONBody,
        _ token: Secret,
        _ duration: (JSONValue) -> JSONValue?
    ) async -> Renewal {
        guard let answer = try? await put(target, body, token: token) else { return .failed }
        switch answer.status {
        case 200:
            guard let seconds = answer.json.flatMap(duration)?.publicInteger else { return .failed }
            return .renewed(.seconds(seconds))
        case 400, 403, 404: return .gone
        default: return .failed
        }
    }

    /// - Returns: whether the server agreed.
    @discardableResult
    func revoke(_ lease: VaultLease, token: Secret) async -> Bool {
        let answer = try? await put("/v1/sys/leases/revoke", .object([("lease_id", .text(lease.id))]), token: token)
        return answer?.isSuccess ?? false
    }

    @discardableResult
    func revokeSelf(_ token: Secret) async -> Bool {
        let answer = try? await put("/v1/auth/token/revoke-self", .object([]), token: token)
        return answer?.isSuccess ?? false
    }
}
