internal import EventLoop
internal import SecretMemory
internal import SecretProviders

/// Credentials of an EC2 instance's role, by IMDSv2 ("Use IMDSv2", Amazon EC2 User Guide). Version 1 is not asked.
struct AWSInstanceCredentials: Sendable {
    let environment: AWSEnvironment

    private var settings: RemoteSettings { environment.settings }

    /// - Returns: `nil` where there is no metadata service, it is turned off, or the instance has no role.
    func credentials() async throws(ProviderError) -> AWSCredentials? {
        let context = settings.context
        guard context.plainText(of: "AWS_EC2_METADATA_DISABLED")?.lowercased() != "true" else { return nil }
        let address = try address()
        var request = HTTPRequest(.put, address, "/latest/api/token")
        request.kind = .metadata
        request.set("X-aws-ec2-metadata-token-ttl-seconds", "21600")
        // Off EC2 nobody answers; whatever goes wrong here means that this is no instance.
        guard let answer = try await reachable(request), answer.isSuccess else { return nil }
        let token = answer.body.trimmed()
        guard token.isHeaderText else { throw .malformed(settings.name, address, "no session of IMDSv2") }
        let roles = "/latest/meta-data/iam/security-credentials/"
        let list = try await get(roles, address, token)
        guard list.status != 404 else { return nil }
        guard list.isSuccess, let role = list.body.trimmed().plainCopy().split(separator: "\n").first else {
            throw .status(list, "\(settings.name): the instance's metadata", address)
        }
        let credentials = try await get(roles + percentEncoded(String(role)), address, token)
        guard credentials.isSuccess else {
            throw .status(credentials, "\(settings.name): the instance's metadata", address)
        }
        guard let json = credentials.json,
            let found = AWSCredentials(json, token: "Token", source: "the instance's role")
        else { throw .malformed(settings.name, address, "no credentials of an instance") }
        return found
    }

    private func reachable(_ request: HTTPRequest) async throws(ProviderError) -> HTTPAnswer? {
        do throws(ProviderError) {
            return try await environment.service.send(request)
        } catch {
            guard error.reason != .cancelled else { throw error }
            return nil
        }
    }

    private func get(_ target: String, _ address: WebAddress, _ token: Secret) async throws(ProviderError) -> HTTPAnswer
    {
        var request = HTTPRequest(.get, address, target)
        request.kind = .metadata
        request.set("X-aws-ec2-metadata-token", token)
        return try await environment.service.send(request)
    }

    private func address() throws(ProviderError) -> WebAddress {
        if let text = settings.context.plainText(of: "AWS_EC2_METADATA_SERVICE_ENDPOINT") {
            guard let address = WebAddress(text) else {
                throw .badAddress(settings.name, from: "AWS_EC2_METADATA_SERVICE_ENDPOINT")
            }
            return address
        }
        let isIPv6 = settings.context.plainText(of: "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE")?.lowercased() == "ipv6"
        return WebAddress(.http, host: isIPv6 ? "fd00:ec2::254" : "169.254.169.254")
    }
}
