internal import ManifestFormat
internal import SecretMemory
internal import SecretProviders

/// Asks STS for the credentials of a role.
struct AWSTokenService: Sendable {
    let environment: AWSEnvironment

    private var name: String { environment.settings.name }
    private static let version = "2011-06-15"

    /// `AssumeRole`, signed with other credentials.
    func assume(
        role: String,
        session: String? = nil,
        external: Secret? = nil,
        _ credentials: AWSCredentials
    ) async throws(ProviderError) -> AWSCredentials {
        var form = FormBody(["Action": "AssumeRole", "Version": Self.version])
        form.add("RoleArn", role)
        form.add("RoleSessionName", session ?? "withsecrets")
        if let external { form.add("ExternalId", external) }
        return try await ask(form, signedWith: credentials, action: "sts:AssumeRole")
    }

    /// `AssumeRoleWithWebIdentity`, for which the token stands in place of a signature.
    func assume(role: String, session: String?, tokenFile: String) async throws(ProviderError) -> AWSCredentials {
        guard let token = try await environment.settings.token(inFile: tokenFile) else {
            throw .noFile(name, tokenFile)
        }
        var form = FormBody(["Action": "AssumeRoleWithWebIdentity", "Version": Self.version])
        form.add("RoleArn", role)
        form.add("RoleSessionName", session ?? "withsecrets")
        form.add("WebIdentityToken", token)
        return try await ask(form, signedWith: nil, action: "sts:AssumeRoleWithWebIdentity")
    }

    private func ask(
        _ form: FormBody,
        signedWith credentials: AWSCredentials?,
        action: String
    ) async throws(ProviderError) -> AWSCredentials {
        let region = environment.region ?? "us-east-1"
        let address = try environment.address(of: .tokens, in: region)
        var request = HTTPRequest(.post, address, "/")
        request.setForm(form)
        if let credentials {
            AWSSigner(credentials: credentials, region: region, service: "sts").sign(&request)
        }
        request.mayPass = { AWSError($0).isThrottling }
        let answer = try await environment.service.send(request)
        guard answer.isSuccess else {
            throw AWSError(answer).providerError(answer, "\(name): STS", address, action: action)
        }
        guard let accessKey = xmlText("AccessKeyId", in: answer.body)?.plainCopy(),
            let secretKey = xmlText("SecretAccessKey", in: answer.body)
        else { throw .malformed(name, address, "no credentials of a role") }
        return AWSCredentials(
            accessKey: accessKey,
            secretKey: secretKey,
            sessionToken: xmlText("SessionToken", in: answer.body),
            source: "a role"
        )
    }
}
