internal import CSodium
internal import SecretMemory

/// SHA-256 and HMAC-SHA-256, by libsodium.
enum Digest {
    static let byteCount = 32

    static func sha256(_ bytes: Span<UInt8>) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: byteCount)
        unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe _ = crypto_hash_sha256(&digest, bytes.baseAddress, UInt64(bytes.count))
        }
        return digest
    }

    static func sha256(_ text: String) -> [UInt8] {
        var text = text
        return text.withUTF8 { sha256(unsafe $0.span) }
    }

    /// The result is a key of its own in what it is used for, so it stays in locked memory. The C functions are
    /// `crypto_auth_hmacsha256_init`, `…_update`, `…_final`.
    static func hmac(key: Secret, _ text: String) -> Secret {
        var state = crypto_auth_hmacsha256_state()
        // The state holds the key.
        defer { unsafe sodium_memzero(&state, MemoryLayout<crypto_auth_hmacsha256_state>.size) }
        unsafe key.withUnsafeBytes { key in
            let start = unsafe key.baseAddress?.assumingMemoryBound(to: UInt8.self)
            if let start = unsafe start { unsafe _ = crypto_auth_hmacsha256_init(&state, start, key.count) }
        }
        var text = text
        text.withUTF8 { text in
            unsafe _ = crypto_auth_hmacsha256_update(&state, text.baseAddress, UInt64(text.count))
        }
        var code = SecretBytes(zeros: byteCount)
        unsafe code.withUnsafeMutableBytes { code in
            let start = unsafe code.baseAddress?.assumingMemoryBound(to: UInt8.self)
            if let start = unsafe start { unsafe _ = crypto_auth_hmacsha256_final(&state, start) }
        }
        return Secret(code)
    }
}
