/// What stands behind a `=`.
extension TOMLParser {
    mutating func value() throws(TOMLError) -> TOMLNode {
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

    mutating func text() throws(TOMLError) -> String {
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
