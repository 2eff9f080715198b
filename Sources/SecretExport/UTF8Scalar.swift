/// One Unicode scalar in a row of bytes.
struct UTF8Scalar {
    var value: UInt32
    /// In bytes.
    var length: Int

    /// The scalar that starts at `index`; `nil` where the bytes are no UTF-8 (RFC 3629 §4).
    init?(at index: Int, in bytes: Span<UInt8>) {
        let first = bytes[index]
        let smallest: UInt32
        switch first {
        case 0x00...0x7F: (length, smallest, value) = (1, 0, UInt32(first))
        case 0xC2...0xDF: (length, smallest, value) = (2, 0x80, UInt32(first & 0x1F))
        case 0xE0...0xEF: (length, smallest, value) = (3, 0x800, UInt32(first & 0x0F))
        case 0xF0...0xF4: (length, smallest, value) = (4, 0x10000, UInt32(first & 0x07))
        default: return nil
        }
        guard index + length <= bytes.count else { return nil }
        for offset in 1..<max(length, 1) {
            let byte = bytes[index + offset]
            guard byte & 0xC0 == 0x80 else { return nil }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        guard value >= smallest, value <= 0x10FFFF, !(0xD800...0xDFFF).contains(value) else { return nil }
    }
}

func isUTF8(_ bytes: Span<UInt8>) -> Bool {
    var index = 0
    while index < bytes.count {
        guard let scalar = UTF8Scalar(at: index, in: bytes) else { return false }
        index += scalar.length
    }
    return true
}
