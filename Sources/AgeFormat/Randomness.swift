internal import CSodium
package import SecretMemory

/// Where random bytes come from: the kernel's generator, or a fixed sequence that makes a known-answer vector.
package struct Randomness: Sendable {
    /// `nil` is the kernel.
    private let nextByte: (@Sendable () -> UInt8)?

    package static let system = Randomness(nextByte: nil)

    /// For vectors in tests alone: what comes out is as predictable as `nextByte`.
    package static func fixed(_ nextByte: @escaping @Sendable () -> UInt8) -> Randomness {
        Randomness(nextByte: nextByte)
    }

    /// Bytes that are no secret, such as nonces and salts.
    package func bytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        unsafe bytes.withUnsafeMutableBytes { unsafe fill($0) }
        return bytes
    }

    package func secretBytes(_ count: Int) -> SecretBytes {
        var bytes = SecretBytes(zeros: count)
        unsafe bytes.withUnsafeMutableBytes { unsafe fill($0) }
        return bytes
    }

    private func fill(_ buffer: UnsafeMutableRawBufferPointer) {
        if let nextByte {
            for index in buffer.indices { unsafe buffer[index] = nextByte() }
        } else if let start = buffer.baseAddress {
            unsafe randombytes_buf(start, buffer.count)
        }
    }
}
