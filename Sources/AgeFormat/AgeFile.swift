package import SecretMemory

/// Encrypts and decrypts age v1 files (age-encryption.org/v1). Files are bytes; `AgeArmor` makes text of them.
package enum AgeFile {
    /// What one derivation may cost: some seconds.
    package static let workLimit = 22

    package static func encrypt(
        _ plaintext: borrowing SecretBytes,
        to recipients: [AgeRecipient],
        randomness: Randomness = .system
    ) throws(AgeError) -> [UInt8] {
        guard recipients.count <= AgeHeader.stanzaLimit else {
            throw .malformedHeader(.tooManyStanzas(limit: AgeHeader.stanzaLimit))
        }
        let fileKey = randomness.secretBytes(AgeHeader.fileKeyCount)
        var stanzas: [AgeStanza] = []
        for recipient in recipients { stanzas.append(try recipient.wrap(fileKey, randomness: randomness)) }
        guard !stanzas.isEmpty else { throw .malformedHeader(.noStanza) }
        return finish(plaintext, stanzas: stanzas, fileKey: fileKey, randomness: randomness)
    }

    /// - Parameter work: the logarithm to base 2 of the scrypt rounds; 18 takes about a second.
    package static func encrypt(
        _ plaintext: borrowing SecretBytes,
        passphrase: borrowing SecretBytes,
        work: Int = 18,
        randomness: Randomness = .system
    ) throws(AgeError) -> [UInt8] {
        guard work <= workLimit else { throw .excessiveWork(given: work, limit: workLimit) }
        let fileKey = randomness.secretBytes(AgeHeader.fileKeyCount)
        let stanza = try ScryptStanza.wrap(fileKey, passphrase: passphrase, work: work, randomness: randomness)
        return finish(plaintext, stanzas: [stanza], fileKey: fileKey, randomness: randomness)
    }

    /// Decrypts with the first identity that fits.
    package static func decrypt(
        _ file: Span<UInt8>,
        with identities: [AgeIdentity]
    ) throws(AgeError) -> SecretBytes {
        let (header, byteCount) = try AgeHeader.parse(file)
        let hasPassphrase = header.stanzas.contains { $0.type == ScryptStanza.type }
        guard !hasPassphrase || header.stanzas.count == 1 else { throw .malformedHeader(.scryptNotAlone) }
        for stanza in header.stanzas {
            for identity in identities {
                guard let fileKey = try identity.unwrap(stanza) else { continue }
                guard header.isAuthentic(under: fileKey) else { throw .wrongHeaderMAC }
                let payload = file.extracting(byteCount..<file.count)
                return try AgeStream.open(payload, fileKey: fileKey)
            }
        }
        throw .noMatchingIdentity
    }

    package static func decrypt(
        _ file: Span<UInt8>,
        passphrase: borrowing SecretBytes,
        workLimit: Int = workLimit
    ) throws(AgeError) -> SecretBytes {
        let (header, byteCount) = try AgeHeader.parse(file)
        guard let stanza = header.stanzas.first(where: { $0.type == ScryptStanza.type }) else {
            throw .noMatchingIdentity
        }
        guard header.stanzas.count == 1 else { throw .malformedHeader(.scryptNotAlone) }
        let fileKey = try ScryptStanza.unwrap(stanza, passphrase: passphrase, workLimit: workLimit)
        guard header.isAuthentic(under: fileKey) else { throw .wrongHeaderMAC }
        return try AgeStream.open(file.extracting(byteCount..<file.count), fileKey: fileKey)
    }

    private static func finish(
        _ plaintext: borrowing SecretBytes,
        stanzas: [AgeStanza],
        fileKey: borrowing SecretBytes,
        randomness: Randomness
    ) -> [UInt8] {
        let header = AgeHeader(stanzas: stanzas, fileKey: fileKey)
        let nonce = randomness.bytes(AgeStream.nonceCount)
        return Array(header.text.utf8) + AgeStream.seal(plaintext, fileKey: fileKey, nonce: nonce)
    }
}
