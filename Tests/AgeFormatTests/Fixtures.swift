import SecretMemory

@testable import AgeFormat

/// The bytes of a secret that a test made itself.
func revealed(_ secret: borrowing SecretBytes) -> [UInt8] {
    secret.withBytes { span in span.indices.map { span[$0] } }
}

func revealed(_ secret: Secret) -> [UInt8] {
    revealed(secret.copy())
}

/// A sequence that is the same in every run.
func fixedRandomness(seed: UInt64) -> Randomness {
    let generator = SplitMix(seed: seed)
    return .fixed { generator.next() }
}

/// SplitMix64, a byte at a time.
final class SplitMix: @unchecked Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    func next() -> UInt8 { UInt8(truncatingIfNeeded: nextWord() >> 24) }

    func nextWord() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    func below(_ bound: Int) -> Int { Int(nextWord() % UInt64(bound)) }
}

extension AgeIdentity {
    static func fixed(_ seed: UInt64) -> AgeIdentity { AgeIdentity(generatingFrom: fixedRandomness(seed: seed)) }
}

/// What decrypting with `identities` gives: the plaintext, or why not.
func decrypted(_ file: [UInt8], with identities: [AgeIdentity]) -> Result<[UInt8], AgeError> {
    do throws(AgeError) {
        return .success(revealed(try AgeFile.decrypt(file.span, with: identities)))
    } catch {
        return .failure(error)
    }
}

func decrypted(_ file: [UInt8], passphrase: String) -> Result<[UInt8], AgeError> {
    do throws(AgeError) {
        return .success(revealed(try AgeFile.decrypt(file.span, passphrase: SecretBytes(copying: passphrase))))
    } catch {
        return .failure(error)
    }
}
