internal import SecretMemory

/// A value as its reader wants it written; the checks of `SecretExporter` come first.
extension SecretBytes {
    /// `'…'`, in which a shell takes every byte as it is, a quote written as `'\''` (POSIX XCU 2.2.2).
    mutating func appendShell(_ value: Span<UInt8>) {
        append("'")
        for index in 0..<value.count {
            if value[index] == UInt8(ascii: "'") { append("'\\''") } else { append(value[index]) }
        }
        append("'")
    }

    /// `'…'` where all readers agree on what is inside, else `"…"` with the escapes that they share.
    ///
    /// In single quotes python-dotenv takes `\\` and `\'` for escapes and others do not; and a carriage return does not
    /// survive a file that is read as text, so that it is only ever written as `\r`. python-dotenv takes a backslash
    /// before the closing quote for that quote's escape, an escaped one too, so that a value that ends in one goes
    /// without quotes.
    mutating func appendDotenv(_ value: Span<UInt8>) {
        if value.count > 0, value[value.count - 1] == UInt8(ascii: "\\") {
            append(value)
            return
        }
        guard needsDoubleQuotes(value) else {
            append("'")
            append(value)
            append("'")
            return
        }
        append("\"")
        for index in 0..<value.count {
            switch value[index] {
            case UInt8(ascii: "\\"): append("\\\\")
            case UInt8(ascii: "\""): append("\\\"")
            case UInt8(ascii: "\r"): append("\\r")
            case let byte: append(byte)
            }
        }
        append("\"")
    }

    private func needsDoubleQuotes(_ value: Span<UInt8>) -> Bool {
        for index in 0..<value.count {
            switch value[index] {
            case UInt8(ascii: "'"), UInt8(ascii: "\r"): return true
            case UInt8(ascii: "\\"):
                if index + 1 < value.count, value[index + 1] == UInt8(ascii: "\\") { return true }
            default: break
            }
        }
        return false
    }

    /// `"…"`, in which systemd undoes a backslash before `"`, `\`, `` ` `` and `$` (systemd.exec(5), `SHELL_NEED_ESCAPE`).
    mutating func appendSystemd(_ value: Span<UInt8>) {
        append("\"")
        for index in 0..<value.count {
            switch value[index] {
            case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: "$"): append("\\")
            default: break
            }
            append(value[index])
        }
        append("\"")
    }

    /// `NAME<<DELIMITER`, the value's lines, the delimiter, which no value can hold by chance or by intent.
    mutating func appendHeredoc(_ name: String, _ value: Span<UInt8>) {
        var generator = SystemRandomNumberGenerator()
        let random = (0..<2).map { _ in String(generator.next() as UInt64, radix: 36) }.joined()
        append("\(name)<<withsecrets_\(random)\n")
        append(value)
        append("\nwithsecrets_\(random)")
    }

    /// A JSON string (RFC 8259 §7), ASCII controls escaped, and the two separators that JavaScript once took for line ends.
    mutating func appendJSON(_ value: Span<UInt8>) {
        append("\"")
        var index = 0
        while index < value.count {
            guard let scalar = UTF8Scalar(at: index, in: value) else { break }
            switch scalar.value {
            case 0x22, 0x5C:
                append("\\")
                append(value[index])
            case 0x08: append("\\b")
            case 0x09: append("\\t")
            case 0x0A: append("\\n")
            case 0x0C: append("\\f")
            case 0x0D: append("\\r")
            case 0x00...0x1F, 0x7F, 0x2028, 0x2029: appendEscape("\\u", scalar.value, digits: 4)
            default: append(value.extracting(index..<index + scalar.length))
            }
            index += scalar.length
        }
        append("\"")
    }

    /// A double-quoted scalar (YAML 1.2 §7.3.1, and 1.1), or `!!binary` for what is no UTF-8.
    mutating func appendYAML(_ value: Span<UInt8>) {
        guard isUTF8(value) else {
            append("!!binary \"")
            appendBase64(value)
            append("\"")
            return
        }
        append("\"")
        var index = 0
        while index < value.count {
            guard let scalar = UTF8Scalar(at: index, in: value) else { break }
            switch scalar.value {
            case 0x22, 0x5C:
                append("\\")
                append(value[index])
            case 0x09: append("\\t")
            case 0x0A: append("\\n")
            case 0x0D: append("\\r")
            case 0x00...0x1F, 0x7F...0x9F: appendEscape("\\x", scalar.value, digits: 2)
            // Separators, the byte order mark and what is no character at all.
            case 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: appendEscape("\\u", scalar.value, digits: 4)
            default: append(value.extracting(index..<index + scalar.length))
            }
            index += scalar.length
        }
        append("\"")
    }

    private mutating func appendEscape(_ prefix: String, _ value: UInt32, digits: Int) {
        append(prefix)
        for digit in (0..<digits).reversed() {
            append(Array("0123456789abcdef".utf8)[Int(value >> (4 * UInt32(digit)) & 15)])
        }
    }
}
