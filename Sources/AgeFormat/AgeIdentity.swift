package import SecretMemory

/// The secret half of a key: what opens a file that was encrypted to its recipient.
package struct AgeIdentity: Sendable {
    /// The X25519 scalar, or the Ed25519 seed and public key.
    private let key: Secret
    package let recipient: AgeRecipient
    /// What stands in the identity's file, so that it can be masked: `AGE-SECRET-KEY-1…`, or the ssh key's PEM text.
    package let text: Secret

    private static let prefix = "AGE-SECRET-KEY-"

    /// Reads `AGE-SECRET-KEY-1…`; `nil` where the text is anything else.
    package init?(parsing text: Span<UInt8>) {
        guard let scalar = Bech32.decode(text, prefix: Self.prefix), scalar.count == Curve25519.keyCount else {
            return nil
        }
        recipient = .x25519(Curve25519.publicKey(of: scalar))
        key = Secret(scalar)
        self.text = Secret(SecretBytes(copying: text))
    }

    /// A new X25519 identity.
    package init(generatingFrom randomness: Randomness) {
        let scalar = randomness.secretBytes(Curve25519.keyCount)
        recipient = .x25519(Curve25519.publicKey(of: scalar))
        var text = scalar.withBytes { Bech32.encode($0, prefix: Self.prefix.lowercased()) }
        unsafe text.withUnsafeMutableBytes { characters in
            for index in characters.indices {
                let character = unsafe characters[index]
                if (0x61...0x7A).contains(character) { unsafe characters[index] = character & 0xDF }
            }
        }
        self.text = Secret(text)
        key = Secret(scalar)
    }

    /// - Parameter ed25519Key: seed and public key, 64 bytes.
    init(ed25519Key: consuming SecretBytes, publicKey: SSHPublicKey, text: Secret) {
        key = Secret(ed25519Key)
        recipient = .sshEd25519(publicKey)
        self.text = text
    }

    /// The file key, `nil` where the stanza is for another identity.
    ///
    /// - Throws: where the stanza is of this identity's type and not as the type wants it.
    func unwrap(_ stanza: AgeStanza) throws(AgeError) -> SecretBytes? {
        switch recipient {
        case .x25519(let point):
            guard stanza.type == X25519Stanza.type else { return nil }
            let share = try X25519Stanza.share(of: stanza)
            let secret = Curve25519.sharedSecret(key.copy(), with: share.span)
            guard let secret else { throw .malformedHeader(.weakShare) }
            return ChaChaBox.open(
                stanza.body.span,
                key: X25519Stanza.wrappingKey(secret, share: share, point: point)
            )
        case .sshEd25519(let sshKey):
            guard stanza.type == SSHStanza.type else { return nil }
            let share = try SSHStanza.share(of: stanza)
            guard stanza.arguments[1] == SSHStanza.tag(of: sshKey) else { return nil }
            let scalar = Curve25519.scalar(fromEd25519: key.copy())
            guard let secret = Curve25519.sharedSecret(scalar, with: share.span),
                let wrappingKey = SSHStanza.wrappingKey(
                    secret,
                    share: share,
                    point: Curve25519.publicKey(of: scalar),
                    sshKey: sshKey
                )
            else { throw .malformedHeader(.weakShare) }
            return ChaChaBox.open(stanza.body.span, key: wrappingKey)
        }
    }
}
