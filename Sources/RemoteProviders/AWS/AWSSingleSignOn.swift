internal import Diagnostics
internal import SecretMemory
internal import SecretProviders

/// Credentials of IAM Identity Center, by the session that `aws sso login` left in `~/.aws/sso/cache`.
struct AWSSingleSignOn: Sendable {
    let environment: AWSEnvironment

    private var settings: RemoteSettings { environment.settings }

    func credentials(_ profile: [String: Secret], named name: String) async throws(ProviderError) -> AWSCredentials {
        let sessionName = profile.text("sso_session")
        let session = sessionName.flatMap { environment.profiles.section("sso-session \($0)") } ?? profile
        guard let start = session.text("sso_start_url"), let region = session.text("sso_region"),
            let account = profile.text("sso_account_id"), let role = profile.text("sso_role_name")
        else {
            throw ProviderError(
                .misconfigured,
                "\(settings.name): the AWS profile '\(printable(name))' lacks a setting of SSO",
                hints: ["it needs sso_start_url, sso_region, sso_account_id and sso_role_name"]
            )
        }
        let token = try await accessToken(for: sessionName ?? start, region, name)
        let address = try environment.address(of: .portal, in: region)
        let target = "/federation/credentials?role_name=\(percentEncoded(role))&account_id=\(percentEncoded(account))"
        var request = HTTPRequest(.get, address, target)
        request.set("x-amz-sso_bearer_token", token)
        let answer = try await environment.service.send(request)
        guard answer.isSuccess else {
            throw answer.status == 401 || answer.status == 403
                ? .status(answer, "\(settings.name): SSO", address, hints: [login(name)])
                : .status(answer, "\(settings.name): SSO", address)
        }
        guard let json = answer.json?.member("roleCredentials"), let accessKey = json.member("accessKeyId")?.publicText,
            let secretKey = json.member("secretAccessKey")?.secret()
        else { throw .malformed(settings.name, address, "no credentials of a role") }
        return AWSCredentials(
            accessKey: accessKey,
            secretKey: secretKey,
            sessionToken: json.member("sessionToken")?.secret(),
            source: "SSO of profile '\(printable(name))'"
        )
    }

    private func login(_ name: String) -> String {
        "run 'aws sso login\(name == "default" ? "" : " --profile \(printable(name))")'"
    }

    /// The cached token, renewed where it has expired and can be.
    private func accessToken(for key: String, _ region: String, _ name: String) async throws(ProviderError) -> Secret {
        let digest = hex(sha1(Array(key.utf8).span))
        guard let home = settings.context.plainText(of: "HOME") else { throw expired(name, "there is no HOME") }
        let file = "\(home)/.aws/sso/cache/\(digest).json"
        guard let text = try await settings.context.contents(ofFile: file, for: settings.name) else {
            throw expired(name, "there is no SSO session")
        }
        guard let cache = try? JSONValue(parsing: text),
            let end = cache.member("expiresAt")?.publicText.flatMap(UTCTime.init)
        else { throw expired(name, "the cached SSO session is damaged") }
        if end.seconds > UTCTime.now.seconds + 60, let token = cache.member("accessToken")?.secret() {
            settings.context.noteCredential("\(settings.name) SSO token", token)
            return token
        }
        guard let token = try await renew(cache, region, file) else {
            throw expired(name, "the SSO session has expired")
        }
        return token
    }

    /// `CreateToken` of SSO OIDC. What is renewed goes back into the cache: the refresh token may be good once only.
    private func renew(_ cache: JSONValue, _ region: String, _ file: String) async throws(ProviderError) -> Secret? {
        guard let refresh = cache.member("refreshToken")?.secret(), let client = cache.member("clientId")?.secret(),
            let clientSecret = cache.member("clientSecret")?.secret()
        else { return nil }
        for (what, secret) in [("SSO refresh token", refresh), ("SSO client secret", clientSecret)] {
            settings.context.noteCredential("\(settings.name) \(what)", secret)
        }
        let address = try environment.address(of: .login, in: region)
        var request = HTTPRequest(.post, address, "/token")
        request.setJSON(
            .object([
                ("grantType", .text("refresh_token")), ("clientId", .secret(client)),
                ("clientSecret", .secret(clientSecret)), ("refreshToken", .secret(refresh)),
            ])
        )
        request.isRepeatable = false
        let answer = try await environment.service.send(request)
        guard answer.status < 400 || answer.status >= 500 else { return nil }
        guard answer.isSuccess else { throw .status(answer, "\(settings.name): SSO", address) }
        guard let json = answer.json, let token = json.member("accessToken")?.secret(),
            let seconds = json.member("expiresIn")?.publicInteger
        else { throw .malformed(settings.name, address, "no renewed session") }
        settings.context.noteCredential("\(settings.name) SSO token", token)
        let end = UTCTime(seconds: UTCTime.now.seconds + seconds).text("%Y-%m-%dT%H:%M:%SZ")
        var members = cache.members.map { ($0.name, JSONBody.document($0.value.json())) }
        func replace(_ name: String, _ value: JSONBody) {
            members.removeAll { $0.0 == name }
            members.append((name, value))
        }
        replace("accessToken", .secret(token))
        replace("expiresAt", .text(end))
        if let next = json.member("refreshToken")?.secret() { replace("refreshToken", .secret(next)) }
        if !replaceFile(file, with: JSONBody.object(members).encoded()) {
            settings.note("the renewed SSO session could not be kept")
        }
        return token
    }

    private func expired(_ name: String, _ what: String) -> ProviderError {
        ProviderError(
            .misconfigured,
            "\(settings.name): \(what) for the AWS profile '\(printable(name))'",
            hints: [login(name)]
        )
    }
}
