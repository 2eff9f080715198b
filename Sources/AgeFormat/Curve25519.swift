internal import CSodium
internal import SecretMemory

/// X25519 (RFC 7748) and the way to it from Ed25519 keys.
enum Curve25519 {
    static let keyCount = 32

    static func publicKey(of scalar: borrowing SecretBytes) -> [UInt8] {
        precondition(scalar.count == keyCount)
        var point = [UInt8](repeating: 0, count: keyCount)
        unsafe scalar.withUnsafePointer { _ = unsafe crypto_scalarmult_curve25519_base(&point, $0) }
        return point
    }

    /// The shared secret; `nil` where the other side's share is of low order, which would make it known to everybody.
    static func sharedSecret(_ scalar: borrowing SecretBytes, with point: Span<UInt8>) -> SecretBytes? {
        precondition(scalar.count == keyCount && point.count == keyCount)
        var secret = SecretBytes(zeros: keyCount)
        let isStrong = unsafe secret.withUnsafeMutablePointer { target in
            unsafe scalar.withUnsafePointer { scalar in
                unsafe point.withUnsafeBufferPointer { point in
                    unsafe crypto_scalarmult_curve25519(target, scalar, point.baseAddress!) == 0
                }
            }
        }
        guard isStrong else { return nil }
        return secret
    }

    /// The X25519 key of an Ed25519 public key; `nil` where that is no point of the main subgroup.
    static func publicKey(fromEd25519 key: [UInt8]) -> [UInt8]? {
        precondition(key.count == keyCount)
        var point = [UInt8](repeating: 0, count: keyCount)
        return unsafe crypto_sign_ed25519_pk_to_curve25519(&point, key) == 0 ? point : nil
    }

    /// The X25519 scalar of an Ed25519 secret key.
    ///
    /// - Parameter key: seed and public key, 64 bytes.
    static func scalar(fromEd25519 key: borrowing SecretBytes) -> SecretBytes {
        precondition(key.count == 2 * keyCount)
        var scalar = SecretBytes(zeros: keyCount)
        unsafe scalar.withUnsafeMutablePointer { scalar in
            unsafe key.withUnsafePointer { _ = unsafe crypto_sign_ed25519_sk_to_curve25519(scalar, $0) }
        }
        return scalar
    }

    /// The Ed25519 secret key that belongs to a seed: seed and public key, 64 bytes.
    static func ed25519Key(seed: borrowing SecretBytes) -> SecretBytes {
        precondition(seed.count == keyCount)
        var key = SecretBytes(zeros: 2 * keyCount)
        var publicKey = [UInt8](repeating: 0, count: keyCount)
        unsafe key.withUnsafeMutablePointer { key in
            unsafe seed.withUnsafePointer { _ = unsafe crypto_sign_ed25519_seed_keypair(&publicKey, key, $0) }
        }
        return key
    }
}
