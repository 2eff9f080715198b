internal import Diagnostics

extension [UInt8] {
    mutating func append(_ text: String) {
        append(contentsOf: text.utf8)
    }

    /// A JSON string, or `null`, of text fit for one line: control characters escaped, cut at 200 characters.
    mutating func appendJSON(_ text: String?) {
        guard let text else {
            append("null")
            return
        }
        append(UInt8(ascii: "\""))
        // Names, paths and references are nearly always plain.
        if text.utf8.count <= 200, text.utf8.allSatisfy(isPlain) {
            append(contentsOf: text.utf8)
        } else {
            for byte in printable(text).utf8 {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { append(UInt8(ascii: "\\")) }
                append(byte)
            }
        }
        append(UInt8(ascii: "\""))
    }
}

/// Whether a byte stands for itself in JSON and on a terminal.
private func isPlain(_ byte: UInt8) -> Bool {
    (0x20...0x7E).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
}
