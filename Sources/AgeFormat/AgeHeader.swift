internal import CSodium
internal import SecretMemory

/// The text in front of an age file: a stanza per recipient, and a code that only who has the file key could have made.
///
/// age v1, "Header". There is one text for one header: what is parsed and written again is the same bytes.
package struct AgeHeader: Hashable, Sendable {
    package var stanzas: [AgeStanza]
    /// HMAC-SHA-256 over all that stands before it, `---` included.
    package var code: [UInt8]

    static let columns = 64
    static let version = "age-encryption.org/v1\n"
    /// More than people share a file with; it bounds the work that a file can ask for.
    package static let stanzaLimit = 256
    static let fileKeyCount = 16

    init(stanzas: [AgeStanza], fileKey: borrowing SecretBytes) {
        self.stanzas = stanzas
        code = []
        code = makeCode(fileKey).withBytes { bytes in bytes.indices.map { bytes[$0] } }
    }

    /// Reads a header from the start of an age file.
    ///
    /// - Returns: the header and how many bytes it takes.
    package static func parse(_ file: Span<UInt8>) throws(AgeError) -> (header: AgeHeader, byteCount: Int) {
        var position = 0
        guard LineReader.line(of: file, at: &position) == "age-encryption.org/v1" else {
            throw .malformedHeader(.version)
        }
        var stanzas: [AgeStanza] = []
        while true {
            guard let line = LineReader.line(of: file, at: &position) else { throw .malformedHeader(.end) }
            if line.hasPrefix("---") {
                guard line.hasPrefix("--- "), let code = Base64.decode(String(line.dropFirst(4)), padding: .none),
                    code.count == Int(crypto_auth_hmacsha256_BYTES)
                else { throw .malformedHeader(.end) }
                guard !stanzas.isEmpty else { throw .malformedHeader(.noStanza) }
                return (AgeHeader(stanzas: stanzas, code: code), position)
            }
            guard stanzas.count < stanzaLimit else { throw .malformedHeader(.tooManyStanzas(limit: stanzaLimit)) }
            stanzas.append(
                AgeStanza(arguments: try arguments(of: line), body: try LineReader.body(of: file, at: &position))
            )
        }
    }

    private init(stanzas: [AgeStanza], code: [UInt8]) {
        self.stanzas = stanzas
        self.code = code
    }

    private static func arguments(of line: String) throws(AgeError) -> [String] {
        guard line.hasPrefix("-> ") else { throw .malformedHeader(.stanza) }
        let arguments = line.dropFirst(3).split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard arguments.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x21...0x7E).contains($0) } }) else {
            throw .malformedHeader(.stanza)
        }
        return arguments
    }

    package var text: String {
        textBeforeCode + " " + Base64.encode(code, padding: .none) + "\n"
    }

    private var textBeforeCode: String {
        Self.version + stanzas.map(\.text).joined() + "---"
    }

    /// Whether the code is the one of this file key.
    func isAuthentic(under fileKey: borrowing SecretBytes) -> Bool {
        let expected = makeCode(fileKey)
        return unsafe expected.withUnsafePointer { unsafe sodium_memcmp($0, code, code.count) == 0 }
    }

    private func makeCode(_ fileKey: borrowing SecretBytes) -> SecretBytes {
        var hmac = HMACSHA256(key: hkdf(fileKey, salt: [], info: "header"))
        hmac.update(Array(textBeforeCode.utf8).span)
        return hmac.finish()
    }
}

/// Lines that end in LF; a header has no others.
private enum LineReader {
    /// The text up to the LF at `position`, and goes behind it; `nil` where no LF follows.
    static func line(of file: Span<UInt8>, at position: inout Int) -> String? {
        var end = position
        while end < file.count, file[end] != UInt8(ascii: "\n") { end += 1 }
        guard end < file.count else { return nil }
        defer { position = end + 1 }
        return unsafe file.extracting(position..<end).withUnsafeBufferPointer {
            unsafe String(decoding: $0, as: UTF8.self)
        }
    }

    /// The body of a stanza: full lines, then one that is shorter, if need be empty.
    static func body(of file: Span<UInt8>, at position: inout Int) throws(AgeError) -> [UInt8] {
        var digits = ""
        while true {
            guard let line = line(of: file, at: &position) else { throw .malformedHeader(.body) }
            guard line.utf8.count <= AgeHeader.columns else { throw .malformedHeader(.body) }
            digits += line
            guard line.utf8.count == AgeHeader.columns else { break }
        }
        guard let body = Base64.decode(digits, padding: .none) else { throw .malformedHeader(.body) }
        return body
    }
}
