internal import Diagnostics
internal import ManifestFormat
internal import SecretMemory
internal import SecretProviders

/// Workload identity federation: a token of somebody else's for one of Google's (AIP-4117; RFC 8693).
struct GCPExternalAccount: Sendable {
    let environment: GCPEnvironment
    let json: JSONValue
    let file: String

    private var settings: RemoteSettings { environment.settings }

    func token() async throws(ProviderError) -> Secret {
        guard let audience = json.member("audience")?.publicText,
            let type = json.member("subject_token_type")?.publicText,
            let source = json.member("credential_source"), source.kind == .object
        else { throw broken("lacks 'audience', 'subject_token_type' or 'credential_source'") }
        let subject = try await subjectToken(source, audience)
        settings.context.noteCredential("\(settings.name) subject token", subject)
        let url = json.member("token_url")?.publicText ?? "https://sts.googleapis.com/v1/token"
        let place = try environment.tokenPlace(url, universe: json.member("universe_domain")?.publicText)
        var form = FormBody([
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange", "audience": audience,
            "scope": GCPEnvironment.scope, "requested_token_type": "urn:ietf:params:oauth:token-type:access_token",
            "subject_token_type": type,
        ])
        form.add("subject_token", subject)
        var request = HTTPRequest(.post, place.address, place.target)
        request.setForm(form)
        let answer = try await environment.ask(request, for: "the token exchange")
        guard let token = answer.member("access_token"), token.kind == .string else {
            throw .malformed(settings.name, place.address, "no token")
        }
        return token.secret()
    }

    private func subjectToken(_ source: JSONValue, _ audience: String) async throws(ProviderError) -> Secret {
        if let file = source.member("file")?.publicText {
            guard let text = try await settings.context.contents(ofFile: file, for: settings.name) else {
                throw .noFile(settings.name, file)
            }
            return try pick(text, source)
        }
        if source.member("environment_id")?.publicText?.hasPrefix("aws") == true {
            return try await GCPFromAWS(settings: settings).subjectToken(audience: audience)
        }
        if let url = source.member("url")?.publicText {
            return try pick(try await ask(url, source), source)
        }
        if let executable = source.member("executable") {
            return try await run(executable)
        }
        throw broken("has a 'credential_source' of no known kind")
    }

    /// The token, or the field of a JSON document that holds it.
    private func pick(_ text: Secret, _ source: JSONValue) throws(ProviderError) -> Secret {
        guard source.member("format")?.member("type")?.publicText == "json" else { return text.trimmed() }
        let field = source.member("format")?.member("subject_token_field_name")?.publicText ?? ""
        guard let token = (try? JSONValue(parsing: text))?.member(field), token.kind == .string else {
            throw broken("names a source whose answer lacks the field of the token")
        }
        return token.secret()
    }

    /// The place is written in the user's own file; no credential of ours goes there but the headers beside it.
    private func ask(_ url: String, _ source: JSONValue) async throws(ProviderError) -> Secret {
        let parts = url.split(separator: "?", maxSplits: 1).map(String.init)
        guard let address = parts.first.flatMap({ WebAddress($0) }) else {
            throw .badAddress(settings.name, from: "the url of 'credential_source'")
        }
        var request = HTTPRequest(.get, address, parts.count > 1 ? "?\(parts[1])" : "")
        for header in source.member("headers")?.members ?? [] where header.value.kind == .string {
            request.set(header.name, header.value.secret())
        }
        if address.scheme == .http, IPAddress(address.host)?.isLinkLocal == true { request.kind = .metadata }
        let answer = try await environment.service.send(request)
        guard answer.isSuccess else { throw .status(answer, "\(settings.name): the identity's source", address) }
        return answer.body
    }

    /// Only where the user has opted in, as Google's libraries have it.
    private func run(_ executable: JSONValue) async throws(ProviderError) -> Secret {
        guard settings.context.plainText(of: "GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES") == "1" else {
            throw ProviderError(
                .misconfigured,
                "\(settings.name): \(printable(file)) names a program, and programs are not allowed",
                hints: ["GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1 allows them"]
            )
        }
        guard let command = executable.member("command")?.publicText else { throw broken("names no program") }
        let milliseconds = executable.member("timeout_millis")?.publicInteger ?? 30_000
        let outcome = try await settings.context.output(
            of: command.split(separator: " ").map(String.init),
            for: settings.name,
            timeout: .milliseconds(milliseconds)
        )
        guard case .output(let output) = outcome else { throw broken("names a program that failed") }
        guard let answer = try? JSONValue(parsing: output), answer.member("success")?.boolean == true,
            let token = answer.member("id_token") ?? answer.member("saml_response"), token.kind == .string
        else { throw broken("names a program that gave no token") }
        return token.secret()
    }

    private func broken(_ what: String) -> ProviderError {
        GCPCredentialFile(environment: environment).broken(file, what)
    }
}

/// Shows Google who we are at AWS: a signed GetCallerIdentity that it sends on (AIP-4117, "AWS").
struct GCPFromAWS: Sendable {
    let settings: RemoteSettings

    func subjectToken(audience: String) async throws(ProviderError) -> Secret {
        var plain = settings.configuration
        plain.settings = [:]
        let environment = try await AWSEnvironment(RemoteSettings(plain, settings.context, settings.session))
        guard let credentials = try await AWSCredentialChain(environment: environment).credentials() else {
            throw ProviderError(.misconfigured, "\(settings.name): there are no AWS credentials for the federation")
        }
        let region = environment.region ?? "us-east-1"
        guard isRegionName(region) else {
            throw ProviderError(
                .misconfigured,
                "\(settings.name): the region's name holds characters that no region has"
            )
        }
        let host = "sts.\(region).\(AWSPartition(region: region).suffix)"
        let target = "/?Action=GetCallerIdentity&Version=2011-06-15"
        var request = HTTPRequest(.post, WebAddress(.https, host: host), target)
        request.set("x-goog-cloud-target-resource", audience)
        AWSSigner(credentials: credentials, region: region, service: "sts").sign(&request)
        let headers = request.headers.map { header -> JSONBody in
            switch header.value {
            case .text(let text): .object([("key", .text(header.name)), ("value", .text(text))])
            case .secret(let secret): .object([("key", .text(header.name)), ("value", .secret(secret))])
            }
        }
        let document = JSONBody.object([
            ("url", .text("https://\(host)\(target)")), ("method", .text("POST")),
            ("headers", .list(headers + [.object([("key", .text("host")), ("value", .text(host))])])),
        ]).encoded()
        var encoded = SecretBytes(capacity: document.count * 2)
        document.withBytes { encoded.append(percentEncoded: $0) }
        return Secret(encoded)
    }
}
