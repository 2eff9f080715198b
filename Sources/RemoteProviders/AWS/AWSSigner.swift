internal import SecretMemory

/// Signs requests with Signature Version 4 ("Create a signed AWS API request", IAM User Guide).
struct AWSSigner: Sendable {
    var credentials: AWSCredentials
    var region: String
    var service: String
    var time: UTCTime = .now

    /// Adds `X-Amz-Date`, `X-Amz-Security-Token` and `Authorization`; every header that is there already is signed, so
    /// nothing may be added behind.
    func sign(_ request: inout HTTPRequest) {
        let timestamp = time.text("%Y%m%dT%H%M%SZ")
        request.set("X-Amz-Date", timestamp)
        if let token = credentials.sessionToken {
            request.set("X-Amz-Security-Token", token)
        }
        let headers = canonicalHeaders(of: request)
        let names = headers.map(\.name).joined(separator: ";")
        let scope = "\(timestamp.prefix(8))/\(region)/\(service)/aws4_request"
        let toSign = """
            AWS4-HMAC-SHA256
            \(timestamp)
            \(scope)
            \(hex(canonicalRequest(request, headers, names)))
            """
        let signature = Digest.hmac(key: signingKey(day: String(timestamp.prefix(8))), toSign)
        // A signature is no secret for long, but it does sign: it goes out as one.
        var value = SecretBytes(
            copying: "AWS4-HMAC-SHA256 Credential=\(credentials.accessKey)/\(scope), SignedHeaders=\(names), Signature="
        )
        value.append(signature.withBytes { bytes in hex(bytes.indices.map { bytes[$0] }) })
        request.set("Authorization", Secret(value))
    }

    private func signingKey(day: String) -> Secret {
        var start = SecretBytes(copying: "AWS4")
        start.append(credentials.secretKey)
        return [day, region, service, "aws4_request"].reduce(Secret(start)) { Digest.hmac(key: $0, $1) }
    }

    private func canonicalHeaders(of request: HTTPRequest) -> [(name: String, value: Secret)] {
        var headers = request.headers.map { header in
            switch header.value {
            case .text(let text): (name: header.name.lowercased(), value: Secret(copying: text).trimmed())
            case .secret(let secret): (name: header.name.lowercased(), value: secret.trimmed())
            }
        }
        headers.append((name: "host", value: Secret(copying: request.address.hostAndPort)))
        return headers.sorted { $0.name < $1.name }
    }

    /// The digest of the canonical request, which holds the session token and is put together in locked memory.
    private func canonicalRequest(
        _ request: HTTPRequest,
        _ headers: [(name: String, value: Secret)],
        _ names: String
    ) -> [UInt8] {
        let parts = request.fullTarget.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts[0].isEmpty ? "/" : String(parts[0])
        let query = parts.count > 1 ? parts[1].split(separator: "&").map(String.init) : []
        let sortedQuery = query.map { $0.contains("=") ? $0 : $0 + "=" }.sorted().joined(separator: "&")
        var text = SecretBytes(copying: "\(request.method.rawValue)\n\(path)\n\(sortedQuery)\n")
        for header in headers {
            text.append("\(header.name):")
            text.append(header.value)
            text.append("\n")
        }
        let body = request.body?.withBytes { Digest.sha256($0) } ?? Digest.sha256("")
        text.append("\n\(names)\n\(hex(body))")
        return text.withBytes { Digest.sha256($0) }
    }
}
