/// Why bytes are no JSON document, and where. It quotes none of them.
package struct JSONError: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        case unexpectedEnd
        case unexpectedByte
        /// A control character inside a string.
        case controlCharacter
        case badEscape
        /// A `\u` escape for half of a surrogate pair.
        case loneSurrogate
        case invalidUTF8
        case badNumber
        /// RFC 8259 §4 leaves open which of two counts; a secret has to be certain.
        case duplicateName
        case tooDeep
        case trailingBytes
    }

    package var reason: Reason
    /// In bytes from the start of the document.
    package var offset: Int

    /// The fact in words, with the byte counted from 1.
    package var message: String {
        let words =
            switch reason {
            case .unexpectedEnd: "it ends early"
            case .unexpectedByte: "unexpected character"
            case .controlCharacter: "control character in a string"
            case .badEscape: "unknown escape in a string"
            case .loneSurrogate: "half of a surrogate pair"
            case .invalidUTF8: "invalid UTF-8"
            case .badNumber: "malformed number"
            case .duplicateName: "a name that the object has already"
            case .tooDeep: "more than \(JSONScanner.depthLimit) levels"
            case .trailingBytes: "something follows the document"
            }
        return "\(words) at byte \(offset + 1)"
    }
}
