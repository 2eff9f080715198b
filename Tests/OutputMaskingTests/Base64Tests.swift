import SecretMemory
import TestSupport
import Testing

@testable import OutputMasking

/// Base64 of a secret and its neighbours: nothing that depends on the secret stays, everything else does.
struct Base64Tests {
    /// Standard base64 of `bytes` (RFC 4648 §4).
    private func encode(_ bytes: [UInt8], _ alphabet: Base64Alphabet, isPadded: Bool) -> [UInt8] {
        var result: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for index in 0...group.count {
                result.append(alphabet.character(UInt8(bits >> (18 - 6 * index) & 63)))
            }
            if isPadded { result += [UInt8](repeating: UInt8(ascii: "="), count: 3 - group.count) }
        }
        return result
    }

    @Test(arguments: Base64Alphabet.allCases, [false, true])
    func everyCharacterWithABitOfTheSecretIsMasked(alphabet: Base64Alphabet, isPadded: Bool) throws {
        let seed = propertySeed()
        var generator = SeededGenerator(seed: seed)
        for length in 8...30 {
            let secret = generator.bytes(length, from: Array(33...126))
            let automaton = try MaskAutomaton(
                [MaskedSecret(name: "T", value: Secret(copying: String(decoding: secret, as: UTF8.self)))],
                text: MaskText.Template("***")
            )
            for before in 0...2 {
                for after in 0...3 {
                    // Neighbours of capital letters: they are no part of the secret by chance.
                    let head = generator.bytes(before, from: Array(0...31))
                    let tail = generator.bytes(after, from: Array(0...31))
                    let encoded = encode(head + secret + tail, alphabet, isPadded: isPadded)
                    let first = before * 8 / 6
                    let last = ((before + length) * 8 - 1) / 6
                    var expected = Array(encoded[..<first]) + Array("***".utf8)
                    let rest = encoded[(last + 1)...]
                    // Padding belongs to a secret that ends the text, or seems to.
                    let isEnd = rest.allSatisfy { $0 == UInt8(ascii: "=") }
                    if !isEnd { expected += rest }
                    for column in [0, 1, 2, 3, 4, 5, 7, 10, 16, 76] {
                        for end in ["\n", "\r\n", "\r\r\n", "\n  "] {
                            let broken = wrap(encoded, at: column, with: Array(end.utf8))
                            if column != 0, last + 1 - first < 18 + 2 { continue }
                            let output = Masker(automaton).output(for: broken)
                            let stripped = column == 0 ? output : output.filter { !$0.isLineEnd && !$0.isBlank }
                            #expect(
                                stripped == expected,
                                """
                                seed \(seed), length \(length), before \(before), after \(after), column \(column)
                                \(broken.visible)
                                \(output.visible)
                                """
                            )
                            if stripped != expected { return }
                        }
                    }
                }
            }
        }
    }

    private func wrap(_ text: [UInt8], at column: Int, with end: [UInt8]) -> [UInt8] {
        guard column > 0 else { return text }
        var result: [UInt8] = []
        for (index, byte) in text.enumerated() {
            if index > 0, index % column == 0 { result += end }
            result.append(byte)
        }
        return result
    }

    @Test func basicAuthenticationIsMasked() throws {
        let automaton = try MaskAutomaton([MaskedSecret(name: "T", value: Secret(copying: "s3cr3t-p4ss"))])
        let header = encode(Array("user:s3cr3t-p4ss".utf8), .standard, isPadded: true)
        let output = Masker(automaton).output(for: Array("Authorization: Basic ".utf8) + header + Array("\r\n".utf8))
        #expect(output == Array("Authorization: Basic dXNlcj".utf8) + Array("***\r\n".utf8), "\(output.visible)")
    }
}
