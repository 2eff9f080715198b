internal import AgeFormat
internal import CSodium
internal import SecretMemory

/// XChaCha20-Poly1305 under a random nonce, which stands in front of the ciphertext.
///
/// The C functions are `crypto_aead_xchacha20poly1305_ietf_encrypt` and `…_decrypt`.
enum SealedBox {
    static let nonceCount = 24
    static let tagCount = 16

    static func seal(
        _ plaintext: borrowing SecretBytes,
        key: borrowing SecretBytes,
        associated: [UInt8],
        randomness: Randomness
    ) -> [UInt8] {
        precondition(key.count == 32)
        let nonce = randomness.bytes(nonceCount)
        let count = plaintext.count
        let box = unsafe [UInt8](unsafeUninitializedCapacity: count + tagCount) { target, written in
            unsafe plaintext.withUnsafePointer { plaintext in
                unsafe key.withUnsafePointer { key in
                    var length: UInt64 = 0
                    _ = unsafe crypto_aead_xchacha20poly1305_ietf_encrypt(
                        target.baseAddress!,
                        &length,
                        plaintext,
                        UInt64(count),
                        associated,
                        UInt64(associated.count),
                        nil,
                        nonce,
                        key
                    )
                    written = Int(length)
                }
            }
        }
        return nonce + box
    }

    /// The plaintext; `nil` where the key, what is associated or a byte is another.
    static func open(_ box: [UInt8], key: borrowing SecretBytes, associated: [UInt8]) -> SecretBytes? {
        guard box.count >= nonceCount + tagCount else { return nil }
        var plaintext = SecretBytes(zeros: box.count - nonceCount - tagCount)
        let isAuthentic = unsafe plaintext.withUnsafeMutablePointer { target in
            unsafe decrypt(box, key: key, associated: associated, into: target)
        }
        guard isAuthentic else { return nil }
        return plaintext
    }

    /// Whether `open` would give something; nothing is decrypted.
    static func isAuthentic(_ box: [UInt8], key: borrowing SecretBytes, associated: [UInt8]) -> Bool {
        guard box.count >= nonceCount + tagCount else { return false }
        return unsafe decrypt(box, key: key, associated: associated, into: nil)
    }

    private static func decrypt(
        _ box: [UInt8],
        key: borrowing SecretBytes,
        associated: [UInt8],
        into target: UnsafeMutablePointer<UInt8>?
    ) -> Bool {
        precondition(key.count == 32)
        return unsafe key.withUnsafePointer { key in
            unsafe box.withUnsafeBufferPointer { box in
                let nonce = box.baseAddress!
                return unsafe crypto_aead_xchacha20poly1305_ietf_decrypt(
                    target,
                    nil,
                    nil,
                    nonce + nonceCount,
                    UInt64(box.count - nonceCount),
                    associated,
                    UInt64(associated.count),
                    nonce,
                    key
                ) == 0
            }
        }
    }
}
