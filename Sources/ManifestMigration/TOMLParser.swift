internal import Diagnostics

/// Reads TOML 1.0 (toml.io/en/v1.0.0) as far as configuration of other secret tools goes: all of its syntax, but numbers and
/// dates are taken as they are written. Line breaks inside `{…}` are allowed, as in TOML 1.1.
///
/// Why our own: the libraries there are wrap a C++ parser or bring Foundation, for three hundred lines of which a tool that
/// imports a file once needs half, and none of them tells a value's place.
package enum TOMLDocument {
    package static func parse(_ bytes: Span<UInt8>, named file: String) throws(TOMLError) -> TOMLNode {
        var parser = try TOMLParser(bytes, file: file)
        return try parser.document()
    }
}

private struct TOMLParser {
    private let scalars: [Unicode.Scalar]
    private let file: String
    private var position = 0
    private var line = 1
    private var lineStart = 0
    private var depth = 0

    private static let depthLimit = 32

    init(_ bytes: Span<UInt8>, file: String) throws(TOMLError) {
        self.file = file
        let text = unsafe bytes.withUnsafeBufferPointer { unsafe String(validating: $0, as: UTF8.self) }
        guard let text else {
            throw TOMLError(reason: .notUTF8, location: Diagnostic.Location(file: file, line: 1, column: 1))
        }
        // CRLF counts as LF everywhere.
        scalars = Array(text.unicodeScalars.drop { $0 == "\u{FEFF}" }).filter { $0 != "\r" }
    }

    private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private var location: Diagnostic.Location {
        Diagnostic.Location(file: file, line: line, column: position - lineStart + 1)
    }

    private func failure(_ reason: TOMLError.Reason) -> TOMLError {
        TOMLError(reason: reason, location: location)
    }

    private mutating func advance() {
        if next == "\n" {
            line += 1
            lineStart = position + 1
        }
        position += 1
    }

    private mutating func takes(_ text: String) -> Bool {
        let wanted = Array(text.unicodeScalars)
        guard position + wanted.count <= scalars.count, Array(scalars[position..<position + wanted.count]) == wanted
        else { return false }
        for _ in wanted { advance() }
        return true
    }

    private mutating func skipBlanks() {
        while next == " " || next == "\t" { advance() }
    }

    /// Blanks, line ends and comments.
    private mutating func skipSpace() {
        while let scalar = next {
            switch scalar {
            case " ", "\t", "\n": advance()
            case "#": while let scalar = next, scalar != "\n" { advance() }
            default: return
            }
        }
    }

    private mutating func finishLine() throws(TOMLError) {
        skipBlanks()
        if next == "#" { while let scalar = next, scalar != "\n" { advance() } }
        guard next == nil || next == "\n" else { throw failure(.textAfterValue) }
    }

    // MARK: - Tables

    mutating func document() throws(TOMLError) -> TOMLNode {
        var root = TOMLNode(content: .table([]), location: location)
        var path: [(key: String, location: Diagnostic.Location)] = []
        while true {
            skipSpace()
            guard next != nil else { return root }
            if takes("[[") {
                path = try header(end: "]]")
                try insert(nil, at: path, into: &root, isElement: true)
            } else if takes("[") {
                path = try header(end: "]")
                try insert(nil, at: path, into: &root, isElement: false)
            } else {
                let keys = try keys()
                guard takes("=") else { throw failure(.noEquals) }
                skipBlanks()
                try insert(try value(), at: path + keys, into: &root, isElement: false)
            }
            try finishLine()
        }
    }

    private mutating func header(end: String) throws(TOMLError) -> [(key: String, location: Diagnostic.Location)] {
        skipBlanks()
        let path = try keys()
        guard takes(end) else { throw failure(.unclosedTable) }
        return path
    }

    /// Puts a value, or for `nil` an empty table, at the end of a path, and makes the tables on the way.
    private func insert(
        _ value: TOMLNode?,
        at path: [(key: String, location: Diagnostic.Location)],
        into table: inout TOMLNode,
        isElement: Bool
    ) throws(TOMLError) {
        guard let first = path.first else { return }
        let repeated = TOMLError(reason: .repeatedKey, location: first.location)
        guard path.count <= Self.depthLimit else {
            throw TOMLError(reason: .tooDeep, location: first.location)
        }
        // A path through an array of tables leads into its last one.
        if case .array(var elements) = table.content, !table.isClosed, !elements.isEmpty {
            try insert(value, at: path, into: &elements[elements.count - 1], isElement: isElement)
            table.content = .array(elements)
            return
        }
        guard case .table(var entries) = table.content, !table.isClosed else { throw repeated }
        let index = entries.firstIndex { $0.key == first.key }
        if path.count > 1 {
            var inner = index.map { entries[$0].value } ?? TOMLNode(content: .table([]), location: first.location)
            try insert(value, at: Array(path.dropFirst()), into: &inner, isElement: isElement)
            if let index { entries[index].value = inner } else { entries.append(.init(key: first.key, value: inner)) }
        } else if let value {
            guard index == nil else { throw repeated }
            entries.append(.init(key: first.key, value: value))
        } else if isElement {
            let element = TOMLNode(content: .table([]), location: first.location)
            if let index {
                guard case .array(let elements) = entries[index].value.content, !entries[index].value.isClosed else {
                    throw repeated
                }
                entries[index].value.content = .array(elements + [element])
            } else {
                entries.append(
                    .init(key: first.key, value: TOMLNode(content: .array([element]), location: first.location))
                )
            }
        } else if let index {
            guard case .table = entries[index].value.content, !entries[index].value.isClosed else { throw repeated }
        } else {
            entries.append(.init(key: first.key, value: TOMLNode(content: .table([]), location: first.location)))
        }
        table.content = .table(entries)
    }

    /// A key, dotted or not, up to what follows its blanks.
    private mutating func keys() throws(TOMLError) -> [(key: String, location: Diagnostic.Location)] {
        var keys: [(key: String, location: Diagnostic.Location)] = []
        repeat {
            skipBlanks()
            let start = location
            keys.append((try key(), start))
            skipBlanks()
        } while takes(".")
        return keys
    }

    private mutating func key() throws(TOMLError) -> String {
        if next == "\"" || next == "'" { return try text() }
        var key = ""
        while let scalar = next, scalar.isASCII,
            scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "_" || scalar == "-"
        {
            key.unicodeScalars.append(scalar)
            advance()
        }
        guard !key.isEmpty else { throw failure(.noKey) }
        return key
    }

    // MARK: - Values

    private mutating func value() throws(TOMLError) -> TOMLNode {
        let start = location
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw failure(.tooDeep) }
        switch next {
        case "\"", "'": return TOMLNode(content: .text(try text()), location: start)
        case "[": return TOMLNode(content: .array(try list()), location: start, isClosed: true)
        case "{": return try inlineTable()
        default: break
        }
        var word = ""
        while let scalar = next, !"\n,]}#".unicodeScalars.contains(scalar) {
            word.unicodeScalars.append(scalar)
            advance()
        }
        while word.last == " " || word.last == "\t" { word.removeLast() }
        switch word {
        case "": throw TOMLError(reason: .noValue, location: start)
        case "true": return TOMLNode(content: .flag(true), location: start)
        case "false": return TOMLNode(content: .flag(false), location: start)
        default:
            // Numbers, dates, `inf` and `nan`: a word of anything else is text that lacks its quotes.
            let isOther = word.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII
                    && (scalar.properties.numericType != nil
                        || "+-.:_TZtz eExoabcdfABCDFin".unicodeScalars.contains(scalar))
            }
            guard isOther, word.contains(where: \.isNumber) || ["inf", "nan"].contains(word.suffix(3)) else {
                throw TOMLError(reason: .noValue, location: start)
            }
            return TOMLNode(content: .other(word), location: start)
        }
    }

    private mutating func list() throws(TOMLError) -> [TOMLNode] {
        let unclosed = failure(.unclosedList)
        advance()
        var elements: [TOMLNode] = []
        while true {
            skipSpace()
            if takes("]") { return elements }
            guard next != nil else { throw unclosed }
            elements.append(try value())
            skipSpace()
            if takes("]") { return elements }
            guard takes(",") else { throw unclosed }
        }
    }

    private mutating func inlineTable() throws(TOMLError) -> TOMLNode {
        let unclosed = failure(.unclosedTable)
        var table = TOMLNode(content: .table([]), location: location)
        advance()
        while true {
            skipSpace()
            if takes("}") { break }
            guard next != nil else { throw unclosed }
            let keys = try keys()
            guard takes("=") else { throw failure(.noEquals) }
            skipSpace()
            try insert(try value(), at: keys, into: &table, isElement: false)
            skipSpace()
            if takes("}") { break }
            guard takes(",") else { throw unclosed }
        }
        table.isClosed = true
        return table
    }

    // MARK: - Text

    private mutating func text() throws(TOMLError) -> String {
        let unclosed = failure(.unclosedText)
        let quote = next == "'" ? "'" : "\""
        let isLong = takes(quote + quote + quote)
        if isLong {
            _ = takes("\n")
        } else {
            advance()
        }
        let end = isLong ? quote + quote + quote : quote
        var text = ""
        while let scalar = next {
            if takes(end) {
                // Up to two quotes may stand before the closing three.
                while isLong, takes(quote) { text += quote }
                return text
            }
            switch scalar {
            case "\n" where !isLong: throw unclosed
            case "\\" where quote == "\"": try appendEscape(to: &text, isLong: isLong)
            case "\n", "\t":
                text.unicodeScalars.append(scalar)
                advance()
            case "\u{0}"..."\u{1F}", "\u{7F}": throw failure(.controlCharacter)
            default:
                text.unicodeScalars.append(scalar)
                advance()
            }
        }
        throw unclosed
    }

    private mutating func appendEscape(to text: inout String, isLong: Bool) throws(TOMLError) {
        let bad = failure(.badEscape)
        advance()
        guard let escaped = next else { throw bad }
        let simple: [Unicode.Scalar: Unicode.Scalar] = [
            "b": "\u{08}", "t": "\t", "n": "\n", "f": "\u{0C}", "r": "\r", "e": "\u{1B}", "\"": "\"", "\\": "\\",
        ]
        if let plain = simple[escaped] {
            text.unicodeScalars.append(plain)
            advance()
        } else if escaped == "u" || escaped == "U" {
            advance()
            var value: UInt32 = 0
            for _ in 0..<(escaped == "u" ? 4 : 8) {
                guard let digit = next.flatMap({ Character($0).hexDigitValue }) else { throw bad }
                value = value << 4 | UInt32(digit)
                advance()
            }
            // A NUL has no place in a manifest.
            guard let scalar = Unicode.Scalar(value), value != 0 else { throw bad }
            text.unicodeScalars.append(scalar)
        } else if isLong, escaped == "\n" || escaped == " " || escaped == "\t" {
            // A backslash at a line's end joins it with the next text.
            skipBlanks()
            guard next == "\n" else { throw bad }
            while let scalar = next, scalar == " " || scalar == "\t" || scalar == "\n" { advance() }
        } else {
            throw bad
        }
    }
}
