internal import SecretMemory

/// The bytes of a string that was found well-formed: `range` covers its quotes.
func jsonText(in bytes: Span<UInt8>, at range: Range<Int>) -> SecretBytes {
    var text = SecretBytes(capacity: range.count)
    var index = range.lowerBound + 1
    while index < range.upperBound - 1 {
        guard bytes[index] == UInt8(ascii: "\\") else {
            text.append(bytes[index])
            index += 1
            continue
        }
        if let byte = simpleEscape(bytes[index + 1]) {
            text.append(byte)
            index += 2
            continue
        }
        var scalar = UInt32(codeUnit(in: bytes, at: index) ?? 0)
        index += 6
        if (0xD800...0xDBFF).contains(scalar), let low = codeUnit(in: bytes, at: index) {
            scalar = 0x10000 + (scalar - 0xD800) << 10 + UInt32(low) - 0xDC00
            index += 6
        }
        text.append(utf8: scalar)
    }
    return text
}

/// A name of an object's member. Names are no secrets.
func jsonName(in bytes: Span<UInt8>, at range: Range<Int>) -> String {
    jsonText(in: bytes, at: range).withBytes { text in
        unsafe text.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
}

/// What a backslash and `byte` stand for, `\u` apart.
func simpleEscape(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: nil
    }
}

/// The UTF-16 code unit of the escape `\uXXXX` that starts at `start`.
func codeUnit(in bytes: Span<UInt8>, at start: Int) -> UInt16? {
    guard start + 6 <= bytes.count, bytes[start] == UInt8(ascii: "\\"), bytes[start + 1] == UInt8(ascii: "u") else {
        return nil
    }
    var unit: UInt16 = 0
    for index in (start + 2)..<(start + 6) {
        guard let digit = bytes[index].hexValue else { return nil }
        unit = unit << 4 | UInt16(digit)
    }
    return unit
}

extension SecretBytes {
    fileprivate mutating func append(utf8 scalar: UInt32) {
        switch scalar {
        case 0..<0x80:
            append(UInt8(scalar))
        case 0x80..<0x800:
            append(0xC0 | UInt8(scalar >> 6))
            append(0x80 | UInt8(scalar & 0x3F))
        case 0x800..<0x10000:
            append(0xE0 | UInt8(scalar >> 12))
            append(0x80 | UInt8(scalar >> 6 & 0x3F))
            append(0x80 | UInt8(scalar & 0x3F))
        default:
            append(0xF0 | UInt8(scalar >> 18))
            append(0x80 | UInt8(scalar >> 12 & 0x3F))
            append(0x80 | UInt8(scalar >> 6 & 0x3F))
            append(0x80 | UInt8(scalar & 0x3F))
        }
    }
}
