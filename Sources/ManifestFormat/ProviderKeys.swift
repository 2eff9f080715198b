/// The keys that an entry of `providers` may have, and what stands under each.
enum ProviderKey {
    enum Value {
        case text
        /// A path, made absolute.
        case path
        case flag
        /// A secret: only a reference, or a chain of them.
        case secret
        /// Either: a literal where the text is no reference.
        case textOrSecret
        case choice([String])
    }

    static func values(for kind: ProviderKind) -> [String: Value] {
        common.merging(own(kind)) { _, own in own }
    }

    static func authValues(for kind: ProviderKind) -> [String: Value] {
        var values = auth
        if kind == .vault { values["method"] = .choice(vaultMethods) }
        return values
    }

    private static let common: [String: Value] = [
        "kind": .choice(ProviderKind.allCases.map(\.rawValue)), "address": .text, "timeout": .text, "proxy": .text,
        "ca_file": .path, "client_cert": .path, "client_key": .path, "tls_server_name": .text, "insecure_http": .flag,
        "insecure_tls": .flag, "mode": .choice(["api", "cli", "auto"]), "on_error": .text, "auth": .text,
    ]

    private static let vaultMethods = ["token", "approle", "userpass", "ldap", "kubernetes", "jwt", "cert", "aws"]

    private static let auth: [String: Value] = [
        "method": .text, "mount": .text, "role": .text, "role_id": .textOrSecret, "secret_id": .secret,
        "username": .textOrSecret, "password": .secret, "token": .secret, "token_file": .path, "wrapped": .flag,
        "audience": .text, "region": .text, "server_id": .text,
    ]

    private static func own(_ kind: ProviderKind) -> [String: Value] {
        switch kind {
        case .env, .file, .dotenv, .exec: [:]
        case .vaultfile: ["path": .path, "pin": .text]
        case .vault: ["namespace": .text, "on_lease_loss": .choice(["warn", "signal", "restart", "stop"])]
        case .aws, .ssm: ["region": .text, "profile": .text, "role_arn": .text, "external_id": .textOrSecret]
        case .azure:
            [
                "tenant_id": .text, "client_id": .text, "client_secret": .secret, "authority": .text,
                "certificate_file": .path,
            ]
        case .gcp: ["credentials_file": .path, "token_address": .text]
        }
    }
}
