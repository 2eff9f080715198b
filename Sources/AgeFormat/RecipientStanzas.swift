internal import CSodium
internal import SecretMemory

/// `-> X25519 SHARE`: age v1, "The X25519 recipient type".
enum X25519Stanza {
    static let type = "X25519"

    static func make(share: [UInt8], body: [UInt8]) -> AgeStanza {
        AgeStanza(arguments: [type, Base64.encode(share, padding: .none)], body: body)
    }

    /// The ephemeral share of a stanza of this type.
    static func share(of stanza: AgeStanza) throws(AgeError) -> [UInt8] {
        guard stanza.arguments.count == 2, let share = Base64.decode(stanza.arguments[1], padding: .none),
            share.count == Curve25519.keyCount, stanza.body.count == AgeHeader.fileKeyCount + ChaChaBox.tagCount
        else { throw .malformedHeader(.x25519) }
        return share
    }

    static func wrappingKey(_ secret: borrowing SecretBytes, share: [UInt8], point: [UInt8]) -> SecretBytes {
        hkdf(secret, salt: share + point, info: "age-encryption.org/v1/X25519")
    }
}

/// `-> ssh-ed25519 TAG SHARE`, as `age` writes it for OpenSSH keys.
///
/// As for X25519, on the Montgomery form of the key; but the shared secret is multiplied with a scalar made from the
/// ssh key as well, so that two Ed25519 keys with one Montgomery form stay apart.
enum SSHStanza {
    static let type = "ssh-ed25519"
    private static let label = "age-encryption.org/v1/ssh-ed25519"

    static func make(sshKey: SSHPublicKey, share: [UInt8], body: [UInt8]) -> AgeStanza {
        AgeStanza(arguments: [type, tag(of: sshKey), Base64.encode(share, padding: .none)], body: body)
    }

    static func share(of stanza: AgeStanza) throws(AgeError) -> [UInt8] {
        guard stanza.arguments.count == 3, let tag = Base64.decode(stanza.arguments[1], padding: .none), tag.count == 4,
            let share = Base64.decode(stanza.arguments[2], padding: .none), share.count == Curve25519.keyCount,
            stanza.body.count == AgeHeader.fileKeyCount + ChaChaBox.tagCount
        else { throw .malformedHeader(.sshEd25519) }
        return share
    }

    /// The first 4 bytes of the SHA-256 of the key, so that only the right key is tried.
    static func tag(of sshKey: SSHPublicKey) -> String {
        var hash = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
        _ = unsafe crypto_hash_sha256(&hash, sshKey.wire, UInt64(sshKey.wire.count))
        return Base64.encode(Array(hash.prefix(4)), padding: .none)
    }

    /// - Returns: `nil` where the share is weak.
    static func wrappingKey(
        _ secret: borrowing SecretBytes,
        share: [UInt8],
        point: [UInt8],
        sshKey: SSHPublicKey
    ) -> SecretBytes? {
        let tweak = hkdf(SecretBytes(), salt: sshKey.wire, info: label)
        let tweaked = secret.withBytes { Curve25519.sharedSecret(tweak, with: $0) }
        guard let tweaked else { return nil }
        return hkdf(tweaked, salt: share + point, info: label)
    }
}
