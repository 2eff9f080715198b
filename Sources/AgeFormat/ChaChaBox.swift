internal import CSodium
internal import SecretMemory

/// ChaCha20-Poly1305 (RFC 8439) without associated data, as age uses it.
enum ChaChaBox {
    static let tagCount = 16
    static let zeroNonce = [UInt8](repeating: 0, count: 12)

    static func seal(_ plaintext: Span<UInt8>, key: borrowing SecretBytes, nonce: [UInt8] = zeroNonce) -> [UInt8] {
        precondition(key.count == 32 && nonce.count == 12)
        let empty: UInt8 = 0
        return unsafe [UInt8](unsafeUninitializedCapacity: plaintext.count + tagCount) { target, written in
            unsafe plaintext.withUnsafeBufferPointer { source in
                unsafe key.withUnsafePointer { key in
                    var length: UInt64 = 0
                    unsafe withUnsafePointer(to: empty) { empty in
                        _ = unsafe crypto_aead_chacha20poly1305_ietf_encrypt(
                            target.baseAddress!,
                            &length,
                            source.baseAddress ?? empty,
                            UInt64(source.count),
                            nil,
                            0,
                            nil,
                            nonce,
                            key
                        )
                    }
                    written = Int(length)
                }
            }
        }
    }

    /// The plaintext; `nil` where key, nonce or a byte is another than when it was sealed.
    static func open(_ box: Span<UInt8>, key: borrowing SecretBytes, nonce: [UInt8] = zeroNonce) -> SecretBytes? {
        precondition(key.count == 32 && nonce.count == 12)
        guard box.count >= tagCount else { return nil }
        var plaintext = SecretBytes(zeros: box.count - tagCount)
        let isAuthentic = unsafe plaintext.withUnsafeMutablePointer { target in
            unsafe box.withUnsafeBufferPointer { source in
                unsafe key.withUnsafePointer { key in
                    unsafe crypto_aead_chacha20poly1305_ietf_decrypt(
                        target,
                        nil,
                        nil,
                        source.baseAddress!,
                        UInt64(source.count),
                        nil,
                        0,
                        nonce,
                        key
                    ) == 0
                }
            }
        }
        guard isAuthentic else { return nil }
        return plaintext
    }
}
