package import Diagnostics

/// One entry of `providers`: a kind, and settings that were checked against that kind's keys.
package struct ProviderConfiguration: Sendable {
    package var name: String
    package var kind: ProviderKind
    package var location: Diagnostic.Location?
    /// Values by key, `auth` flattened to `auth.KEY`.
    package var settings: [String: Setting]
    package var onError: Manifest.FailurePolicy?
    /// The time one request may take; `nil` for the run's.
    package var timeout: Duration?

    package init(name: String, kind: ProviderKind, location: Diagnostic.Location? = nil) {
        self.name = name
        self.kind = kind
        self.location = location
        settings = [:]
    }

    package enum Setting: Sendable {
        /// Text that is no secret: an address, a region, a role's name. Paths are absolute already.
        case text(String)
        case flag(Bool)
        /// Text that is secret, as a chain of references to where it lives.
        case secret([SecretReference])
    }

    package func text(_ key: String) -> String? {
        guard case .text(let text) = settings[key] else { return nil }
        return text
    }

    package func flag(_ key: String) -> Bool {
        guard case .flag(let flag) = settings[key] else { return false }
        return flag
    }

    /// Settings that decide where the user's own credentials go, whom they are shown to, or which are used: what a
    /// manifest from a clone of somebody's repository may not set unasked. In the order of their names; each with its text.
    package var sensitiveSettings: [(key: String, text: String)] {
        settings.compactMap { key, setting in
            switch setting {
            case .text(let text) where Self.sensitiveKeys.contains(key): (key, text)
            case .flag(true) where Self.sensitiveKeys.contains(key): (key, "true")
            default: nil
            }
        }
        .sorted { $0.key < $1.key }
    }

    private static let sensitiveKeys: Set<String> = [
        // Where they go, and what vouches for who takes them.
        "address", "authority", "ca_file", "insecure_http", "insecure_tls", "proxy", "tls_server_name", "token_address",
        // Which are used.
        "auth.token_file", "certificate_file", "client_cert", "client_key", "credentials_file", "profile",
        // As whom, and who is asked on the same server: another tenant's login may hand on what it is given.
        "auth.mount", "namespace", "role_arn",
    ]

    package func secret(_ key: String) -> [SecretReference]? {
        guard case .secret(let chain) = settings[key] else { return nil }
        return chain
    }
}

/// The kinds of providers, by the names that references use.
package enum ProviderKind: String, Hashable, Sendable, CaseIterable {
    case env, vaultfile, file, dotenv, exec, vault, aws, ssm, azure, gcp
}
