internal import Diagnostics
internal import SecretMemory
internal import VaultFormat

/// The questions about passphrases.
enum VaultPrompt {
    /// Asks for the passphrase that opens a vault or an identity.
    static func ask(_ prompt: VaultUnlocker.Prompt) -> Secret? {
        let subject =
            switch prompt.subject {
            case .vault(let path), .identity(let path): printable(path)
            }
        var question = "Passphrase for \(subject): "
        let remaining = prompt.attemptsRemaining
        if remaining < VaultUnlocker.promptLimit {
            question = "Wrong passphrase, \(remaining) attempt\(remaining == 1 ? "" : "s") remaining.\n" + question
        }
        guard let answer = Prompt.secret(question) else { return nil }
        return Secret(answer)
    }

    /// Asks for a new one, twice; again when it is too weak or the two differ.
    static func askForNew(_ terminal: Terminal) throws(Failure) -> Secret {
        for _ in 1...VaultUnlocker.promptLimit {
            guard let first = Prompt.secret("New passphrase: ") else { break }
            let passphrase = Secret(first)
            if let weakness = PassphraseWeakness(passphrase) {
                terminal.ask("\(weakness.text); take another one")
                continue
            }
            guard let second = Prompt.secret("The same passphrase again: ") else { break }
            if Secret(second).isEqual(to: passphrase) { return passphrase }
            terminal.ask("the two differ")
        }
        throw Failure(Diagnostic("no passphrase was given", hints: ["nothing was changed"]))
    }
}

/// Why a passphrase is too easy to guess.
enum PassphraseWeakness {
    case tooShort
    case common

    static let leastCharacters = 12

    /// `nil` where nothing speaks against it.
    init?(_ passphrase: Secret) {
        let isCommon = passphrase.withBytes { bytes in Self.commonWords.contains { Self.repeats($0, bytes) } }
        // Characters as UTF-8 has them, without making text of the secret.
        let characters = passphrase.withBytes { bytes in
            bytes.indices.reduce(0) { $0 + (bytes[$1] & 0xC0 != 0x80 ? 1 : 0) }
        }
        if isCommon {
            self = .common
        } else if characters < Self.leastCharacters {
            self = .tooShort
        } else {
            return nil
        }
    }

    var text: String {
        switch self {
        case .tooShort: "the passphrase has fewer than \(Self.leastCharacters) characters"
        case .common: "the passphrase is a common word"
        }
    }

    private static let commonWords: [[UInt8]] = [
        "password", "passphrase", "passwort", "secret", "changeme", "letmein", "welcome", "administrator", "qwerty",
        "qwertyuiop", "withsecrets", "iloveyou", "trustno", "123456", "1234567890", "abcdef", "abc123", "correcthorse",
    ].map { Array($0.utf8) }

    /// Whether the letters and digits are the word, once or several times, without regard to case, and then at most four
    /// digits.
    private static func repeats(_ word: [UInt8], _ bytes: Span<UInt8>) -> Bool {
        var matched = 0
        var trailingDigits = 0
        for index in bytes.indices {
            var byte = bytes[index]
            if (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) { byte |= 0x20 }
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            guard isDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) else { continue }
            if trailingDigits == 0, byte == word[matched % word.count] {
                matched += 1
            } else if isDigit, trailingDigits < 4, matched % word.count == 0 {
                trailingDigits += 1
            } else {
                return false
            }
        }
        return matched > 0 && matched % word.count == 0
    }
}
