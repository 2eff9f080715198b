internal import SecretMemory
internal import SecretProviders

/// An error of AWS by its code; its text is told apart where the code is not enough, and never shown.
struct AWSError {
    let code: String
    private let text: String

    /// JSON services put the code into `__type` (with a namespace in front) or a header, STS into XML.
    init(_ answer: HTTPAnswer) {
        let json = answer.json
        let written =
            json?.member("__type")?.publicText ?? json?.member("code")?.publicText ?? answer.headers["x-amzn-errortype"]
            ?? xmlText("Code", in: answer.body)?.plainCopy() ?? json?.member("error")?.publicText ?? ""
        let bare = written.split(separator: "#").last.map(String.init) ?? written
        code = bare.split(separator: ":").first.map(String.init) ?? bare
        text = (json?.member("message") ?? json?.member("Message"))?.publicText ?? ""
    }

    var isThrottling: Bool {
        [
            "ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded", "SlowDown",
            "ProvisionedThroughputExceededException", "RequestThrottled", "ThrottledException",
        ].contains(code)
    }

    var isAbsence: Bool {
        ["ResourceNotFoundException", "ParameterNotFound", "ParameterVersionNotFound"].contains(code) || isDeleted
    }

    var isOfVersion: Bool { code == "ParameterVersionNotFound" }

    var isDeleted: Bool {
        code == "InvalidRequestException" && text.range(of: "marked") != nil
    }

    /// A code of the service's is shown: letters alone, of a length that codes have.
    var shownCode: String? {
        !code.isEmpty && code.utf8.count <= 60 && code.allSatisfy { $0.isASCII && ($0.isLetter || $0 == ".") }
            ? code : nil
    }

    func providerError(_ answer: HTTPAnswer, _ name: String, _ address: WebAddress, action: String) -> ProviderError {
        let from = "(\(answer.status)\(shownCode.map { " \($0)" } ?? "") from \(address.origin))"
        if isThrottling || answer.status >= 500 {
            return ProviderError(.unreachable, "\(name) is not available \(from)")
        }
        switch code {
        case "AccessDeniedException", "AccessDenied":
            return ProviderError(
                .refused,
                "\(name) refused the request \(from)",
                hints: ["the policy may lack '\(action)', or the key's policy 'kms:Decrypt'"]
            )
        case "UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId", "IncompleteSignature":
            return ProviderError(
                .refused,
                "\(name) refused the credentials \(from)",
                hints: ["the access key may be unknown or of another partition"]
            )
        case "ExpiredTokenException", "ExpiredToken", "RequestExpired":
            return ProviderError(.refused, "\(name) refused the credentials \(from)", hints: ["they have expired"])
        case "InvalidSignatureException", "SignatureDoesNotMatch":
            return ProviderError(
                .refused,
                "\(name) refused the signature \(from)",
                hints: ["the secret access key may be wrong, or this machine's clock"]
            )
        case "DecryptionFailure", "KMSAccessDeniedException", "InvalidKeyId":
            return ProviderError(
                .refused,
                "\(name) could not decrypt the secret \(from)",
                hints: ["the key's policy may lack 'kms:Decrypt'"]
            )
        default:
            if answer.status == 403 || answer.status == 401 {
                return ProviderError(.refused, "\(name) refused the request \(from)")
            }
            if (300...399).contains(answer.status) { return .status(answer, name, address) }
            return ProviderError(.refused, "\(name) did not accept the request \(from)")
        }
    }
}

/// The text of the first element of that name, as far as it holds no markup: what STS answers needs no more.
func xmlText(_ element: String, in document: Secret) -> Secret? {
    document.withBytes { bytes in
        guard let start = firstPlace(of: "<\(element)>", in: bytes, from: 0) else { return nil }
        let from = start + element.utf8.count + 2
        guard let end = firstPlace(of: "</\(element)>", in: bytes, from: from) else { return nil }
        return Secret(SecretBytes(copying: bytes.extracting(from..<end)))
    }
}

/// Where `part` first stands, from `start` on.
func firstPlace(of part: String, in bytes: Span<UInt8>, from start: Int) -> Int? {
    let count = part.utf8.count
    var index = start
    while index + count <= bytes.count {
        if bytes.extracting(index...).starts(with: part) { return index }
        index += 1
    }
    return nil
}
