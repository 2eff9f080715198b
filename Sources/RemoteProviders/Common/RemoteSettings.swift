internal import Diagnostics
internal import EventLoop
internal import ManifestFormat
internal import SecretMemory
internal import SecretProviders

/// What one provider instance knows about itself: its entry under `providers`, the world, and the run's session.
struct RemoteSettings: Sendable {
    let configuration: ProviderConfiguration
    let context: ProviderContext
    let session: RemoteSession
    /// Shared by all copies.
    let journal = RouteJournal()

    init(_ configuration: ProviderConfiguration, _ context: ProviderContext, _ session: RemoteSession) {
        self.configuration = configuration
        self.context = context
        self.session = session
    }

    var name: String { configuration.name }

    /// Whether somebody wrote it under `providers`, so that being passed over is worth a warning.
    var isListed: Bool { configuration.location != nil || !configuration.settings.isEmpty }

    /// A setting that is no secret, from the entry, else from the first variable that is set.
    func text(_ key: String, orAnyOf variables: String...) -> String? {
        if let text = configuration.text(key) { return text }
        for variable in variables {
            if let text = context.plainText(of: variable) { return text }
        }
        return nil
    }

    /// A setting that may be secret, and is noted as a credential.
    ///
    /// - Returns: `nil` where the entry does not have it.
    /// - Throws: where the entry names a source that does not have it: a configured credential that is missing must not
    ///   look like none.
    func secret(_ key: String) async throws(ProviderError) -> Secret? {
        switch configuration.settings[key] {
        case .text(let text): return Secret(copying: text)
        case .secret(let chain):
            guard let secret = try await context.resolve(chain), !secret.isEmpty else {
                throw .missingSetting(name, key)
            }
            context.noteCredential("\(name) \(key)", secret)
            return secret
        case .flag, nil: return nil
        }
    }

    /// The same, and an error where it is not there at all.
    func neededSecret(_ key: String) async throws(ProviderError) -> Secret {
        guard let secret = try await secret(key) else { throw .settingNeeded(name, key) }
        return secret
    }

    /// A file that holds nothing but a token; `nil` where there is no such file.
    func token(inFile file: String) async throws(ProviderError) -> Secret? {
        guard let token = try await context.contents(ofFile: file, for: name)?.trimmed(), !token.isEmpty else {
            return nil
        }
        context.noteCredential("\(name) token", token)
        return token
    }

    /// The entry's settings of the way, without those of an ecosystem.
    var transportOptions: TransportOptions {
        var options = TransportOptions()
        options.authorityFile = configuration.text("ca_file")
        options.clientCertificate = configuration.text("client_cert")
        options.clientKey = configuration.text("client_key")
        options.serverName = configuration.text("tls_server_name")
        options.skipsVerification = configuration.flag("insecure_tls")
        options.allowsPlainHTTP = configuration.flag("insecure_http")
        options.proxy = configuration.text("proxy").map { Secret(copying: $0) }
        options.timeout = configuration.timeout
        return options
    }

    func makeService(_ options: TransportOptions) async throws(ProviderError) -> HTTPService {
        try checkTrust()
        let transport = try await Transport(options, for: name, context)
        return HTTPService(
            name: name,
            engine: session.engine,
            transport: transport,
            loop: context.loop,
            journal: journal,
            retries: session.retries
        )
    }

    /// A clone of somebody's repository may name a server of theirs: until its manifest is trusted, the user's own
    /// credentials go only where the user's own environment and files say.
    func checkTrust() throws(ProviderError) {
        guard !session.isTrusted else { return }
        if let (key, _) = configuration.sensitiveSettings.first { throw .untrusted(name, key) }
    }

    /// The same for what changes something there: it is done with the user's own credentials.
    func checkMayWrite() throws(ProviderError) {
        guard !session.isTrusted else { return }
        throw ProviderError(
            .misconfigured,
            "\(name): 'method=write' comes from a manifest that is not trusted yet, so nothing is written",
            hints: ProviderError.trustHints
        )
    }

    func note(_ detail: @autoclosure () -> String) {
        context.noteDetail?("\(name): \(detail())")
    }

    /// Says where credentials are from that need no login.
    func noteSource(_ source: String) {
        note(source)
        journal.note(login: source)
    }

    /// Says that there is nothing to ask with, so that the chain goes on.
    func notConfigured(_ detail: String, hints: [String] = []) -> Lookup {
        .absent(Absence(.notConfigured, "\(name): \(detail)", isWorthAWarning: isListed, hints: hints))
    }

    /// `mode: api|cli|auto`.
    var mode: Mode { configuration.text("mode").flatMap(Mode.init(rawValue:)) ?? .auto }

    enum Mode: String {
        case api, cli, auto

        /// Whether the service's own tool may be asked.
        var allowsTool: Bool { self != .api }
        /// Whether our own ways to authenticate are tried.
        var allowsOwnWays: Bool { self != .cli }
    }
}

extension ProviderError {
    static func missingSetting(_ name: String, _ key: String) -> ProviderError {
        ProviderError(.misconfigured, "\(name): '\(key)' names a source that has no value")
    }

    static func settingNeeded(_ name: String, _ key: String) -> ProviderError {
        ProviderError(.misconfigured, "\(name): '\(key)' is needed and not set")
    }

    static func untrusted(_ name: String, _ key: String) -> ProviderError {
        let plain = key.split(separator: ".").last.map(String.init) ?? key
        return ProviderError(
            .misconfigured,
            "\(name): '\(plain)' comes from a manifest that is not trusted yet, so no credential is sent",
            hints: trustHints
        )
    }

    fileprivate static let trustHints = ["look the manifest over, then run 'withsecrets trust', or name it: -f PATH"]
}
