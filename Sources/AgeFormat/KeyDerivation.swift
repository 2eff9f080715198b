internal import CSodium
internal import SecretMemory

/// HKDF with SHA-256 (RFC 5869), 32 bytes long, as all of age's keys are.
///
/// - Parameter salt: empty counts as 32 zero bytes.
func hkdf(_ material: borrowing SecretBytes, salt: [UInt8], info: String) -> SecretBytes {
    let pseudorandomKey = SecretBytes(copying: salt.span)
    var extract = HMACSHA256(key: pseudorandomKey)
    material.withBytes { extract.update($0) }
    var expand = HMACSHA256(key: extract.finish())
    expand.update(Array(info.utf8).span)
    expand.update([1].span)  // one block is as long as the key
    return expand.finish()
}

/// HMAC-SHA-256 (RFC 2104) over parts that are taken one after the other.
struct HMACSHA256: ~Copyable {
    /// A `crypto_auth_hmacsha256_state`, which is as good as the key.
    private var state = SecretBytes(zeros: MemoryLayout<crypto_auth_hmacsha256_state>.size)

    init(key: borrowing SecretBytes) {
        let count = key.count
        unsafe key.withUnsafePointer { key in
            unsafe Self.withState(&state) { _ = unsafe crypto_auth_hmacsha256_init($0, key, count) }
        }
    }

    mutating func update(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return }
            unsafe Self.withState(&state) { _ = unsafe crypto_auth_hmacsha256_update($0, start, UInt64(bytes.count)) }
        }
    }

    /// The 32 bytes of the code.
    mutating func finish() -> SecretBytes {
        var code = SecretBytes(zeros: Int(crypto_auth_hmacsha256_BYTES))
        unsafe code.withUnsafeMutablePointer { code in
            unsafe Self.withState(&state) { _ = unsafe crypto_auth_hmacsha256_final($0, code) }
        }
        return code
    }

    private static func withState(
        _ state: inout SecretBytes,
        _ body: (UnsafeMutablePointer<crypto_auth_hmacsha256_state>) -> Void
    ) {
        unsafe state.withUnsafeMutableBytes { buffer in
            unsafe body(buffer.baseAddress!.assumingMemoryBound(to: crypto_auth_hmacsha256_state.self))
        }
    }
}
