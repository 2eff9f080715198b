internal import AgeFormat
internal import CSodium
internal import SecretMemory

/// The random key of a vault. It encrypts nothing itself: values and the MAC have keys of their own, made from it.
///
/// The subkeys come from `crypto_kdf_derive_from_key`, context `wsvault1`: 1 for values, 2 for the MAC, 3 for the
/// fingerprint.
package final class DataKey: Sendable {
    static let byteCount = 32

    /// The key itself, to seal it for those who may open the vault.
    let secret: Secret
    private let valueKey: Secret
    private let macKey: Secret
    /// 32 hexadecimal digits that tell this key from others and tell nothing about it: what a pin is compared with.
    package let fingerprint: String

    /// - Parameter secret: 32 bytes.
    init(_ secret: consuming SecretBytes) {
        precondition(secret.count == Self.byteCount)
        valueKey = Secret(Self.subkey(1, of: secret, byteCount: 32))
        macKey = Secret(Self.subkey(2, of: secret, byteCount: 32))
        let mark = Self.subkey(3, of: secret, byteCount: 16)
        fingerprint = mark.withBytes { bytes in hexadecimal(bytes.indices.map { bytes[$0] }) }
        self.secret = Secret(secret)
    }

    convenience init(generatingFrom randomness: Randomness) {
        self.init(randomness.secretBytes(Self.byteCount))
    }

    private static func subkey(_ number: UInt64, of key: borrowing SecretBytes, byteCount: Int) -> SecretBytes {
        var subkey = SecretBytes(zeros: byteCount)
        unsafe subkey.withUnsafeMutablePointer { subkey in
            unsafe key.withUnsafePointer { key in
                _ = unsafe crypto_kdf_derive_from_key(subkey, byteCount, number, "wsvault1", key)
            }
        }
        return subkey
    }
}

// MARK: - The MAC

extension DataKey {
    static let macCount = 32

    /// Keyed BLAKE2b over the parsed content of a file.
    func mac(of file: VaultFile) -> [UInt8] {
        let transcript = file.transcript
        var mac = [UInt8](repeating: 0, count: Self.macCount)
        let key = macKey.copy()
        unsafe key.withUnsafePointer { key in
            _ = unsafe crypto_generichash(&mac, mac.count, transcript, UInt64(transcript.count), key, 32)
        }
        return mac
    }

    func isAuthentic(_ file: VaultFile) -> Bool {
        let expected = mac(of: file)
        guard file.mac.count == expected.count else { return false }
        return unsafe sodium_memcmp(file.mac, expected, expected.count) == 0
    }
}

extension VaultFile {
    /// Everything in the file but the MAC, in the order that docs/vault-file.md gives.
    var transcript: [UInt8] {
        var transcript = Transcript(purpose: "withsecrets vault 1: file", capacity: 1024 + 512 * secrets.count)
        transcript.append(Self.formatVersion)
        transcript.append(id)
        transcript.append(generation)
        transcript.append(settings.keep)
        transcript.append(keys.count)
        for key in keys { key.append(to: &transcript) }
        transcript.append(secrets.count)
        for entry in secrets {
            transcript.append(entry.name)
            transcript.append(entry.created)
            transcript.append(entry.description ?? "")
            transcript.append(entry.versions.count)
            for version in entry.versions {
                transcript.append(version.number)
                transcript.append(version.changed)
                transcript.append(version.expires)
                transcript.append(version.value)
            }
        }
        return transcript.bytes
    }
}

extension VaultFile.Key {
    fileprivate func append(to transcript: inout Transcript) {
        switch self {
        case .age(let key):
            transcript.append("age")
            transcript.append(key.recipients.count)
            for recipient in key.recipients { transcript.append(recipient) }
            transcript.append(key.sealed)
        case .passphrase(let key):
            transcript.append("passphrase")
            transcript.append("argon2id")
            transcript.append(key.opslimit)
            transcript.append(key.memlimit)
            transcript.append(key.salt)
            transcript.append(key.sealed)
            transcript.append(key.label ?? "")
        }
    }
}

// MARK: - Values

extension DataKey {
    /// `sodium_pad`'s block: how much of a value's length shows.
    private static let padding = 32

    /// Encrypts the value of one version.
    func seal(
        _ value: borrowing SecretBytes,
        associated: [UInt8],
        randomness: Randomness
    ) -> [UInt8] {
        let count = value.count
        var padded = SecretBytes(capacity: count + Self.padding)
        padded.append(value)
        var filler = SecretBytes(zeros: Self.padding - count % Self.padding)
        unsafe filler.withUnsafeMutablePointer { unsafe $0[0] = 0x80 }
        padded.append(filler)  // what `sodium_pad` does
        return SealedBox.seal(padded, key: valueKey.copy(), associated: associated, randomness: randomness)
    }

    /// The value of one version, `nil` where it is not what was written under this name, version and times.
    func open(_ box: [UInt8], associated: [UInt8]) -> SecretBytes? {
        guard var padded = SealedBox.open(box, key: valueKey.copy(), associated: associated) else { return nil }
        var count = 0
        let length = padded.count
        let isPadded = unsafe padded.withUnsafePointer { unsafe sodium_unpad(&count, $0, length, Self.padding) == 0 }
        guard isPadded else { return nil }
        padded.truncate(to: count)
        return padded
    }

    func isAuthentic(_ box: [UInt8], associated: [UInt8]) -> Bool {
        SealedBox.isAuthentic(box, key: valueKey.copy(), associated: associated)
    }
}

extension VaultFile {
    /// What is bound into the ciphertext of one version.
    func associated(with version: Version, of entry: Entry) -> [UInt8] {
        var transcript = Transcript(purpose: "withsecrets vault 1: value")
        transcript.append(id)
        transcript.append(entry.name)
        transcript.append(version.number)
        transcript.append(entry.created)
        transcript.append(version.changed)
        transcript.append(version.expires)
        return transcript.bytes
    }
}
