internal import ManifestFormat
internal import SecretMemory
internal import SecretProviders

/// The user's shared configuration: profiles, SSO sessions and service settings.
struct AWSProfiles: Sendable {
    private let config: AWSConfigFile
    private let credentials: AWSConfigFile
    /// The profile that counts.
    let selected: String
    /// Whether somebody asked for it by name.
    let isNamed: Bool

    init(_ settings: RemoteSettings) async throws(ProviderError) {
        let home = settings.context.plainText(of: "HOME")
        func file(_ variable: String, _ usual: String) async throws(ProviderError) -> AWSConfigFile {
            guard let path = settings.context.plainText(of: variable) ?? home.map({ "\($0)/.aws/\(usual)" }),
                let file = try await settings.context.contents(ofFile: path, for: settings.name)
            else { return AWSConfigFile() }
            return AWSConfigFile(file)
        }
        config = try await file("AWS_CONFIG_FILE", "config")
        credentials = try await file("AWS_SHARED_CREDENTIALS_FILE", "credentials")
        let name = settings.text("profile", orAnyOf: "AWS_PROFILE", "AWS_DEFAULT_PROFILE")
        selected = name ?? "default"
        isNamed = name != nil
    }

    /// What both files say about a profile, the credentials file first; `nil` where neither knows it.
    func profile(_ name: String) -> [String: Secret]? {
        let inConfig = config.sections["profile \(name)"] ?? (name == "default" ? config.sections["default"] : nil)
        let inCredentials = credentials.sections[name]
        guard inConfig != nil || inCredentials != nil else { return nil }
        return (inConfig ?? [:]).merging(inCredentials ?? [:]) { _, credentials in credentials }
    }

    /// A setting of the selected profile that is no secret.
    func text(_ key: String) -> String? {
        profile(selected)?[key].flatMap { $0.isEmpty ? nil : $0.plainCopy() }
    }

    func section(_ name: String) -> [String: Secret]? {
        config.sections[name]
    }

    /// `endpoint_url` for a service: of the profile's `services` section, else of the profile.
    func endpoint(of service: String) -> String? {
        let services = text("services").flatMap { section("services \($0)") }
        return services?["\(service).endpoint_url"]?.plainCopy() ?? text("endpoint_url")
    }
}
