internal import CSodium
internal import SecretMemory

// The forms in which bytes stand in URLs, headers and JSON: made in locked memory, since what goes in may be secret.

/// Bytes that are no secret as a string; what is no UTF-8 shows as U+FFFD.
func plainText(_ bytes: Span<UInt8>) -> String {
    unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
}

extension Secret {
    /// The text in ordinary memory, which can't be wiped.
    ///
    /// For what is no secret (a path, a region), and, late and briefly, for a library that takes strings alone.
    func plainCopy() -> String {
        withBytes { plainText($0) }
    }

    /// Without white space at both ends: tokens in files have a newline there.
    func trimmed() -> Secret {
        withBytes { bytes in
            var range = 0..<bytes.count
            while let first = range.first, bytes[first].isWhiteSpace {
                range = first + 1..<range.upperBound
            }
            while let last = range.last, bytes[last].isWhiteSpace {
                range = range.lowerBound..<last
            }
            return Secret(SecretBytes(copying: bytes.extracting(range)))
        }
    }

    /// Whether it can stand in a header: visible ASCII and no more.
    var isHeaderText: Bool {
        withBytes { bytes in bytes.indices.allSatisfy { (0x21...0x7E).contains(bytes[$0]) } } && !isEmpty
    }

    func isEqual(to text: String) -> Bool {
        isEqual(to: Secret(copying: text))
    }
}

extension Span<UInt8> {
    func starts(with text: String) -> Bool {
        text.utf8.count <= count && text.utf8.enumerated().allSatisfy { self[$0.offset] == $0.element }
    }
}

extension SecretBytes {
    mutating func append(_ secret: Secret) {
        secret.withBytes { append($0) }
    }

    /// A JSON string with its quotes (RFC 8259 §7). Bytes that are no UTF-8 stay as they are.
    mutating func append(jsonString bytes: Span<UInt8>) {
        append(UInt8(ascii: "\""))
        for index in bytes.indices {
            switch bytes[index] {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                append(UInt8(ascii: "\\"))
                append(bytes[index])
            case 0x00..<0x20:
                append("\\u00")
                append(hexDigits[Int(bytes[index] >> 4)])
                append(hexDigits[Int(bytes[index] & 0xF)])
            default:
                append(bytes[index])
            }
        }
        append(UInt8(ascii: "\""))
    }

    /// Percent-encoding with the unreserved characters of RFC 3986 §2.3 left as they are, and `kept`.
    mutating func append(percentEncoded bytes: Span<UInt8>, keeping kept: String = "") {
        for index in bytes.indices {
            if isUnreserved(bytes[index]) || kept.utf8.contains(bytes[index]) {
                append(bytes[index])
            } else {
                append(UInt8(ascii: "%"))
                append(upperHexDigits[Int(bytes[index] >> 4)])
                append(upperHexDigits[Int(bytes[index] & 0xF)])
            }
        }
    }

    /// Base64 (RFC 4648 §4), or with the URL's alphabet and without padding (§5).
    mutating func append(base64 bytes: Span<UInt8>, forURL: Bool = false) {
        let alphabet = forURL ? base64URLAlphabet : base64Alphabet
        var index = 0
        while index < bytes.count {
            let count = min(3, bytes.count - index)
            var bits = UInt32(bytes[index]) << 16
            if count > 1 { bits |= UInt32(bytes[index + 1]) << 8 }
            if count > 2 { bits |= UInt32(bytes[index + 2]) }
            for position in 0..<4 {
                if position <= count {
                    append(alphabet[Int(bits >> (18 - 6 * UInt32(position)) & 0x3F)])
                } else if !forURL {
                    append(UInt8(ascii: "="))
                }
            }
            index += 3
        }
    }
}

private let hexDigits = Array("0123456789abcdef".utf8)
private let upperHexDigits = Array("0123456789ABCDEF".utf8)
private let base64Alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
private let base64URLAlphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

private func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        true
    default: false
    }
}

/// Percent-encoded text that is no secret: one segment of a path, or with `keeping: "/"` a whole path.
func percentEncoded(_ text: String, keeping kept: String = "") -> String {
    var bytes = SecretBytes(capacity: text.utf8.count * 3)
    var text = text
    text.withUTF8 { bytes.append(percentEncoded: unsafe $0.span, keeping: kept) }
    return bytes.withBytes { plainText($0) }
}

/// `nil` where a `%` is not followed by two hex digits.
func percentDecoded(_ bytes: Span<UInt8>) -> Secret? {
    var decoded = SecretBytes(capacity: bytes.count)
    var index = 0
    while index < bytes.count {
        if bytes[index] == UInt8(ascii: "%") {
            guard index + 2 < bytes.count, let high = bytes[index + 1].hexValue, let low = bytes[index + 2].hexValue
            else { return nil }
            decoded.append(high << 4 | low)
            index += 3
        } else {
            decoded.append(bytes[index])
            index += 1
        }
    }
    return Secret(decoded)
}

/// Lower-case hex of bytes that are no secret, such as a digest.
func hex(_ bytes: some Sequence<UInt8>) -> String {
    var text = ""
    for byte in bytes {
        text.unicodeScalars.append(Unicode.Scalar(hexDigits[Int(byte >> 4)]))
        text.unicodeScalars.append(Unicode.Scalar(hexDigits[Int(byte & 0xF)]))
    }
    return text
}
