/// A regular expression of a script: `^` and `$` stand at lines, and scalars are matched, not characters.
package struct ScriptPattern: @unchecked Sendable {
    // Regex is a value that nothing changes after parsing; the library has not marked it Sendable.
    private let regex: Regex<AnyRegexOutput>

    package init(_ text: String) throws {
        regex = try Regex(text).anchorsMatchLineEndings().matchingSemantics(.unicodeScalar)
    }

    package func matchCount(in text: String) -> Int {
        text.matches(of: regex).count
    }

    /// The index in `bytes` behind the first match.
    package func endOfFirstMatch(in bytes: ArraySlice<UInt8>) -> Int? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let match = text.firstMatch(of: regex) else { return nil }
        // What is no UTF-8 takes more bytes in `text` than in `bytes`, so the sum may lie too far behind.
        let length = text.utf8.distance(from: text.startIndex, to: match.range.upperBound)
        return min(bytes.startIndex + length, bytes.endIndex)
    }
}
