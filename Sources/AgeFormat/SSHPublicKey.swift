/// An `ssh-ed25519` public key as OpenSSH writes it: `ssh-ed25519 BASE64 COMMENT`.
package struct SSHPublicKey: Hashable, Sendable {
    /// The Ed25519 point, 32 bytes.
    package let point: [UInt8]

    static let type = "ssh-ed25519"

    init(point: [UInt8]) {
        self.point = point
    }

    /// Reads the two words of a key, without the comment.
    init(parsingType type: some StringProtocol, base64: String) throws(AgeError) {
        guard type == Self.type else {
            if type == "ssh-rsa" { throw .unsupportedKey(.sshRSA) }
            throw .unsupportedKey(.otherSSH)
        }
        guard let wire = Base64.decode(base64), wire.count == 51, Array(wire.prefix(19)) == Self.wirePrefix else {
            throw .malformedRecipient
        }
        point = Array(wire.suffix(32))
        // The point has to be one of the main subgroup, or whoever made it could read for others.
        guard Curve25519.publicKey(fromEd25519: point) != nil else { throw .malformedRecipient }
    }

    /// RFC 8709 §4: the type and the point, each behind its length.
    var wire: [UInt8] { Self.wirePrefix + point }

    private static let wirePrefix: [UInt8] = [0, 0, 0, 11] + Array(type.utf8) + [0, 0, 0, 32]

    /// Without a comment.
    package var text: String { "\(Self.type) \(Base64.encode(wire))" }
}
