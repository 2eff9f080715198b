internal import CSodium
package import SecretMemory

/// Random values for secrets that nobody has to type.
package enum GeneratedValue {
    package enum Problem: Error, Hashable, Sendable {
        /// Fewer than two different characters, or one that is not visible ASCII.
        case alphabet
        case length
    }

    package static let usualLength = 32
    package static let lengths = 1...4096
    /// Letters and digits: nothing that a shell, a URL or a double click would make something of.
    package static let usualAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

    /// - Parameters:
    ///   - length: characters; 32 of the usual alphabet are 190 bits.
    ///   - alphabet: visible ASCII; one that stands twice counts once, so that all are equally likely.
    package static func make(
        length: Int = usualLength,
        alphabet: String = usualAlphabet
    ) throws(Problem) -> Secret {
        guard lengths.contains(length) else { throw .length }
        let characters = Array(Set(alphabet.utf8)).sorted()
        guard characters.count >= 2, characters.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .alphabet }
        var value = SecretBytes(capacity: length)
        for _ in 0..<length { value.append(characters[Int(randombytes_uniform(UInt32(characters.count)))]) }
        return Secret(value)
    }
}
