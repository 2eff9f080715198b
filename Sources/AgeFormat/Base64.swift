package import SecretMemory

/// Base64 in its canonical form alone (RFC 4648 §3.5, §4): one text for one sequence of bytes.
///
/// Refused are other alphabets, white space, missing or superfluous padding, and spare bits that are not zero.
package enum Base64 {
    package enum Padding: Sendable {
        case required, none
    }

    package static func encode(_ bytes: Span<UInt8>, padding: Padding = .required) -> String {
        let length = encodedCount(of: bytes.count, padding: padding)
        return unsafe String(unsafeUninitializedCapacity: length) { target in
            var written = 0
            var index = 0
            while index < bytes.count {
                let rest = min(3, bytes.count - index)
                var group = UInt32(bytes[index]) << 16
                if rest > 1 { group |= UInt32(bytes[index + 1]) << 8 }
                if rest > 2 { group |= UInt32(bytes[index + 2]) }
                for position in 0..<4 where position <= rest {
                    unsafe target[written] = alphabet[Int(group >> (18 - 6 * UInt32(position)) & 63)]
                    written += 1
                }
                index += rest
            }
            while written < length {
                unsafe target[written] = UInt8(ascii: "=")
                written += 1
            }
            return written
        }
    }

    package static func encode(_ bytes: [UInt8], padding: Padding = .required) -> String {
        encode(bytes.span, padding: padding)
    }

    /// The bytes that are no secret; `nil` where the text is not canonical.
    package static func decode(_ text: Span<UInt8>, padding: Padding = .required) -> [UInt8]? {
        guard let count = decodedCount(of: text, padding: padding) else { return nil }
        var isCanonical = true
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { target, written in
            isCanonical = unsafe decode(text, count: count, into: UnsafeMutableRawBufferPointer(target))
            written = isCanonical ? count : 0
        }
        return isCanonical ? bytes : nil
    }

    package static func decode(_ text: String, padding: Padding = .required) -> [UInt8]? {
        var text = text
        return text.withUTF8 { decode(unsafe $0.span, padding: padding) }
    }

    /// The same into locked memory.
    package static func decodeSecret(_ text: Span<UInt8>, padding: Padding = .required) -> SecretBytes? {
        guard let count = decodedCount(of: text, padding: padding) else { return nil }
        var bytes = SecretBytes(zeros: count)
        let isCanonical = unsafe bytes.withUnsafeMutableBytes { target in
            unsafe decode(text, count: count, into: target)
        }
        guard isCanonical else { return nil }
        return bytes
    }

    private static func encodedCount(of count: Int, padding: Padding) -> Int {
        switch padding {
        case .required: (count + 2) / 3 * 4
        case .none: (count * 4 + 2) / 3
        }
    }

    private static func decodedCount(of text: Span<UInt8>, padding: Padding) -> Int? {
        var digits = text.count
        if padding == .required {
            guard digits % 4 == 0 else { return nil }
            for _ in 0..<2 where digits > 0 && text[digits - 1] == UInt8(ascii: "=") { digits -= 1 }
        }
        return digits % 4 == 1 ? nil : digits * 3 / 4
    }

    /// - Parameter count: what `decodedCount` said, which is the size of `target` too.
    private static func decode(_ text: Span<UInt8>, count: Int, into target: UnsafeMutableRawBufferPointer) -> Bool {
        let digitCount = (count * 4 + 2) / 3
        var invalid: UInt8 = 0
        var written = 0
        var index = 0
        while index < digitCount {
            let rest = min(4, digitCount - index)
            var group: UInt32 = 0
            for position in 0..<rest {
                let value = values[Int(text[index + position])]
                invalid |= value
                group |= UInt32(value & 63) << (18 - 6 * UInt32(position))
            }
            for position in 0..<(rest - 1) {
                unsafe target[written] = UInt8(truncatingIfNeeded: group >> (16 - 8 * UInt32(position)))
                written += 1
            }
            if rest < 4, group & (rest == 2 ? 0xFFFF : 0xFF) != 0 { return false }
            index += rest
        }
        return invalid & 0x80 == 0
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// 0x80 marks what is no digit.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0x80, count: 256)
        for (value, digit) in alphabet.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()
}
