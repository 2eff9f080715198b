/// Which variables of an environment most likely hold secrets, by their names: what `vault import --env` proposes.
package enum SecretNameRule {
    /// Whether a name is a known service's, or ends as names of secrets do: `_KEY`, `_TOKEN`, `_SECRET`, `_PASSWORD`.
    ///
    /// Our own variables never are: with `WITHSECRETS_IDENTITY` in it, a vault would hold its own key.
    package static func looksSecret(_ name: String) -> Bool {
        guard !name.hasPrefix("WITHSECRETS_"), !name.hasPrefix("SOPS_AGE_KEY") else { return false }
        return endings.contains { name.hasSuffix($0) && name.utf8.count > $0.utf8.count } || known[name] != nil
            || knownPrefixes.contains { name.hasPrefix($0) && name.utf8.count > $0.utf8.count }
    }

    /// The entry of a vault file that a variable becomes: `openai/api_key` for `OPENAI_API_KEY`.
    ///
    /// The service is what stands before the first `_`, or what is known of the name.
    package static func vaultName(for variable: String) -> String {
        if let name = known[variable], !name.isEmpty { return name }
        let name = variable.lowercased()
        guard let underscore = name.firstIndex(of: "_"), underscore != name.startIndex,
            name.index(after: underscore) != name.endIndex
        else { return name }
        return name[..<underscore] + "/" + name[name.index(after: underscore)...]
    }

    private static let endings = ["_KEY", "_TOKEN", "_SECRET", "_PASSWORD"]

    private static let knownPrefixes = ["TF_TOKEN_", "BUNDLE_GITHUB__", "CARGO_REGISTRIES_"]

    /// Variables of services whose names do not end as those of secrets do, or end in more than one word of the
    /// service's own; an empty text where the usual rule gives a good name.
    private static let known: [String: String] = [
        "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SESSION_TOKEN": "",
        "AZURE_STORAGE_CONNECTION_STRING": "", "APPLICATIONINSIGHTS_CONNECTION_STRING": "",
        "CLOUDINARY_URL": "", "DATABASE_URL": "", "DOCKER_AUTH_CONFIG": "", "DOCKERHUB_PAT": "",
        "ELASTIC_CLOUD_AUTH": "", "GH_PAT": "github/pat", "GH_TOKEN": "github/token", "GITHUB_PAT": "",
        "GITHUB_TOKEN": "github/token", "GOOGLE_CREDENTIALS": "", "HF_TOKEN": "huggingface/token",
        "LINEAR_WEBHOOK_SIGNING": "", "MONGODB_URI": "", "MONGO_URL": "", "MYSQL_PWD": "mysql/password",
        "PGPASSWORD": "postgres/password", "POSTGRES_URL": "", "RABBITMQ_URL": "", "AMQP_URL": "", "REDIS_URL": "",
        "RESTIC_PASSWORD": "", "SENTRY_DSN": "", "SLACK_WEBHOOK_URL": "", "SMTP_PASS": "", "SMTP_URL": "",
        "SSHPASS": "ssh/password", "STRIPE_WEBHOOK_SIGNING": "", "TWILIO_ACCOUNT_SID": "", "VAULT_TOKEN": "",
        "BORG_PASSPHRASE": "", "GPG_PASSPHRASE": "", "KUBECONFIG_DATA": "",
    ]
}
