internal import CSodium
internal import SecretMemory

/// `-> scrypt SALT WORK`: age v1, "The scrypt recipient type", a file key under a passphrase.
enum ScryptStanza {
    static let type = "scrypt"
    private static let label = Array("age-encryption.org/v1/scrypt".utf8)
    private static let saltCount = 16

    static func wrap(
        _ fileKey: borrowing SecretBytes,
        passphrase: borrowing SecretBytes,
        work: Int,
        randomness: Randomness
    ) throws(AgeError) -> AgeStanza {
        let salt = randomness.bytes(saltCount)
        let key = try deriveKey(passphrase, salt: salt, work: work)
        return AgeStanza(
            arguments: [type, Base64.encode(salt, padding: .none), String(work)],
            body: fileKey.withBytes { ChaChaBox.seal($0, key: key) }
        )
    }

    static func unwrap(
        _ stanza: AgeStanza,
        passphrase: borrowing SecretBytes,
        workLimit: Int
    ) throws(AgeError) -> SecretBytes {
        guard stanza.arguments.count == 3, let salt = Base64.decode(stanza.arguments[1], padding: .none),
            salt.count == saltCount, let work = workFactor(stanza.arguments[2]),
            stanza.body.count == AgeHeader.fileKeyCount + ChaChaBox.tagCount
        else { throw .malformedHeader(.scrypt) }
        guard work <= workLimit else { throw .excessiveWork(given: work, limit: workLimit) }
        let key = try deriveKey(passphrase, salt: salt, work: work)
        guard let fileKey = ChaChaBox.open(stanza.body.span, key: key) else { throw .wrongPassphrase }
        return fileKey
    }

    /// A decimal number without sign or leading zero. Two digits are enough for what any limit allows.
    private static func workFactor(_ text: String) -> Int? {
        guard let first = text.utf8.first, (0x31...0x39).contains(first), text.utf8.count <= 2,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return Int(text)
    }

    /// scrypt (RFC 7914) with N = 2^work, r = 8, p = 1.
    private static func deriveKey(
        _ passphrase: borrowing SecretBytes,
        salt: [UInt8],
        work: Int
    ) throws(AgeError) -> SecretBytes {
        var key = SecretBytes(zeros: 32)
        let fullSalt = label + salt
        let count = passphrase.count
        let status = unsafe key.withUnsafeMutablePointer { key in
            unsafe passphrase.withUnsafePointer { passphrase in
                unsafe crypto_pwhash_scryptsalsa208sha256_ll(
                    passphrase,
                    count,
                    fullSalt,
                    fullSalt.count,
                    1 << UInt64(work),
                    8,
                    1,
                    key,
                    32
                )
            }
        }
        guard status == 0 else { throw .outOfMemory }
        return key
    }
}
