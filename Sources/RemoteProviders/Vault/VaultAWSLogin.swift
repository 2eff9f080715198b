internal import ManifestFormat
internal import SecretMemory
internal import SecretProviders

/// The body of Vault's `aws` login: a signed GetCallerIdentity that Vault sends on in our name, and that shows it who we
/// are ("AWS auth method (API)", Vault docs).
struct VaultAWSLogin: Sendable {
    let settings: RemoteSettings

    func members() async throws(ProviderError) -> KeyValuePairs<String, JSONBody?> {
        // The entry's address, proxy and certificates are Vault's; AWS is asked with what the environment says.
        var plain = settings.configuration
        plain.settings = plain.settings.filter { $0.key == "auth.region" }
        let own = RemoteSettings(plain, settings.context, settings.session)
        let environment = try await AWSEnvironment(own)
        guard let credentials = try await AWSCredentialChain(environment: environment).credentials() else {
            throw ProviderError(.misconfigured, "\(settings.name): there are no AWS credentials for the login")
        }
        let region = settings.configuration.text("auth.region") ?? "us-east-1"
        let host = region == "us-east-1" ? "sts.amazonaws.com" : "sts.\(region).\(AWSPartition(region: region).suffix)"
        var request = HTTPRequest(.post, WebAddress(.https, host: host), "/")
        request.body = Secret(copying: "Action=GetCallerIdentity&Version=2011-06-15")
        request.set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
        if let server = settings.configuration.text("auth.server_id") {
            request.set("X-Vault-AWS-IAM-Server-ID", server)
        }
        AWSSigner(credentials: credentials, region: region, service: "sts").sign(&request)
        let headers = request.headers.map { header -> (String, JSONBody) in
            switch header.value {
            case .text(let text): (header.name, .list([.text(text)]))
            case .secret(let secret): (header.name, .list([.secret(secret)]))
            }
        }
        return [
            "role": settings.configuration.text("auth.role").map { .text($0) },
            "iam_http_request_method": .text("POST"),
            "iam_request_url": .secret(base64(Secret(copying: "https://\(host)/"))),
            "iam_request_body": .secret(base64(request.body ?? Secret(copying: ""))),
            "iam_request_headers": .secret(
                base64(JSONBody.object(headers + [("Host", .list([.text(host)]))]).encoded())
            ),
        ]
    }

    private func base64(_ secret: Secret) -> Secret {
        var encoded = SecretBytes(capacity: secret.count * 2)
        secret.withBytes { encoded.append(base64: $0) }
        return Secret(encoded)
    }
}
