internal import Diagnostics
internal import ManifestFormat
internal import SecretMemory
internal import SecretProviders

/// Finds a token for a resource as `DefaultAzureCredential` does: what the entry or the environment names (secret,
/// certificate, federated token), GitHub's identity, the managed identity; last the `az` tool.
struct AzureCredentialChain: Sendable {
    let settings: RemoteSettings
    let service: HTTPService
    let challenge: AzureChallenge

    /// Where we log in: the user's own choice before what the vault says.
    let authority: WebAddress

    private var tenant: String { settings.text("tenant_id", orAnyOf: "AZURE_TENANT_ID") ?? challenge.tenant }
    private var clientID: String? { settings.text("client_id", orAnyOf: "AZURE_CLIENT_ID") }

    /// - Returns: `nil` where there are no credentials anywhere.
    func token() async throws(ProviderError) -> Secret? {
        if let token = try await settings.secret("auth.token") {
            settings.journal.note(login: "the token of 'auth.token'")
            return token.trimmed()
        }
        if settings.mode.allowsOwnWays {
            if let client = clientID {
                if let found = try await fromSecret(client) { return found }
                if let found = try await fromCertificate(client) { return found }
                if let found = try await fromFederation(client) { return found }
            } else if settings.configuration.settings["client_secret"] != nil {
                throw .settingNeeded(settings.name, "client_id")
            }
            if let found = try await AzureManagedIdentity(settings: settings, service: service)
                .token(for: challenge.resource.origin, client: clientID)
            {
                settings.noteSource("credentials from the managed identity")
                return found
            }
        }
        return try await fromTool()
    }

    private func noteLogin(_ means: String) {
        settings.note("logs in with \(means) at \(authority.origin)")
        settings.journal.note(login: "a login with \(means) at \(authority.origin)")
    }

    private func fromSecret(_ client: String) async throws(ProviderError) -> Secret? {
        let secret: Secret
        if let configured = try await settings.secret("client_secret") {
            secret = configured
        } else if let inherited = settings.context.secret(of: "AZURE_CLIENT_SECRET") {
            settings.context.noteCredential("AZURE_CLIENT_SECRET", inherited)
            secret = inherited
        } else {
            return nil
        }
        noteLogin("a client secret")
        return try await login(client) { $0.add("client_secret", secret) }
    }

    private func fromCertificate(_ client: String) async throws(ProviderError) -> Secret? {
        guard let file = settings.text("certificate_file", orAnyOf: "AZURE_CLIENT_CERTIFICATE_PATH") else { return nil }
        guard let pem = try await settings.context.contents(ofFile: file, for: settings.name) else {
            throw .noFile(settings.name, file)
        }
        settings.context.noteCredential("\(settings.name) certificate's key", pem)
        guard let certificate = pemBlock("CERTIFICATE", in: pem) else {
            throw .noPEM(settings.name, file, "certificate")
        }
        let now = UTCTime.now.seconds
        var id = SystemRandomNumberGenerator()
        let thumbprint = certificate.withBytes { sha1($0) }
        var encoded = SecretBytes(capacity: 32)
        encoded.append(base64: thumbprint.span, forURL: true)
        let assertion = JSONWebToken.sign(
            header: [("x5t", .secret(Secret(encoded)))],
            claims: [
                ("aud", .text("\(authority.origin)/\(tenant)/oauth2/v2.0/token")), ("iss", .text(client)),
                ("sub", .text(client)), ("jti", .text(String(id.next(), radix: 36) + String(id.next(), radix: 36))),
                ("nbf", .number(now - 60)), ("exp", .number(now + 600)),
            ],
            key: pem
        )
        guard let assertion else { throw .noPEM(settings.name, file, "RSA private key without a passphrase") }
        noteLogin("a certificate")
        return try await login(client, assertion: assertion)
    }

    /// A token of a cluster's or of GitHub's that the application trusts.
    private func fromFederation(_ client: String) async throws(ProviderError) -> Secret? {
        let assertion: Secret
        if let file = settings.text("auth.token_file", orAnyOf: "AZURE_FEDERATED_TOKEN_FILE") {
            guard let token = try await settings.token(inFile: file) else { throw .noFile(settings.name, file) }
            noteLogin("a federated token")
            assertion = token
        } else if let token = try await GitHubIdentity(settings: settings, service: service)
            .token(for: settings.configuration.text("auth.audience") ?? "api://AzureADTokenExchange")
        {
            noteLogin("GitHub's identity")
            assertion = token
        } else {
            return nil
        }
        return try await login(client, assertion: assertion)
    }

    private func login(_ client: String, assertion: Secret) async throws(ProviderError) -> Secret {
        try await login(client) { form in
            form.add("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
            form.add("client_assertion", assertion)
        }
    }

    /// The client credentials grant (RFC 6749 §4.4).
    private func login(_ client: String, _ addProof: (inout FormBody) -> Void) async throws(ProviderError) -> Secret {
        var form = FormBody(["grant_type": "client_credentials", "client_id": client])
        form.add("scope", "\(challenge.resource.origin)/.default")
        addProof(&form)
        var request = HTTPRequest(.post, authority, "/\(percentEncoded(tenant))/oauth2/v2.0/token")
        request.setForm(form)
        let answer = try await service.send(request)
        guard answer.isSuccess else {
            guard (400...499).contains(answer.status), answer.status != 429 else {
                throw .status(answer, "\(settings.name): the login", authority)
            }
            throw ProviderError(
                .refused,
                "\(settings.name): the login was refused (\(answer.status) from \(authority.origin))",
                hints: ["the client, its tenant or its secret may be wrong or expired"]
            )
        }
        guard let token = answer.json?.member("access_token"), token.kind == .string else {
            throw .malformed(settings.name, authority, "no token")
        }
        return token.secret()
    }

    private func fromTool() async throws(ProviderError) -> Secret? {
        guard settings.mode.allowsTool else { return nil }
        var arguments = [
            "az", "account", "get-access-token", "--output", "json", "--resource", challenge.resource.origin,
        ]
        if let tenant = settings.text("tenant_id", orAnyOf: "AZURE_TENANT_ID") { arguments += ["--tenant", tenant] }
        let outcome = try await settings.context.output(of: arguments, for: settings.name, timeout: .seconds(20))
        guard case .output(let output) = outcome, let token = (try? JSONValue(parsing: output))?.member("accessToken"),
            token.kind == .string
        else { return nil }
        settings.noteSource("credentials from 'az account get-access-token'")
        return token.secret()
    }
}
