internal import CSodium

/// A BLAKE2b-256 (RFC 7693) of one line of the log; 64 lower-case hexadecimal digits as text.
package struct AuditHash: Hashable, Sendable {
    private var bytes: SIMD32<UInt8>

    /// What the first record of a log has before it.
    package static let zero = AuditHash(bytes: SIMD32(repeating: 0))

    private init(bytes: SIMD32<UInt8>) {
        self.bytes = bytes
    }

    package init(of content: Span<UInt8>) {
        bytes = SIMD32(repeating: 0)
        unsafe content.withUnsafeBufferPointer { buffer in
            unsafe withUnsafeMutableBytes(of: &bytes) { digest in
                guard let output = unsafe digest.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
                _ = unsafe crypto_generichash(output, digest.count, buffer.baseAddress, UInt64(buffer.count), nil, 0)
            }
        }
    }

    /// - Returns: `nil` for anything but 64 digits; upper case is only taken where `allowsUpperCase`.
    package init?(hexadecimal text: Span<UInt8>, allowsUpperCase: Bool = false) {
        guard text.count == 64 else { return nil }
        bytes = SIMD32(repeating: 0)
        for index in 0..<32 {
            guard let high = nibble(text[2 * index], allowsUpperCase),
                let low = nibble(text[2 * index + 1], allowsUpperCase)
            else { return nil }
            bytes[index] = high << 4 | low
        }
    }

    /// As a person types it.
    package init?(parsing text: String) {
        let digits = Array(text.utf8)
        self.init(hexadecimal: digits.span, allowsUpperCase: true)
    }

    func append(to line: inout [UInt8]) {
        for index in 0..<32 {
            line.append(digit(bytes[index] >> 4))
            line.append(digit(bytes[index] & 15))
        }
    }
}

extension AuditHash: CustomStringConvertible {
    package var description: String {
        var digits: [UInt8] = []
        append(to: &digits)
        return String(decoding: digits, as: UTF8.self)
    }
}

private func nibble(_ digit: UInt8, _ allowsUpperCase: Bool) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F") where allowsUpperCase: digit - UInt8(ascii: "A") + 10
    default: nil
    }
}

private func digit(_ nibble: UInt8) -> UInt8 {
    nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
}
