/// The keys that an entry of `providers` may have, and what stands under each.
package enum ProviderKey {
    package static func keys(for kind: ProviderKind) -> [ManifestKey] {
        common + own(kind)
    }

    package static func authenticationKeys(for kind: ProviderKind) -> [ManifestKey] {
        guard kind == .vault else { return authentication }
        return authentication.map { key in
            guard key.name == "method" else { return key }
            var key = key
            key.shape = .choice(vaultMethods)
            return key
        }
    }

    package static let common: [ManifestKey] = [
        ManifestKey(
            "kind",
            .choice(ProviderKind.allCases.map(\.rawValue)),
            "What it is; a provider named for a kind need not say"
        ),
        ManifestKey("address", .form(.address), "The base URL, which overrides every endpoint"),
        ManifestKey("auth", .authentication, "How we prove who we are"),
        ManifestKey("timeout", .duration, "The time that one request may take"),
        ManifestKey("proxy", .text, "An HTTP proxy"),
        ManifestKey("ca_file", .path, "Certificates that its own has to come from, as PEM"),
        ManifestKey("client_cert", .path, "Our certificate, as PEM"),
        ManifestKey("client_key", .path, "The private key to it, as PEM"),
        ManifestKey("tls_server_name", .text, "The name that its certificate has to be for"),
        ManifestKey("insecure_http", .flag, "Speak plain HTTP with a host that is not this one", standard: "false"),
        ManifestKey("insecure_tls", .flag, "Believe any certificate", standard: "false"),
        ManifestKey("mode", .choice(["api", "cli", "auto"]), "Whether to ask the service or its command line tool"),
        ManifestKey(
            "on_error",
            .choice(ManifestKeys.names(of: Manifest.FailurePolicy.self)),
            "What becomes of a failure"
        ),
    ]

    private static let vaultMethods = ["token", "approle", "userpass", "ldap", "kubernetes", "jwt", "cert", "aws"]

    private static let authentication: [ManifestKey] = [
        ManifestKey("method", .text, "The way to log in"),
        ManifestKey("mount", .text, "Where the method is mounted"),
        ManifestKey("role", .text, "The role to log in as"),
        ManifestKey("role_id", .textOrSecret, "AppRole's role id"),
        ManifestKey("secret_id", .secret, "AppRole's secret id, as a reference"),
        ManifestKey("username", .textOrSecret, "A user's name"),
        ManifestKey("password", .secret, "The user's password, as a reference"),
        ManifestKey("token", .secret, "A token, as a reference"),
        ManifestKey("token_file", .path, "A file that holds a token"),
        ManifestKey("wrapped", .flag, "Whether the secret is wrapped, to be unwrapped once"),
        ManifestKey("audience", .text, "Whom a token is asked for"),
        ManifestKey("region", .text, "The region to log in through"),
        ManifestKey("server_id", .text, "The value of X-Vault-AWS-IAM-Server-ID"),
    ]

    private static func own(_ kind: ProviderKind) -> [ManifestKey] {
        switch kind {
        case .env, .file, .dotenv, .exec: []
        case .vaultfile:
            [
                ManifestKey("path", .path, "The vault file, and no other"),
                ManifestKey("pin", .form(.pin), "The fingerprint that the file's data key has to have"),
            ]
        case .vault:
            [
                ManifestKey("namespace", .text, "The namespace of all paths"),
                ManifestKey(
                    "on_lease_loss",
                    .choice(["warn", "signal", "restart", "stop"]),
                    "What is done when a lease ends under a running command"
                ),
            ]
        case .aws, .ssm:
            [
                ManifestKey("region", .text, "The region to ask"),
                ManifestKey("profile", .text, "A profile of ~/.aws"),
                ManifestKey("role_arn", .text, "A role to assume"),
                ManifestKey("external_id", .textOrSecret, "The external id to assume it with"),
            ]
        case .azure:
            [
                ManifestKey("tenant_id", .text, "The tenant"),
                ManifestKey("client_id", .text, "The application or managed identity"),
                ManifestKey("client_secret", .secret, "The application's secret, as a reference"),
                ManifestKey("authority", .form(.authority), "The base URL of the login service"),
                ManifestKey("certificate_file", .path, "The application's certificate and key, as PEM"),
            ]
        case .gcp:
            [
                ManifestKey("credentials_file", .path, "A service account's key, or a federation's description"),
                ManifestKey("token_address", .form(.address), "The base URL of the token service"),
            ]
        }
    }
}
