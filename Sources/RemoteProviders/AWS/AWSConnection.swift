internal import ManifestFormat
internal import SecretMemory
internal import SecretProviders

/// A way to ask AWS: found once for each provider instance.
struct AWSConnection: Sendable {
    let environment: AWSEnvironment
    let credentials: AWSCredentials

    private var name: String { environment.settings.name }

    /// - Returns: `nil` where there are no credentials anywhere.
    static func make(_ settings: RemoteSettings) async throws(ProviderError) -> AWSConnection? {
        let environment = try await AWSEnvironment(settings)
        guard let credentials = try await AWSCredentialChain(environment: environment).credentials() else { return nil }
        return AWSConnection(environment: environment, credentials: credentials)
    }

    static func notConfigured(_ settings: RemoteSettings) -> Lookup {
        settings.notConfigured(
            "no AWS credentials",
            hints: ["looked in the environment, web identity, ~/.aws, the container's and the instance's metadata"]
        )
    }

    /// The region that was written, or that an ARN names.
    func region(for address: ARN?) throws(ProviderError) -> String {
        if let region = address?.region ?? environment.region { return region }
        throw ProviderError(
            .misconfigured,
            "\(name): no AWS region",
            hints: ["set AWS_REGION, or 'region' under 'providers', or in the profile"]
        )
    }

    /// One action of a JSON service ("AWS JSON 1.1 protocol", Smithy).
    ///
    /// - Parameter action: `secretsmanager.GetSecretValue`.
    func send(
        _ action: String,
        to service: AWSService,
        in region: String,
        _ body: JSONBody,
        reading read: SecretAddress? = nil
    ) async throws(ProviderError) -> (answer: HTTPAnswer, address: WebAddress) {
        let address = try environment.address(of: service, in: region)
        var request = HTTPRequest(.post, address, "/")
        request.body = body.encoded()
        request.set("Content-Type", "application/x-amz-json-1.1")
        request.set("X-Amz-Target", action)
        AWSSigner(credentials: credentials, region: region, service: service.hostName).sign(&request)
        request.mayPass = { !$0.isSuccess && AWSError($0).isThrottling }
        return (try await environment.service.send(request, reading: read), address)
    }
}

/// `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`.
struct ARN: Hashable, Sendable {
    var region: String?

    /// `nil` for what is none.
    init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn" else { return nil }
        region = parts[3].isEmpty ? nil : String(parts[3])
    }
}
