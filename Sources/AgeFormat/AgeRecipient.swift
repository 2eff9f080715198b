internal import CSodium
internal import SecretMemory

/// The public half of a key: whom a file can be encrypted to.
package enum AgeRecipient: Hashable, Sendable {
    /// The point, 32 bytes. `age1…` in text.
    case x25519([UInt8])
    /// `ssh-ed25519 …` in text.
    case sshEd25519(SSHPublicKey)

    static let prefix = "age"

    /// Reads `age1…` or `ssh-ed25519 BASE64 [COMMENT]`.
    ///
    /// - Throws: an error that quotes nothing of the text, which may be an identity pasted by mistake.
    package init(parsing text: String) throws(AgeError) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        let isIdentity = text.uppercased().hasPrefix("AGE-SECRET-KEY-") || text.hasPrefix("-----BEGIN ")
        guard !isIdentity else { throw .identityInsteadOfRecipient }
        guard let first = words.first, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw .malformedRecipient
        }
        if first.hasPrefix("age1") {
            guard words.count == 1 else { throw .malformedRecipient }
            let bytes = Array(text.utf8)
            guard let data = Bech32.decode(bytes.span, prefix: Self.prefix), data.count == 32 else {
                let isPlugin = first.dropFirst(4).contains("1")
                if first.hasPrefix("age1pq1") { throw .unsupportedKey(.postQuantum) }
                if isPlugin { throw .unsupportedKey(.plugin) }
                throw .malformedRecipient
            }
            self = .x25519(data.withBytes { span in span.indices.map { span[$0] } })
        } else if first.hasPrefix("ssh-") || first.hasPrefix("ecdsa-") || first.hasPrefix("sk-") {
            guard words.count >= 2 else { throw .malformedRecipient }
            self = .sshEd25519(try SSHPublicKey(parsingType: first, base64: String(words[1])))
        } else {
            throw .malformedRecipient
        }
    }

    package var text: String {
        switch self {
        case .x25519(let point):
            Bech32.encode(point.span, prefix: Self.prefix).withBytes { bytes in
                unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
            }
        case .sshEd25519(let key): key.text
        }
    }

    /// Makes the stanza that lets this recipient have the file key.
    func wrap(_ fileKey: borrowing SecretBytes, randomness: Randomness) throws(AgeError) -> AgeStanza {
        let ephemeral = randomness.secretBytes(Curve25519.keyCount)
        let share = Curve25519.publicKey(of: ephemeral)
        switch self {
        case .x25519(let point):
            guard let secret = Curve25519.sharedSecret(ephemeral, with: point.span) else {
                throw .malformedHeader(.weakShare)
            }
            let key = X25519Stanza.wrappingKey(secret, share: share, point: point)
            return X25519Stanza.make(share: share, body: fileKey.withBytes { ChaChaBox.seal($0, key: key) })
        case .sshEd25519(let sshKey):
            guard let point = Curve25519.publicKey(fromEd25519: sshKey.point),
                let secret = Curve25519.sharedSecret(ephemeral, with: point.span),
                let key = SSHStanza.wrappingKey(secret, share: share, point: point, sshKey: sshKey)
            else { throw .malformedHeader(.weakShare) }
            let body = fileKey.withBytes { ChaChaBox.seal($0, key: key) }
            return SSHStanza.make(sshKey: sshKey, share: share, body: body)
        }
    }
}
