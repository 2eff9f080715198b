internal import SecretMemory
internal import SecretProviders

/// Credentials from the agent beside a container: ECS, EKS Pod Identity ("Container credential provider", AWS SDKs and
/// Tools Reference Guide).
struct AWSContainerCredentials: Sendable {
    let environment: AWSEnvironment

    private var settings: RemoteSettings { environment.settings }
    /// The agents of ECS and EKS; any other plain address has to be this machine.
    private static let agents: Set<String> = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23"]

    /// - Returns: `nil` outside of such a container.
    func credentials() async throws(ProviderError) -> AWSCredentials? {
        let context = settings.context
        var request: HTTPRequest
        if let target = context.plainText(of: "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
            guard target.hasPrefix("/"), target.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw .badAddress(settings.name, from: "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
            }
            request = HTTPRequest(.get, WebAddress(.http, host: "169.254.170.2"), target)
            request.kind = .metadata
        } else if let text = context.plainText(of: "AWS_CONTAINER_CREDENTIALS_FULL_URI") {
            request = try fullRequest(text)
        } else {
            return nil
        }
        if let file = context.plainText(of: "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
            guard let token = try await settings.token(inFile: file) else { throw .noFile(settings.name, file) }
            request.set("Authorization", token)
        } else if let token = context.secret(of: "AWS_CONTAINER_AUTHORIZATION_TOKEN") {
            context.noteCredential("AWS_CONTAINER_AUTHORIZATION_TOKEN", token)
            request.set("Authorization", token)
        }
        let answer = try await environment.service.send(request)
        guard answer.isSuccess else {
            throw .status(answer, "\(settings.name): the container's credentials", request.address)
        }
        guard let json = answer.json, let found = AWSCredentials(json, token: "Token", source: "the container") else {
            throw .malformed(settings.name, request.address, "no credentials of a container")
        }
        return found
    }

    private func fullRequest(_ text: String) throws(ProviderError) -> HTTPRequest {
        let parts = text.split(separator: "?", maxSplits: 1).map(String.init)
        guard let first = parts.first, let address = WebAddress(first) else {
            throw .badAddress(settings.name, from: "AWS_CONTAINER_CREDENTIALS_FULL_URI")
        }
        let isAllowed = address.scheme == .https || address.isLoopback || Self.agents.contains(address.host)
        guard isAllowed else {
            throw ProviderError(
                .misconfigured,
                "\(settings.name): AWS_CONTAINER_CREDENTIALS_FULL_URI names a host that is none of the container agents",
                hints: ["allowed are https, this machine, 169.254.170.2, 169.254.170.23 and [fd00:ec2::23]"]
            )
        }
        var request = HTTPRequest(.get, address, parts.count > 1 ? "?\(parts[1])" : "")
        if address.scheme == .http { request.kind = .metadata }
        return request
    }
}
