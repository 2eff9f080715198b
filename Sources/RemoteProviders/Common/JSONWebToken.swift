internal import CryptoExtras
internal import SecretMemory

/// A token signed with RSA and SHA-256 (RS256, RFC 7518 §3.3), made in locked memory.
enum JSONWebToken {
    /// - Parameter key: in PEM form.
    /// - Returns: `nil` where the key is none.
    static func sign(header: [(String, JSONBody)], claims: [(String, JSONBody)], key: Secret) -> Secret? {
        var token = SecretBytes(capacity: 1024)
        JSONBody.object([("alg", .text("RS256")), ("typ", .text("JWT"))] + header).encoded().withBytes {
            token.append(base64: $0, forURL: true)
        }
        token.append(UInt8(ascii: "."))
        JSONBody.object(claims).encoded().withBytes { token.append(base64: $0, forURL: true) }
        // swift-crypto takes the key as a string, which can't be wiped, and the bytes to sign as an array.
        guard let privateKey = try? _RSA.Signing.PrivateKey(pemRepresentation: key.plainCopy()) else { return nil }
        let signed = token.withBytes { bytes in bytes.indices.map { bytes[$0] } }
        guard let signature = try? privateKey.signature(for: signed, padding: .insecurePKCS1v1_5) else { return nil }
        token.append(UInt8(ascii: "."))
        token.append(base64: Array(signature.rawRepresentation).span, forURL: true)
        return Secret(token)
    }
}
