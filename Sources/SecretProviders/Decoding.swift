package import ManifestFormat
package import SecretMemory

extension Secret {
    /// The bytes that the text stands for; `nil` where it is malformed.
    ///
    /// Base64 may use the standard or the URL alphabet, with or without padding; hex either case. White space is passed
    /// over in both, since both are often wrapped.
    package func decoded(_ decoding: Manifest.Variable.Decoding) -> Secret? {
        switch decoding {
        case .none: self
        case .base64: withBytes(decodeBase64)
        case .hex: withBytes(decodeHex)
        }
    }
}

private func decodeBase64(_ text: Span<UInt8>) -> Secret? {
    var bytes = SecretBytes(capacity: text.count / 4 * 3 + 3)
    var bits: UInt32 = 0
    var count = 0
    var padding = 0
    for index in text.indices where !text[index].isWhiteSpace {
        if text[index] == UInt8(ascii: "=") {
            padding += 1
            continue
        }
        guard padding == 0, let sextet = sextet(text[index]) else { return nil }
        bits = bits << 6 | UInt32(sextet)
        count += 1
        if count % 4 == 0 {
            bytes.append(UInt8(truncatingIfNeeded: bits >> 16))
            bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
            bytes.append(UInt8(truncatingIfNeeded: bits))
        }
    }
    // RFC 4648 §3.5 and §4: bits that are left over are zero, or the text was cut.
    switch count % 4 {
    case 0:
        guard padding == 0 else { return nil }
    case 2:
        guard bits & 0xF == 0, padding == 0 || padding == 2 else { return nil }
        bytes.append(UInt8(truncatingIfNeeded: bits >> 4))
    case 3:
        guard bits & 0x3 == 0, padding == 0 || padding == 1 else { return nil }
        bytes.append(UInt8(truncatingIfNeeded: bits >> 10))
        bytes.append(UInt8(truncatingIfNeeded: bits >> 2))
    default:
        return nil
    }
    return Secret(bytes)
}

private func sextet(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
    case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
    default: nil
    }
}

private func decodeHex(_ text: Span<UInt8>) -> Secret? {
    var bytes = SecretBytes(capacity: text.count / 2 + 1)
    var high: UInt8?
    for index in text.indices where !text[index].isWhiteSpace {
        guard let digit = text[index].hexValue else { return nil }
        if let first = high {
            bytes.append(first << 4 | digit)
            high = nil
        } else {
            high = digit
        }
    }
    return high == nil ? Secret(bytes) : nil
}
