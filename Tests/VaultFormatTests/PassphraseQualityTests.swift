import SecretMemory
import Testing

@testable import VaultFormat

struct PassphraseQualityTests {
    @Test(arguments: [
        ("", PassphraseQuality.short), ("hunter2", .short), ("elevenchars", .short), ("日本語日本語", .short),
        ("passwordpassword", .common), ("Password1234!", .common), ("aaaaaaaaaaaaaaa", .common),
        ("123456789012", .common),
        ("QWERTYUIOPQW", .common), ("qwertyuiop123", .common), ("correct horse battery staple", .good),
        ("twelve chars", .good), ("mossy-Lantern-42-drift", .good), ("日本語日本語日本語日本語", .good),
    ])
    func weakOnesAreKnown(passphrase: String, quality: PassphraseQuality) {
        #expect(PassphraseQuality(of: Secret(copying: passphrase)) == quality)
    }

    @Test func generatedValuesHaveTheirLengthAndAlphabet() throws {
        let value = revealed(try GeneratedValue.make(length: 500, alphabet: "abba-Z"))
        #expect(value.utf8.count == 500 && Set(value) == ["a", "b", "-", "Z"])
        #expect(try !GeneratedValue.make().isEqual(to: GeneratedValue.make()))
        #expect(throws: GeneratedValue.Problem.alphabet) { try GeneratedValue.make(alphabet: "aaa") }
        #expect(throws: GeneratedValue.Problem.alphabet) { try GeneratedValue.make(alphabet: "a b") }
        #expect(throws: GeneratedValue.Problem.length) { try GeneratedValue.make(length: 0) }
    }
}
