internal import Diagnostics
internal import SecretMemory
internal import SecretProviders

/// Credentials of the user's profiles: keys, roles, SSO, `credential_process`.
struct AWSProfileCredentials: Sendable {
    let environment: AWSEnvironment

    private var settings: RemoteSettings { environment.settings }
    private var profiles: AWSProfiles { environment.profiles }

    /// - Returns: `nil` where no profile was asked for and the default one has none.
    func credentials() async throws(ProviderError) -> AWSCredentials? {
        guard profiles.profile(profiles.selected) != nil else {
            guard profiles.isNamed else { return nil }
            throw ProviderError(
                .misconfigured,
                "\(settings.name): there is no AWS profile '\(printable(profiles.selected))'",
                hints: ["profiles are looked for in ~/.aws/config and ~/.aws/credentials"]
            )
        }
        return try await credentials(of: profiles.selected, visited: [])
    }

    private func credentials(of name: String, visited: [String]) async throws(ProviderError) -> AWSCredentials? {
        guard let profile = profiles.profile(name) else {
            throw broken(name, "names a source profile that does not exist")
        }
        // A profile may be its own source: then its keys are meant.
        if let role = profile.text("role_arn"), !visited.contains(name) {
            return try await assume(role, profile, name, visited + [name])
        }
        if let found = keys(profile, name) { return found }
        if profile["sso_session"] != nil || profile["sso_start_url"] != nil {
            return try await AWSSingleSignOn(environment: environment).credentials(profile, named: name)
        }
        if let command = profile.text("credential_process") {
            return try await run(command, name)
        }
        return nil
    }

    private func keys(_ profile: [String: Secret], _ name: String) -> AWSCredentials? {
        guard let accessKey = profile.text("aws_access_key_id"), let secretKey = profile["aws_secret_access_key"],
            !secretKey.isEmpty
        else { return nil }
        let token = profile["aws_session_token"].flatMap { $0.isEmpty ? nil : $0 }
        return AWSCredentials(
            accessKey: accessKey,
            secretKey: secretKey,
            sessionToken: token,
            source: "profile '\(printable(name))'"
        )
    }

    private func assume(
        _ role: String,
        _ profile: [String: Secret],
        _ name: String,
        _ visited: [String]
    ) async throws(ProviderError) -> AWSCredentials {
        let session = profile.text("role_session_name")
        let service = AWSTokenService(environment: environment)
        if let file = profile.text("web_identity_token_file") {
            return try await service.assume(role: role, session: session, tokenFile: file)
        }
        if profile["mfa_serial"] != nil {
            throw broken(name, "asks for a code (mfa_serial), which cannot be asked for here")
        }
        let source: AWSCredentials?
        if let sourceProfile = profile.text("source_profile") {
            // A circle ends where a profile comes a second time and has no keys of its own.
            source = try await credentials(of: sourceProfile, visited: visited)
        } else {
            source =
                switch profile.text("credential_source") {
                case "Environment": AWSCredentials(environment: settings.context)
                case "Ec2InstanceMetadata": try await AWSInstanceCredentials(environment: environment).credentials()
                case "EcsContainer": try await AWSContainerCredentials(environment: environment).credentials()
                default: throw broken(name, "has a role and neither source_profile nor credential_source")
                }
        }
        guard let source else { throw broken(name, "has a role, and its source no credentials") }
        return try await service.assume(
            role: role,
            session: session,
            external: profile["external_id"],
            source.noted(settings)
        )
    }

    /// The SDKs hand the line to a shell; it is the user's own.
    private func run(_ command: String, _ name: String) async throws(ProviderError) -> AWSCredentials {
        let outcome = try await settings.context.output(
            of: ["/bin/sh", "-c", command],
            for: settings.name,
            timeout: .seconds(60)
        )
        guard case .output(let output) = outcome else { throw broken(name, "has a credential_process that failed") }
        guard let json = try? JSONValue(parsing: output), json.member("Version")?.publicInteger == 1,
            let found = AWSCredentials(
                json,
                token: "SessionToken",
                source: "credential_process of '\(printable(name))'"
            )
        else { throw broken(name, "has a credential_process that gave no credentials") }
        return found
    }

    private func broken(_ name: String, _ what: String) -> ProviderError {
        ProviderError(.misconfigured, "\(settings.name): the AWS profile '\(printable(name))' \(what)")
    }
}

extension [String: Secret] {
    /// A setting that is no secret; `nil` where it is missing or empty.
    func text(_ key: String) -> String? {
        self[key].flatMap { $0.isEmpty ? nil : $0.plainCopy() }
    }
}
