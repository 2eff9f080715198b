/// The text form of an age file: PEM with its own label, in the strict form of RFC 7468 §3 alone.
package enum AgeArmor {
    private static let columns = 64
    package static let start = "-----BEGIN AGE ENCRYPTED FILE-----"
    private static let end = "-----END AGE ENCRYPTED FILE-----"

    /// Lines of 64 characters, each with its LF.
    package static func encode(_ file: [UInt8]) -> String {
        let digits = Array(Base64.encode(file).utf8)
        var text = start + "\n"
        for lineStart in stride(from: 0, to: digits.count, by: columns) {
            text += String(decoding: digits[lineStart..<min(lineStart + columns, digits.count)], as: UTF8.self) + "\n"
        }
        return text + end + "\n"
    }

    /// The file inside. Lines end in LF or CRLF; white space may stand before and behind, and nothing else.
    package static func decode(_ text: Span<UInt8>) throws(AgeError) -> [UInt8] {
        guard var lines = lines(of: text.extracting(trimmedRange(of: text))), lines.count >= 3,
            lines.removeFirst() == start,
            lines.removeLast() == end
        else { throw .malformedArmor }
        guard let last = lines.last, !last.isEmpty, last.utf8.count <= columns,
            lines.dropLast().allSatisfy({ $0.utf8.count == columns }),
            let file = Base64.decode(lines.joined())
        else { throw .malformedArmor }
        return file
    }

    package static func decode(_ text: String) throws(AgeError) -> [UInt8] {
        try decode(Array(text.utf8).span)
    }

    private static func trimmedRange(of text: Span<UInt8>) -> Range<Int> {
        let blanks: [UInt8] = [0x20, 0x09, 0x0A, 0x0D]
        var start = 0
        var end = text.count
        while start < end, blanks.contains(text[start]) { start += 1 }
        while end > start, blanks.contains(text[end - 1]) { end -= 1 }
        return start..<end
    }

    /// `nil` where a CR stands alone.
    private static func lines(of text: Span<UInt8>) -> [String]? {
        let whole = unsafe text.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
        var lines: [String] = []
        for line in whole.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            let content = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            guard !content.contains(UInt8(ascii: "\r")) else { return nil }
            lines.append(String(Substring(content)))
        }
        return lines
    }
}
