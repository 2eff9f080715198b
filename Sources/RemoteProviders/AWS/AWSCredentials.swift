internal import SecretMemory
internal import SecretProviders

/// What requests to AWS are signed with.
struct AWSCredentials: Sendable {
    /// An identifier, no secret.
    var accessKey: String
    var secretKey: Secret
    var sessionToken: Secret?
    /// Where they are from, in words, for `-v` and messages.
    var source: String

    func noted(_ settings: RemoteSettings) -> AWSCredentials {
        settings.context.noteCredential("\(settings.name) secret access key", secretKey)
        if let sessionToken {
            settings.context.noteCredential("\(settings.name) session token", sessionToken)
        }
        return self
    }
}

extension AWSCredentials {
    /// The keys of the environment, without white space around them; `nil` where it has none.
    init?(environment context: ProviderContext) {
        guard let accessKey = context.plainText(of: "AWS_ACCESS_KEY_ID"),
            let secretKey = context.secret(of: "AWS_SECRET_ACCESS_KEY")
        else { return nil }
        self.accessKey = accessKey
        self.secretKey = secretKey.trimmed()
        sessionToken = context.secret(of: "AWS_SESSION_TOKEN")?.trimmed()
        source = "the environment"
    }

    /// The object that metadata services, `credential_process` and `aws configure export-credentials` give.
    init?(_ json: JSONValue, token: String, source: String) {
        guard let accessKey = json.member("AccessKeyId")?.publicText, !accessKey.isEmpty,
            json.member("SecretAccessKey")?.kind == .string, let secretKey = json.member("SecretAccessKey")?.secret()
        else { return nil }
        self.accessKey = accessKey
        self.secretKey = secretKey
        sessionToken = json.member(token).flatMap { $0.kind == .string ? $0.secret() : nil }
        self.source = source
    }
}
