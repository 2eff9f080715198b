internal import Glibc
internal import NIOCore
internal import NIOSSL
internal import SecretMemory
internal import SecretProviders

/// How one provider's requests travel: whom TLS trusts, the proxies, the times. What applies to its login applies to
/// its reads.
final class Transport: Sendable {
    /// Names and times alone, for `-v`: where the authorities are from.
    let authorities: String
    /// Whether the system's authorities count, and there are none.
    var lacksAuthorities: Bool { authorities == Self.systemAuthorities && !SystemCertificates.exist }
    private static let systemAuthorities = "the system's"
    let tls: TLSConfiguration
    let proxies: ProxyRules
    /// The name that the certificate has to have, where it is not the host's.
    let serverName: String?
    /// For a whole request with its repetitions.
    let timeout: Duration
    let connectTimeout: Duration
    let allowsPlainHTTP: Bool

    init(
        authorities: String,
        tls: TLSConfiguration,
        proxies: ProxyRules,
        serverName: String?,
        timeout: Duration,
        allowsPlainHTTP: Bool
    ) {
        self.authorities = authorities
        self.tls = tls
        self.proxies = proxies
        self.serverName = serverName
        self.timeout = timeout
        self.connectTimeout = min(timeout, .seconds(10))
        self.allowsPlainHTTP = allowsPlainHTTP
    }
}

/// What a provider's entry and its ecosystem's variables say about the way; paths are absolute.
struct TransportOptions: Sendable {
    /// A PEM file of authorities that count instead of the system's.
    var authorityFile: String?
    var authorityFolder: String?
    var clientCertificate: String?
    var clientKey: String?
    var serverName: String?
    var skipsVerification = false
    var allowsPlainHTTP = false
    /// `[SCHEME://][USER[:PASSWORD]@]HOST[:PORT]`, or `none`, in place of the environment's.
    var proxy: Secret?
    var timeout: Duration?
}

extension Transport {
    /// For a request where neither the provider nor the run says otherwise.
    static let defaultTimeout = Duration.seconds(30)

    /// Reads the files and variables that are needed.
    ///
    /// - Parameter name: the provider's, for messages.
    convenience init(
        _ options: TransportOptions,
        for name: String,
        _ context: ProviderContext
    ) async throws(ProviderError) {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        // Answers are whole by their length; nobody needs the other side's farewell.
        tls.shutdownTimeout = .milliseconds(20)
        let authorities = try await Self.addAuthorities(options, to: &tls, name, context)
        try await Self.addClientCertificate(options, to: &tls, name, context)
        if options.skipsVerification {
            tls.certificateVerification = .none
        }
        self.init(
            authorities: authorities,
            tls: tls,
            proxies: try Self.proxyRules(options, name, context),
            serverName: options.serverName,
            timeout: options.timeout ?? Self.defaultTimeout,
            allowsPlainHTTP: options.allowsPlainHTTP
        )
    }

    /// - Returns: where the authorities are from, for `-v`.
    private static func addAuthorities(
        _ options: TransportOptions,
        to tls: inout TLSConfiguration,
        _ name: String,
        _ context: ProviderContext
    ) async throws(ProviderError) -> String {
        let file =
            options.authorityFile ?? (options.authorityFolder == nil ? context.plainText(of: "SSL_CERT_FILE") : nil)
        let folder =
            options.authorityFolder
            ?? (options.authorityFile == nil ? usualFolder(context, isNeeded: file == nil) : nil)
        if let file {
            let certificates = try await certificates(inFile: file, name, context)
            guard let folder else {
                tls.trustRoots = .certificates(certificates)
                return file
            }
            // In this order: what is additional may not be a folder.
            tls.trustRoots = .file(folder)
            tls.additionalTrustRoots = [.certificates(certificates)]
            return "\(file) and \(folder)"
        }
        if let folder {
            tls.trustRoots = .file(folder)
            return folder
        }
        return systemAuthorities
    }

    /// Of `SSL_CERT_DIR`, a list, the first folder that is there; beside a file none is needed.
    private static func usualFolder(_ context: ProviderContext, isNeeded: Bool) -> String? {
        let folders = context.plainText(of: "SSL_CERT_DIR")?.split(separator: ":").map(String.init) ?? []
        let existing = folders.first { unsafe access($0, R_OK | X_OK) == 0 }
        return existing ?? (isNeeded ? folders.first : nil)
    }

    private static func certificates(
        inFile file: String,
        _ name: String,
        _ context: ProviderContext
    ) async throws(ProviderError) -> [NIOSSLCertificate] {
        guard let pem = try await context.contents(ofFile: file, for: name) else { throw .noFile(name, file) }
        let certificates = try? pem.withBytes {
            unsafe try NIOSSLCertificate.fromPEMBytes($0.withUnsafeBufferPointer { unsafe Array($0) })
        }
        guard let certificates, !certificates.isEmpty else { throw .noPEM(name, file, "certificate") }
        return certificates
    }

    private static func addClientCertificate(
        _ options: TransportOptions,
        to tls: inout TLSConfiguration,
        _ name: String,
        _ context: ProviderContext
    ) async throws(ProviderError) {
        guard let file = options.clientCertificate ?? options.clientKey else { return }
        guard let chainFile = options.clientCertificate, let keyFile = options.clientKey else {
            throw .halfClientCertificate(name, file)
        }
        tls.certificateChain = try await certificates(inFile: chainFile, name, context).map { .certificate($0) }
        guard let pem = try await context.contents(ofFile: keyFile, for: name) else { throw .noFile(name, keyFile) }
        // BoringSSL reads keys from an array, and keeps its own form of them: both in ordinary memory.
        var bytes = pem.withBytes { unsafe $0.withUnsafeBufferPointer { unsafe Array($0) } }
        defer { for index in bytes.indices { bytes[index] = 0 } }
        guard let key = try? NIOSSLPrivateKey(bytes: bytes, format: .pem) else {
            throw .noPEM(name, keyFile, "private key without a passphrase")
        }
        tls.privateKey = .privateKey(key)
    }

    private static func proxyRules(
        _ options: TransportOptions,
        _ name: String,
        _ context: ProviderContext
    ) throws(ProviderError) -> ProxyRules {
        var rules = ProxyRules()
        func proxy(_ text: Secret, from source: String) throws(ProviderError) -> ProxyRules.Choice {
            guard !text.isEqual(to: "none") else { return .direct }
            guard let proxy = Proxy(text) else { throw .badProxy(name, source) }
            if let credentials = proxy.credentials {
                context.noteCredential("\(source) credentials", credentials)
                if let colon = credentials.withBytes({ bytes in bytes.indices.first { bytes[$0] == UInt8(ascii: ":") } }
                ) {
                    let password = credentials.withBytes { SecretBytes(copying: $0.extracting((colon + 1)...)) }
                    context.noteCredential("\(source) password", Secret(password))
                }
            }
            return .proxy(proxy)
        }
        func proxy(fromAnyOf variables: [String]) throws(ProviderError) -> ProxyRules.Choice? {
            for variable in variables {
                guard let text = context.environment(variable), !text.isEmpty else { continue }
                return try proxy(text, from: variable)
            }
            return nil
        }
        if let text = options.proxy {
            rules.explicit = try proxy(text, from: "proxy")
            return rules
        }
        rules.https = try proxy(fromAnyOf: ["https_proxy", "HTTPS_PROXY"])
        // A CGI server puts a client's `Proxy:` header into HTTP_PROXY.
        let isCGI = context.environment("REQUEST_METHOD") != nil
        rules.http = try proxy(fromAnyOf: isCGI ? ["http_proxy"] : ["http_proxy", "HTTP_PROXY"])
        let exceptions = context.plainText(of: "no_proxy") ?? context.plainText(of: "NO_PROXY") ?? ""
        rules.exceptions = ProxyRules.Exception.parse(exceptions)
        return rules
    }
}

extension ProviderContext {
    /// A variable as text that is no secret, such as a region; `nil` where it is not set or empty.
    func plainText(of name: String) -> String? {
        environment(name).flatMap { $0.isEmpty ? nil : $0.plainCopy() }
    }

    /// A variable that may be secret; `nil` where it is not set or empty.
    func secret(of name: String) -> Secret? {
        environment(name).flatMap { $0.isEmpty ? nil : $0 }
    }
}
