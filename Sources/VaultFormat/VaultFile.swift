internal import AgeFormat

/// What stands in a vault file, as it was parsed: nothing is decrypted, and nothing was checked against the MAC.
package struct VaultFile: Hashable, Sendable {
    static let formatVersion: UInt64 = 1

    /// 16 random bytes that are bound into every value.
    package var id: [UInt8]
    /// Rises with each write.
    package var generation: UInt64
    package var settings: Settings
    package var keys: [Key]
    /// In the order of their names.
    package var secrets: [Entry]
    /// Keyed BLAKE2b over all of the above, 32 bytes.
    package var mac: [UInt8]

    package struct Settings: Hashable, Sendable {
        /// How many earlier values each secret keeps.
        package var keep = 5
    }

    /// One way to the data key.
    package enum Key: Hashable, Sendable {
        case age(AgeKey)
        case passphrase(PassphraseKey)
    }

    /// The data key in an age file.
    package struct AgeKey: Hashable, Sendable {
        /// As they were given, an ssh key's comment included.
        package var recipients: [String]
        /// The age file, without its armor.
        package var sealed: [UInt8]
    }

    /// The data key under a key that Argon2id makes of a passphrase.
    package struct PassphraseKey: Hashable, Sendable {
        package var opslimit: Int
        /// Bytes.
        package var memlimit: Int
        package var salt: [UInt8]
        /// Nonce and ciphertext.
        package var sealed: [UInt8]
        /// Whose passphrase it is, where somebody said so.
        package var label: String?
    }

    /// One secret: its present value, its history and what is said about it.
    package struct Entry: Hashable, Sendable {
        package var name: String
        /// Of the first value.
        package var created: VaultTime
        package var current: Version
        package var description: String?
        /// Newest first.
        package var previous: [Version]
    }

    /// One value of a secret.
    package struct Version: Hashable, Sendable {
        /// 1 is the first.
        package var number: UInt64
        package var changed: VaultTime
        package var expires: VaultTime?
        /// Nonce and ciphertext.
        package var value: [UInt8]
    }
}

extension VaultFile {
    package var idText: String { hexadecimal(id) }

    package var names: [String] { secrets.map(\.name) }

    package func entry(named name: String) -> Entry? {
        index(of: name).map { secrets[$0] }
    }

    /// By halving, since names are in order.
    func index(of name: String) -> Int? {
        let index = insertionIndex(of: name)
        return index < secrets.count && secrets[index].name == name ? index : nil
    }

    func insertionIndex(of name: String) -> Int {
        var (low, high) = (0, secrets.count)
        while low < high {
            let middle = (low + high) / 2
            if SecretName.precedes(secrets[middle].name, name) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    package var ageKeys: [AgeKey] {
        keys.compactMap { if case .age(let key) = $0 { key } else { nil } }
    }

    package var passphraseKeys: [PassphraseKey] {
        keys.compactMap { if case .passphrase(let key) = $0 { key } else { nil } }
    }

    /// All recipients, in the order of the file.
    package var recipients: [String] { ageKeys.flatMap(\.recipients) }

    /// Whether an age key is sealed to an ssh key, so that ssh keys are worth looking at.
    var hasSSHStanza: Bool {
        ageKeys.contains { key in
            guard let (header, _) = try? AgeHeader.parse(key.sealed.span) else { return false }
            return header.stanzas.contains { $0.type == "ssh-ed25519" }
        }
    }
}

extension VaultFile.Entry {
    /// The present value and those before it, newest first.
    package var versions: [VaultFile.Version] { [current] + previous }

    package func version(_ number: UInt64) -> VaultFile.Version? {
        versions.first { $0.number == number }
    }

    package func isExpired(at time: VaultTime) -> Bool {
        current.expires.map { $0 <= time } ?? false
    }
}

func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}

/// Lower case alone, so that one id has one text.
func bytes(hexadecimal text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count % 2 == 0, digits.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }) else {
        return nil
    }
    func value(_ digit: UInt8) -> UInt8 { digit < 0x40 ? digit - 0x30 : digit - 0x61 + 10 }
    return stride(from: 0, to: digits.count, by: 2).map { value(digits[$0]) << 4 | value(digits[$0 + 1]) }
}
