internal import Diagnostics
internal import SecretMemory
internal import SecretProviders

/// A file of credentials, of any type that Google's libraries know.
struct GCPCredentialFile: Sendable {
    let environment: GCPEnvironment

    private var settings: RemoteSettings { environment.settings }

    func token(_ text: Secret, _ file: String) async throws(ProviderError) -> GCPToken {
        guard let json = try? JSONValue(parsing: text), json.kind == .object else {
            throw ProviderError(.misconfigured, "\(settings.name): \(printable(file)) is not JSON")
        }
        var token = try await token(json, file)
        token.quotaProject = json.member("quota_project_id")?.publicText
        token.universe = universe(json)
        return token
    }

    private func universe(_ json: JSONValue) -> String? {
        json.member("universe_domain")?.publicText
    }

    private func token(_ json: JSONValue, _ file: String) async throws(ProviderError) -> GCPToken {
        let source = "\(json.member("type")?.publicText ?? "no type") of \(printable(file))"
        switch json.member("type")?.publicText {
        case "service_account": return GCPToken(token: try await serviceAccount(json, file), source: source)
        case "authorized_user": return GCPToken(token: try await user(json, file), source: source)
        case "external_account":
            let token = try await GCPExternalAccount(environment: environment, json: json, file: file).token()
            return GCPToken(token: try await impersonating(json, token), source: source)
        case "impersonated_service_account":
            guard let inner = json.member("source_credentials"), inner.kind == .object else {
                throw broken(file, "lacks 'source_credentials'")
            }
            guard json.member("service_account_impersonation_url") != nil else {
                throw broken(file, "lacks 'service_account_impersonation_url'")
            }
            let first = try await self.token(inner, file)
            return GCPToken(token: try await impersonating(json, first.token), source: source)
        default:
            throw broken(
                file,
                "holds no credentials of a known type",
                "known are service_account, authorized_user, external_account and impersonated_service_account"
            )
        }
    }

    func broken(_ file: String, _ what: String, _ hint: String? = nil) -> ProviderError {
        ProviderError(.misconfigured, "\(settings.name): \(printable(file)) \(what)", hints: hint.map { [$0] } ?? [])
    }

    /// A token for a signed statement of who we are (RFC 7523).
    private func serviceAccount(_ json: JSONValue, _ file: String) async throws(ProviderError) -> Secret {
        guard let email = json.member("client_email")?.publicText, let key = json.member("private_key")?.secret() else {
            throw broken(file, "lacks 'client_email' or 'private_key'")
        }
        settings.context.noteCredential("\(settings.name) private key", key)
        let url = json.member("token_uri")?.publicText ?? "https://oauth2.googleapis.com/token"
        let place = try environment.tokenPlace(url, universe: universe(json))
        let now = UTCTime.now.seconds
        let header = json.member("private_key_id")?.publicText.map { [("kid", JSONBody.text($0))] } ?? []
        let claims: [(String, JSONBody)] = [
            ("iss", .text(email)), ("scope", .text(GCPEnvironment.scope)), ("aud", .text(url)), ("iat", .number(now)),
            ("exp", .number(now + 3600)),
        ]
        guard let assertion = JSONWebToken.sign(header: header, claims: claims, key: key) else {
            throw broken(file, "holds a private key that cannot be used")
        }
        var form = FormBody(["grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer"])
        form.add("assertion", assertion)
        return try await accessToken(form, place)
    }

    /// A token for a user's refresh token (RFC 6749 §6).
    private func user(_ json: JSONValue, _ file: String) async throws(ProviderError) -> Secret {
        guard let client = json.member("client_id")?.secret(),
            let clientSecret = json.member("client_secret")?.secret(),
            let refresh = json.member("refresh_token")?.secret()
        else { throw broken(file, "lacks 'client_id', 'client_secret' or 'refresh_token'") }
        settings.context.noteCredential("\(settings.name) refresh token", refresh)
        settings.context.noteCredential("\(settings.name) client secret", clientSecret)
        let url = json.member("token_uri")?.publicText ?? "https://oauth2.googleapis.com/token"
        var form = FormBody(["grant_type": "refresh_token"])
        form.add("client_id", client)
        form.add("client_secret", clientSecret)
        form.add("refresh_token", refresh)
        return try await accessToken(form, environment.tokenPlace(url, universe: universe(json)))
    }

    private func accessToken(
        _ form: FormBody,
        _ place: (address: WebAddress, target: String)
    ) async throws(ProviderError) -> Secret {
        var request = HTTPRequest(.post, place.address, place.target)
        request.setForm(form)
        let answer = try await environment.ask(request, for: "the token service")
        guard let token = answer.member("access_token"), token.kind == .string else {
            throw .malformed(settings.name, place.address, "no token")
        }
        return token.secret()
    }

    /// A token of the service account that the credentials stand in for; the same one where they name none.
    private func impersonating(_ json: JSONValue, _ token: Secret) async throws(ProviderError) -> Secret {
        guard let url = json.member("service_account_impersonation_url")?.publicText else { return token }
        settings.context.noteCredential("\(settings.name) source token", token)
        let place = try environment.tokenPlace(url, universe: universe(json))
        let delegates = (json.member("delegates")?.elements ?? []).compactMap(\.publicText).map { JSONBody.text($0) }
        var request = HTTPRequest(.post, place.address, place.target)
        request.setBearer(token)
        request.setJSON(.object([("scope", .list([.text(GCPEnvironment.scope)])), ("delegates", .list(delegates))]))
        let answer = try await environment.ask(request, for: "impersonation")
        guard let impersonated = answer.member("accessToken"), impersonated.kind == .string else {
            throw .malformed(settings.name, place.address, "no token")
        }
        return impersonated.secret()
    }
}
