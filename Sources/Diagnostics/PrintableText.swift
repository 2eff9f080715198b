/// Text that comes from a file, a name, a server or another program, made fit for one line of a terminal.
///
/// Control characters (C0, DEL, C1), bidirectional controls, line and paragraph separators and invisible format
/// characters are written as `\u{HEX}`; what is longer than `limit` characters is cut and ends in `…`.
package func printable(_ text: String, limit: Int = 200) -> String {
    var result = ""
    var count = 0
    for scalar in text.unicodeScalars {
        guard count < limit else { return result + "…" }
        if scalar.isActedUpon {
            result += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
            result.unicodeScalars.append(scalar)
        }
        count += 1
    }
    return result
}

/// The same for bytes; what is no valid UTF-8 shows as U+FFFD.
package func printable(bytes: some Sequence<UInt8>, limit: Int = 200) -> String {
    var text = ""
    var decoder = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var count = 0
    // One scalar beyond the limit is enough for `printable` to see that there is more.
    while count <= limit {
        switch decoder.parseScalar(from: &iterator) {
        case .valid(let units):
            text.unicodeScalars.append(Unicode.UTF8.decode(units))
        case .error:
            text += "\u{FFFD}"
        case .emptyInput:
            return printable(text, limit: limit)
        }
        count += 1
    }
    return printable(text, limit: limit)
}

extension Unicode.Scalar {
    /// Whether terminals act upon it or show nothing for it: controls, line and paragraph separators, formats such as changes
    /// of direction, tags.
    package var isActedUpon: Bool {
        switch value {
        case 0x20..<0x7F: return false
        case 0x00..<0x20, 0x7F...0x9F: return true  // C0, DEL, C1
        case 0x2060...0x206F, 0xE0000...0xE007F: return true  // of these blocks what is not assigned yet, too
        default: break
        }
        switch properties.generalCategory {
        case .format, .lineSeparator, .paragraphSeparator: return true
        default: return false
        }
    }
}
