internal import ManifestFormat
internal import SecretMemory
internal import SecretProviders

/// Finds credentials where the SDKs look for them, in their order ("Standardized credential providers", AWS SDKs and
/// Tools Reference Guide): environment, web identity, shared configuration, container, instance; last the `aws` tool.
struct AWSCredentialChain: Sendable {
    let environment: AWSEnvironment

    var settings: RemoteSettings { environment.settings }
    var profiles: AWSProfiles { environment.profiles }

    /// - Returns: `nil` where there are none anywhere.
    func credentials() async throws(ProviderError) -> AWSCredentials? {
        guard let found = try await base() else { return nil }
        settings.noteSource("credentials from \(found.source)")
        guard let role = settings.configuration.text("role_arn") else { return found.noted(settings) }
        let external = try await settings.secret("external_id")
        let assumed = try await AWSTokenService(environment: environment).assume(
            role: role,
            external: external,
            found.noted(settings)
        )
        settings.note("assumed the role of 'role_arn'")
        settings.journal.note(login: "the role of 'role_arn', assumed with credentials from \(found.source)")
        return assumed.noted(settings)
    }

    private func base() async throws(ProviderError) -> AWSCredentials? {
        if settings.mode.allowsOwnWays {
            // A profile that the entry names is meant; one of the environment yields to its keys, as in the SDKs.
            if settings.configuration.text("profile") == nil {
                if let found = AWSCredentials(environment: settings.context) { return found }
                if let found = try await fromWebIdentity() { return found }
            }
            if let found = try await AWSProfileCredentials(environment: environment).credentials() { return found }
            if let found = try await AWSContainerCredentials(environment: environment).credentials() { return found }
            if let found = try await AWSInstanceCredentials(environment: environment).credentials() { return found }
        }
        return try await fromTool()
    }

    private func fromWebIdentity() async throws(ProviderError) -> AWSCredentials? {
        guard let file = settings.context.plainText(of: "AWS_WEB_IDENTITY_TOKEN_FILE"),
            let role = settings.context.plainText(of: "AWS_ROLE_ARN")
        else { return nil }
        let session = settings.context.plainText(of: "AWS_ROLE_SESSION_NAME")
        return try await AWSTokenService(environment: environment).assume(role: role, session: session, tokenFile: file)
    }

    /// What `aws configure export-credentials` says, where our own ways found nothing.
    private func fromTool() async throws(ProviderError) -> AWSCredentials? {
        guard settings.mode.allowsTool else { return nil }
        var arguments = ["aws", "configure", "export-credentials", "--format", "process"]
        if profiles.isNamed { arguments += ["--profile", profiles.selected] }
        let outcome = try await settings.context.output(of: arguments, for: settings.name, timeout: .seconds(20))
        guard case .output(let output) = outcome, let json = try? JSONValue(parsing: output) else { return nil }
        return AWSCredentials(json, token: "SessionToken", source: "'aws configure export-credentials'")
    }
}
