import SecretMemory
import TestSupport

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
    let generator = SeededBytes(seed: seed)
    return .fixed { generator.next() }
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
