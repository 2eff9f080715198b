internal import EventLoop
internal import ManifestFormat
internal import SecretMemory
internal import SecretProviders

/// A token, and whether it is ours to give back.
struct VaultLogin: Sendable {
    var token: Secret
    /// What we logged in by; `nil` for a token that we were given, which is never revoked.
    var method: String?
    var duration: Duration = .zero
    var isRenewable = false
    /// A batch token is no entry in the server's storage: it can't be revoked or renewed.
    var isBatch = false
}

/// Finds a token or logs in for one.
struct VaultAuthentication: Sendable {
    let settings: RemoteSettings
    let client: VaultClient

    /// - Returns: `nil` where no credential is configured anywhere.
    func login() async throws(ProviderError) -> VaultLogin? {
        switch method {
        case "token": try await givenToken().map { VaultLogin(token: $0) }
        case "approle":
            try await login(["role_id": .secret(settings.neededSecret("auth.role_id")), "secret_id": secretID()])
        case "userpass", "ldap": try await loginWithPassword()
        case "kubernetes": try await loginWithServiceAccount()
        case "jwt": try await login(["jwt": .secret(identityToken()), "role": role])
        case "aws": try await login(VaultAWSLogin(settings: settings).members())
        case "cert": try await login(["name": role])
        default: throw ProviderError(.misconfigured, "\(settings.name): 'auth.method' is unknown")
        }
    }

    /// The method that is written, or that the other settings tell.
    private var method: String {
        if let method = settings.configuration.text("auth.method") { return method }
        if settings.configuration.settings["auth.role_id"] != nil { return "approle" }
        return "token"
    }

    private var mount: String {
        settings.configuration.text("auth.mount")?.trimmingSlashes ?? method
    }

    private var role: JSONBody? {
        settings.configuration.text("auth.role").map { .text($0) }
    }
}

// MARK: - Tokens that we are given

extension VaultAuthentication {
    /// In the order of the `vault` tool: what the entry names, the environment, the token helper, `~/.vault-token`.
    private func givenToken() async throws(ProviderError) -> Secret? {
        if let token = try await settings.secret("auth.token") {
            settings.journal.note(login: "the token of 'auth.token'")
            return token.trimmed()
        }
        if let file = settings.configuration.text("auth.token_file") {
            guard let token = try await settings.token(inFile: file) else { throw .noFile(settings.name, file) }
            settings.journal.note(login: "the token in \(file)")
            return token
        }
        if settings.mode.allowsOwnWays {
            for variable in ["VAULT_TOKEN", "BAO_TOKEN"] {
                guard let token = settings.context.secret(of: variable)?.trimmed(), !token.isEmpty else { continue }
                settings.context.noteCredential(variable, token)
                settings.journal.note(login: "the token in \(variable)")
                return token
            }
            if let token = try await helperToken() { return token }
            if let home = settings.context.plainText(of: "HOME"),
                let token = try await settings.token(inFile: "\(home)/.vault-token")
            {
                settings.journal.note(login: "the token in ~/.vault-token")
                return token
            }
        }
        return try await toolToken()
    }

    /// The program that `~/.vault` names (`token_helper = "PROGRAM"`), asked as the `vault` tool asks it.
    private func helperToken() async throws(ProviderError) -> Secret? {
        let home = settings.context.plainText(of: "HOME").map { "\($0)/.vault" }
        guard let file = settings.vaultVariable("CONFIG_PATH") ?? home,
            let text = try await settings.context.contents(ofFile: file, for: settings.name)?.plainCopy(),
            let program = Self.tokenHelper(in: text)
        else { return nil }
        guard program.hasPrefix("/") else {
            throw ProviderError(.misconfigured, "\(settings.name): the token helper in \(file) is no absolute path")
        }
        let outcome = try await settings.context.output(
            of: [program, "get"],
            for: settings.name,
            timeout: .seconds(10)
        )
        switch outcome {
        case .output(let output):
            let token = output.trimmed()
            guard !token.isEmpty else { return nil }
            settings.context.noteCredential("\(settings.name) token", token)
            settings.note("the token is from the token helper")
            settings.journal.note(login: "the token of the token helper")
            return token
        case .notInstalled, .failed:
            throw ProviderError(.commandFailed, "\(settings.name): the token helper in \(file) gave no token")
        }
    }

    private static func tokenHelper(in text: String) -> String? {
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[0].filter({ !$0.isWhitespace }) == "token_helper" else { continue }
            let value = parts[1].split(separator: "\"", omittingEmptySubsequences: false)
            return value.count == 3 ? String(value[1]) : nil
        }
        return nil
    }

    /// What `vault print token` says, where our own ways found nothing.
    private func toolToken() async throws(ProviderError) -> Secret? {
        guard settings.mode.allowsTool else { return nil }
        let outcome = try await settings.context.output(
            of: ["vault", "print", "token"],
            for: settings.name,
            timeout: .seconds(10)
        )
        guard case .output(let output) = outcome, !output.trimmed().isEmpty else { return nil }
        let token = output.trimmed()
        settings.context.noteCredential("\(settings.name) token", token)
        settings.note("the token is from 'vault print token'")
        settings.journal.note(login: "the token of 'vault print token'")
        return token
    }
}

// MARK: - Logins

extension VaultAuthentication {
    /// Asks `auth/MOUNT/login` for a token.
    private func login(
        _ body: KeyValuePairs<String, JSONBody?>,
        at suffix: String = ""
    ) async throws(ProviderError) -> VaultLogin {
        let members = body.compactMap { name, value in value.map { (name, $0) } }
        let start = settings.context.loop.now
        settings.journal.note(login: method)
        // What the server makes is ours to give back, also when nobody waits for it any more.
        let login = try await settings.context.loop.finishing { () async throws(ProviderError) in
            try await logIn(at: "/v1/auth/\(percentEncoded(mount, keeping: "/"))/login\(suffix)", .object(members))
        }
        settings.note(
            "logged in by \(method) at \(client.address.origin) in \((settings.context.loop.now - start).milliseconds) ms"
        )
        return login
    }

    private func logIn(at target: String, _ body: JSONBody) async throws(ProviderError) -> VaultLogin {
        let answer = try await client.post(target, body)
        guard answer.isSuccess else {
            throw client.loginError(answer, method: method, mount: mount)
        }
        guard let auth = answer.json?.member("auth"), let token = auth.member("client_token")?.secret(), !token.isEmpty
        else { throw .malformed(settings.name, client.address, "no login of Vault's") }
        settings.context.noteCredential("\(settings.name) login token", token)
        let login = VaultLogin(
            token: token,
            method: method,
            duration: .seconds(auth.member("lease_duration")?.publicInteger ?? 0),
            isRenewable: auth.member("renewable")?.boolean ?? false,
            isBatch: auth.member("token_type")?.publicText == "batch"
        )
        if !login.isBatch { giveBack(login) }
        return login
    }

    /// Our own login's token ends with the reads, unless leases hang on it: with it they would end too.
    private func giveBack(_ login: VaultLogin) {
        let session = settings.session
        session.whenReadsAreDone { [weak session, client] in
            guard session?.leases.holds(login.token) != true else { return }
            await client.revokeSelf(login.token)
        }
    }

    /// The secret id, out of its wrapping where `wrapped` says so.
    private func secretID() async throws(ProviderError) -> JSONBody? {
        guard let secret = try await settings.secret("auth.secret_id") else { return nil }
        guard settings.configuration.flag("auth.wrapped") else { return .secret(secret.trimmed()) }
        let answer = try await client.unwrap(secret.trimmed())
        guard let secretID = answer.json?.member("data")?.member("secret_id")?.secret() else {
            throw .malformed(settings.name, client.address, "no wrapped secret id")
        }
        settings.context.noteCredential("\(settings.name) secret id", secretID)
        return .secret(secretID)
    }

    private func loginWithPassword() async throws(ProviderError) -> VaultLogin {
        let user = try await settings.neededSecret("auth.username").plainCopy()
        let password = try await settings.neededSecret("auth.password")
        return try await login(["password": .secret(password)], at: "/\(percentEncoded(user))")
    }

    private func loginWithServiceAccount() async throws(ProviderError) -> VaultLogin {
        let usual = "/var/run/secrets/kubernetes.io/serviceaccount/token"
        let file = settings.configuration.text("auth.token_file") ?? usual
        guard let token = try await settings.token(inFile: file) else { throw .noFile(settings.name, file) }
        return try await login(["jwt": .secret(token), "role": role])
    }

    /// The token of a jwt login: what the entry names, GitLab's variable, or GitHub Actions' endpoint.
    private func identityToken() async throws(ProviderError) -> Secret {
        if let token = try await settings.secret("auth.token") { return token.trimmed() }
        if let file = settings.configuration.text("auth.token_file") {
            guard let token = try await settings.token(inFile: file) else { throw .noFile(settings.name, file) }
            return token
        }
        if let token = settings.context.secret(of: "VAULT_ID_TOKEN") {
            settings.context.noteCredential("VAULT_ID_TOKEN", token)
            return token
        }
        let audience = settings.configuration.text("auth.audience")
        if let token = try await GitHubIdentity(settings: settings, service: client.service).token(for: audience) {
            return token
        }
        throw ProviderError(
            .misconfigured,
            "\(settings.name): there is no identity token for a jwt login",
            hints: ["set 'token' or 'token_file' under 'auth'; in GitHub Actions the job needs 'id-token: write'"]
        )
    }
}

extension String {
    var trimmingSlashes: String {
        var text = self[...]
        while text.first == "/" { text.removeFirst() }
        while text.last == "/" { text.removeLast() }
        return String(text)
    }
}

extension Duration {
    var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
