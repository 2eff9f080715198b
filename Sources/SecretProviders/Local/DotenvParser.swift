package import SecretMemory

/// Reads a dotenv file in the grammar of docs/references.md.
///
/// Readers of such files disagree in many corners; where a file means different values to them this one refuses it
/// rather than guess at a secret. Nothing is expanded. Of two entries with one name the last counts, as for docker and
/// python-dotenv; it stands at the place of the first.
package func parseDotenv(_ bytes: Span<UInt8>) throws(DotenvError) -> [(name: String, value: Secret)] {
    var parser = try DotenvParser(bytes)
    var fields: [(name: String, value: Secret)] = []
    var places: [String: Int] = [:]
    while let field = try parser.next(in: bytes) {
        if let place = places[field.name] {
            fields[place] = field
        } else {
            places[field.name] = fields.count
            fields.append(field)
        }
    }
    return fields
}

private struct DotenvParser {
    private var position = 0
    private var line = 1
    /// Where the line starts, for columns.
    private var lineStart = 0

    init(_ bytes: Span<UInt8>) throws(DotenvError) {
        guard bytes.count >= 2 else { return }
        if (bytes[0], bytes[1]) == (0xFF, 0xFE) || (bytes[0], bytes[1]) == (0xFE, 0xFF) {
            throw DotenvError(reason: .utf16, line: 1, column: 1)
        }
        if bytes.count >= 3, (bytes[0], bytes[1], bytes[2]) == (0xEF, 0xBB, 0xBF) {
            position = 3
            lineStart = 3
        }
    }

    /// The next entry, or `nil` at the end.
    mutating func next(in bytes: Span<UInt8>) throws(DotenvError) -> (name: String, value: Secret)? {
        while true {
            skipBlanks(in: bytes)
            guard position < bytes.count else { return nil }
            if bytes[position] == UInt8(ascii: "#") {
                try skipComment(in: bytes)
            }
            guard try skipsLineEnd(in: bytes) else { break }
        }
        guard position < bytes.count else { return nil }
        skipExport(in: bytes)
        let name = try name(in: bytes)
        skipBlanks(in: bytes)
        guard position < bytes.count, bytes[position] == UInt8(ascii: "=") else {
            throw failure(.noEquals, in: bytes)
        }
        position += 1
        return (name, Secret(try value(in: bytes)))
    }

    // MARK: - Names

    /// Passes over `export` where blanks and a name follow; `export=1` is a variable of that name.
    private mutating func skipExport(in bytes: Span<UInt8>) {
        let word: StaticString = "export"
        let end = position + word.utf8CodeUnitCount
        guard end < bytes.count, isBlank(bytes[end]) else { return }
        for index in position..<end where unsafe bytes[index] != word.utf8Start[index - position] {
            return
        }
        let start = position
        position = end
        skipBlanks(in: bytes)
        if position < bytes.count, bytes[position] == UInt8(ascii: "=") {
            position = start
        }
    }

    private mutating func name(in bytes: Span<UInt8>) throws(DotenvError) -> String {
        var name = ""
        while position < bytes.count, isNameByte(bytes[position], isFirst: name.isEmpty) {
            name.unicodeScalars.append(Unicode.Scalar(bytes[position]))
            position += 1
        }
        guard !name.isEmpty else { throw failure(.badName, in: bytes) }
        return name
    }

    private func isNameByte(_ byte: UInt8, isFirst: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"): !isFirst
        default: false
        }
    }

    // MARK: - Values

    private mutating func value(in bytes: Span<UInt8>) throws(DotenvError) -> SecretBytes {
        let afterEquals = position
        skipBlanks(in: bytes)
        guard position < bytes.count else { return SecretBytes(capacity: 1) }
        switch bytes[position] {
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            let value = try quotedValue(in: bytes)
            try finishLine(in: bytes)
            return value
        case UInt8(ascii: "`"):
            throw failure(.backquote, in: bytes)
        case UInt8(ascii: "#") where position > afterEquals:
            try finishLine(in: bytes)
            return SecretBytes(capacity: 1)
        default:
            return try plainValue(in: bytes)
        }
    }

    /// Up to the end of the line or a `#` behind a blank, without the blanks before either.
    private mutating func plainValue(in bytes: Span<UInt8>) throws(DotenvError) -> SecretBytes {
        let start = position
        var end = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n") {
            switch bytes[position] {
            case UInt8(ascii: "#") where position > start && isBlank(bytes[position - 1]):
                try finishLine(in: bytes)
                return SecretBytes(copying: bytes.extracting(start..<end))
            case UInt8(ascii: "\r"):
                _ = try skipsLineEnd(in: bytes)
                return SecretBytes(copying: bytes.extracting(start..<end))
            case 0:
                throw failure(.nul, in: bytes)
            case let byte:
                position += 1
                if !isBlank(byte) {
                    end = position
                }
            }
        }
        try finishLine(in: bytes)
        return SecretBytes(copying: bytes.extracting(start..<end))
    }

    /// To the closing quote, over lines too; a CRLF inside counts as LF.
    private mutating func quotedValue(in bytes: Span<UInt8>) throws(DotenvError) -> SecretBytes {
        let opening = (position: position, line: line, lineStart: lineStart)
        let quote = bytes[position]
        var value = SecretBytes()
        position += 1
        while position < bytes.count {
            switch bytes[position] {
            case quote:
                position += 1
                return value
            case UInt8(ascii: "\\") where quote == UInt8(ascii: "\""):
                value.append(try escape(in: bytes))
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                _ = try skipsLineEnd(in: bytes)
                value.append(UInt8(ascii: "\n"))
            case 0:
                throw failure(.nul, in: bytes)
            case let byte:
                value.append(byte)
                position += 1
            }
        }
        (position, line, lineStart) = opening
        throw failure(.unclosedQuote, in: bytes)
    }

    private mutating func escape(in bytes: Span<UInt8>) throws(DotenvError) -> UInt8 {
        guard position + 1 < bytes.count else { throw failure(.badEscape, in: bytes) }
        let byte: UInt8
        switch bytes[position + 1] {
        case UInt8(ascii: "n"): byte = UInt8(ascii: "\n")
        case UInt8(ascii: "r"): byte = UInt8(ascii: "\r")
        case UInt8(ascii: "t"): byte = UInt8(ascii: "\t")
        case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "$"): byte = bytes[position + 1]
        default: throw failure(.badEscape, in: bytes)
        }
        position += 2
        return byte
    }

    // MARK: - Lines

    /// Passes over blanks, a comment behind one of them, and the end of the line.
    private mutating func finishLine(in bytes: Span<UInt8>) throws(DotenvError) {
        skipBlanks(in: bytes)
        if position < bytes.count, bytes[position] == UInt8(ascii: "#"), isBlank(bytes[position - 1]) {
            try skipComment(in: bytes)
        }
        guard position < bytes.count else { return }
        guard try skipsLineEnd(in: bytes) else { throw failure(.textAfterQuote, in: bytes) }
    }

    private mutating func skipComment(in bytes: Span<UInt8>) throws(DotenvError) {
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n") {
            guard bytes[position] != 0 else { throw failure(.nul, in: bytes) }
            position += 1
        }
    }

    /// Whether a line ends here, LF or CRLF; then it is passed over.
    private mutating func skipsLineEnd(in bytes: Span<UInt8>) throws(DotenvError) -> Bool {
        guard position < bytes.count else { return false }
        if bytes[position] == UInt8(ascii: "\r") {
            guard position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "\n") else {
                throw failure(.loneCarriageReturn, in: bytes)
            }
            position += 1
        }
        guard bytes[position] == UInt8(ascii: "\n") else { return false }
        position += 1
        line += 1
        lineStart = position
        return true
    }

    private mutating func skipBlanks(in bytes: Span<UInt8>) {
        while position < bytes.count, isBlank(bytes[position]) {
            position += 1
        }
    }

    private func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    private func failure(_ reason: DotenvError.Reason, in bytes: Span<UInt8>) -> DotenvError {
        var column = 1
        // Bytes that continue a scalar do not count.
        for index in lineStart..<min(position, bytes.count) where bytes[index] & 0xC0 != 0x80 {
            column += 1
        }
        return DotenvError(reason: reason, line: line, column: column)
    }
}
