internal import ManifestFormat
internal import SecretMemory
internal import SecretProviders

/// The services of AWS that we ask, by the names that hosts, variables and files have for them.
enum AWSService: Sendable {
    case secretsManager, parameterStore, tokens, portal, login

    /// In hosts and signatures.
    var hostName: String {
        switch self {
        case .secretsManager: "secretsmanager"
        case .parameterStore: "ssm"
        case .tokens: "sts"
        case .portal: "portal.sso"
        case .login: "oidc"
        }
    }

    /// Behind `AWS_ENDPOINT_URL_`; in lower case the name of a block of a `services` section.
    var variableName: String {
        switch self {
        case .secretsManager: "SECRETS_MANAGER"
        case .parameterStore: "SSM"
        case .tokens: "STS"
        case .portal: "SSO"
        case .login: "SSO_OIDC"
        }
    }
}

/// Where AWS is for one provider instance, and how it is spoken to.
struct AWSEnvironment: Sendable {
    let settings: RemoteSettings
    let profiles: AWSProfiles
    let service: HTTPService

    /// What was written; `nil` where no region is to be found.
    var region: String? {
        settings.text("region", orAnyOf: "AWS_REGION", "AWS_DEFAULT_REGION") ?? profiles.text("region")
    }

    init(_ settings: RemoteSettings) async throws(ProviderError) {
        self.settings = settings
        profiles = try await AWSProfiles(settings)
        var options = settings.transportOptions
        options.authorityFile =
            options.authorityFile ?? settings.context.plainText(of: "AWS_CA_BUNDLE") ?? profiles.text("ca_bundle")
        service = try await settings.makeService(options)
    }

    func address(of service: AWSService, in region: String) throws(ProviderError) -> WebAddress {
        guard isRegionName(region) else {
            throw ProviderError(
                .misconfigured,
                "\(settings.name): the region's name holds characters that no region has"
            )
        }
        if let (text, source) = overridingAddress(of: service) {
            guard let address = WebAddress(text) else { throw .badAddress(settings.name, from: source) }
            return address
        }
        let host = AWSPartition(region: region).host(
            of: service.hostName,
            in: region,
            fips: isSet("use_fips_endpoint"),
            dualStack: isSet("use_dualstack_endpoint")
        )
        return WebAddress(.https, host: host)
    }

    /// `address` overrides every endpoint of the provider.
    private func overridingAddress(of service: AWSService) -> (text: String, source: String)? {
        if let text = settings.configuration.text("address") { return (text, "'address'") }
        guard settings.context.plainText(of: "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")?.lowercased() != "true" else {
            return nil
        }
        for variable in ["AWS_ENDPOINT_URL_\(service.variableName)", "AWS_ENDPOINT_URL"] {
            if let text = settings.context.plainText(of: variable) { return (text, variable) }
        }
        return profiles.endpoint(of: service.variableName.lowercased()).map { ($0, "'endpoint_url' of the profile") }
    }

    private func isSet(_ key: String) -> Bool {
        let text = settings.context.plainText(of: "AWS_\(key.uppercased())") ?? profiles.text(key)
        return text?.lowercased() == "true"
    }
}
