package import SecretMemory

/// Whether a passphrase is too weak for a file that everybody may have a copy of.
package enum PassphraseQuality: Hashable, Sendable {
    case good
    /// Fewer characters than `leastLength`.
    case short
    /// A common word, one character over and over, or a row of the keyboard.
    case common

    package static let leastLength = 12

    /// Looks at the passphrase where it lies; nothing of it is copied to ordinary memory but the count.
    package init(of passphrase: Secret) {
        self = passphrase.withBytes { bytes in
            // Characters are counted by the bytes that do not continue one (RFC 3629 §3).
            let length = bytes.indices.count { bytes[$0] & 0xC0 != 0x80 }
            if length < Self.leastLength { return .short }
            return Self.commonWords.contains { Self.consists(bytes, of: $0) } ? .common : .good
        }
    }

    /// Whether the passphrase is `word` without case, once or repeated, the last time perhaps in part, or with digits and
    /// signs behind it.
    private static func consists(_ bytes: Span<UInt8>, of word: [UInt8]) -> Bool {
        var end = bytes.count
        let isWordOfDigits = word.allSatisfy { (0x30...0x39).contains($0) }
        while !isWordOfDigits, end > word.count, !isLetter(bytes[end - 1]) { end -= 1 }
        guard end >= word.count else { return false }
        return (0..<end).allSatisfy { lowered(bytes[$0]) == word[$0 % word.count] }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(lowered(byte)) || byte >= 0x80
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }

    private static let commonWords: [[UInt8]] = {
        let words = [
            "password", "passphrase", "passwort", "secret", "administrator", "admin", "letmein", "welcome", "iloveyou",
            "qwertyuiop", "qwerty", "qwertzuiop", "qwertz", "asdfghjkl", "abcdefghijklmnopqrstuvwxyz", "1234567890",
            "0123456789", "0987654321", "123456", "123123", "changeme", "default", "monkey", "dragon", "football",
            "baseball", "sunshine", "princess", "trustno1", "superman", "withsecrets",
        ]
        let single = (0x21...0x7E as ClosedRange<UInt8>).map { [$0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0] }
        return words.map { Array($0.utf8) } + single
    }()
}
