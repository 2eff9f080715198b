private import CSignatures
internal import SecretMemory

/// A token signed with RSA and SHA-256 (RS256, RFC 7518 §3.3), made in locked memory.
enum JSONWebToken {
    /// - Parameter key: in PEM form (RFC 7468), PKCS #8 or PKCS #1, not encrypted.
    /// - Returns: `nil` where the key is none.
    static func sign(header: [(String, JSONBody)], claims: [(String, JSONBody)], key: Secret) -> Secret? {
        var token = SecretBytes(capacity: 1024)
        JSONBody.object([("alg", .text("RS256")), ("typ", .text("JWT"))] + header).encoded().withBytes {
            token.append(base64: $0, forURL: true)
        }
        token.append(UInt8(ascii: "."))
        JSONBody.object(claims).encoded().withBytes { token.append(base64: $0, forURL: true) }
        let signature = signature(of: token, key)
        guard signature.count > 0 else { return nil }
        token.append(".")
        signature.withBytes { token.append(base64: $0, forURL: true) }
        return Secret(token)
    }

    /// - Returns: nothing where the key is none.
    private static func signature(of token: borrowing SecretBytes, _ key: Secret) -> SecretBytes {
        var signature = SecretBytes(capacity: ws_signature_capacity)
        // What stands before it may be certificates.
        guard let key = pemBlock("PRIVATE KEY", in: key) ?? pemBlock("RSA PRIVATE KEY", in: key) else {
            return signature
        }
        unsafe key.withUnsafeBytes { key in
            unsafe token.withUnsafeBytes { token in
                unsafe signature.append(upTo: ws_signature_capacity) { place in
                    unsafe ws_sign_rs256(
                        key.bindMemory(to: UInt8.self).baseAddress,
                        key.count,
                        token.bindMemory(to: UInt8.self).baseAddress,
                        token.count,
                        place.bindMemory(to: UInt8.self).baseAddress
                    )
                }
            }
        }
        return signature
    }
}
