internal import ManifestFormat
internal import SecretMemory
internal import SecretProviders

/// Where a Vault or OpenBao server is and how it is spoken to.
struct VaultSettings: Sendable {
    var address: WebAddress
    var namespace: String?
    var transport: TransportOptions
}

extension VaultSettings {
    /// - Returns: `nil` where there is no address at all.
    init?(_ settings: RemoteSettings) throws(ProviderError) {
        guard let (text, source) = Self.address(settings) else { return nil }
        guard let address = WebAddress(text) else { throw .badAddress(settings.name, from: source) }
        self.address = address
        namespace = settings.configuration.text("namespace") ?? settings.vaultVariable("NAMESPACE")
        var options = settings.transportOptions
        options.authorityFile = options.authorityFile ?? settings.vaultVariable("CACERT")
        options.authorityFolder = options.authorityFile == nil ? settings.vaultVariable("CAPATH") : nil
        options.clientCertificate = options.clientCertificate ?? settings.vaultVariable("CLIENT_CERT")
        options.clientKey = options.clientKey ?? settings.vaultVariable("CLIENT_KEY")
        options.serverName = options.serverName ?? settings.vaultVariable("TLS_SERVER_NAME")
        options.timeout = options.timeout ?? settings.vaultVariable("CLIENT_TIMEOUT").flatMap(Self.timeout)
        if options.proxy == nil {
            options.proxy =
                settings.context.secret(of: "VAULT_PROXY_ADDR") ?? settings.context.secret(of: "VAULT_HTTP_PROXY")
        }
        if Self.isTrue(settings.vaultVariable("SKIP_VERIFY")), !options.skipsVerification {
            throw .skipVerify(settings.name)
        }
        transport = options
    }

    private static func address(_ settings: RemoteSettings) -> (text: String, source: String)? {
        if let text = settings.configuration.text("address") { return (text, "'address'") }
        for variable in ["VAULT_ADDR", "BAO_ADDR"] {
            if let text = settings.context.plainText(of: variable) { return (text, variable) }
        }
        return nil
    }

    /// Whole seconds or a duration, as the `vault` tool takes it.
    private static func timeout(_ text: String) -> Duration? {
        Int(text).map { .seconds($0) } ?? duration(parsing: text)
    }

    private static func isTrue(_ text: String?) -> Bool {
        text.map { ["1", "t", "true"].contains($0.lowercased()) } ?? false
    }
}

extension RemoteSettings {
    /// `VAULT_NAME`, or OpenBao's `BAO_NAME`.
    func vaultVariable(_ name: String) -> String? {
        context.plainText(of: "VAULT_\(name)") ?? context.plainText(of: "BAO_\(name)")
    }
}

extension ProviderError {
    static func skipVerify(_ name: String) -> ProviderError {
        ProviderError(
            .misconfigured,
            "\(name): VAULT_SKIP_VERIFY is set, and that alone does not turn off the check of certificates",
            hints: [
                "unset it and name the authority with VAULT_CACERT or 'ca_file'; 'insecure_tls: true' would turn it off"
            ]
        )
    }
}
