/// One command of a script: `[condition] ! name argument ...`.
///
/// Words are separated by spaces. Within single quotes nothing is special and `''` is a quote; outside of them
/// `$NAME` and `${NAME}` stand for variables. A line that starts with `#` is a comment.
package struct ScriptLine: Hashable, Sendable {
    /// A stretch of a word.
    package enum Piece: Hashable, Sendable {
        case literal(String)
        case variable(String)
    }

    package typealias Word = [Piece]

    /// 1-based.
    package var number: Int
    /// As it stands in the script; holds names of secrets, never values.
    package var text: String
    /// `[root]` is `("root", true)`, `[!exec:age]` is `("exec:age", false)`.
    package var conditions: [Condition] = []
    package var isNegated = false
    package var words: [Word] = []

    package struct Condition: Hashable, Sendable {
        package var name: String
        package var isWanted: Bool
    }

    /// - Returns: nil for an empty line or a comment.
    package init?(parsing text: Substring, number: Int) throws(ScriptFailure) {
        self.number = number
        self.text = String(text)
        var rest = text.drop { $0 == " " || $0 == "\t" }
        guard let first = rest.first, first != "#" else { return nil }
        while rest.first == "[", let end = rest.firstIndex(of: "]") {
            let name = rest[rest.index(after: rest.startIndex)..<end]
            let isWanted = name.first != "!"
            conditions.append(Condition(name: String(isWanted ? name : name.dropFirst()), isWanted: isWanted))
            rest = rest[rest.index(after: end)...].drop { $0 == " " }
        }
        if rest.hasPrefix("! ") {
            isNegated = true
            rest = rest.dropFirst(2)
        }
        words = try Self.words(of: rest, number: number, line: self.text)
        if words.isEmpty { throw ScriptFailure(line: number, text: self.text, "no command on this line") }
    }

    private static func words(of text: Substring, number: Int, line: String) throws(ScriptFailure) -> [Word] {
        var words: [Word] = []
        var rest = text.drop { $0 == " " || $0 == "\t" }
        while !rest.isEmpty {
            var word: Word = []
            while let character = rest.first, character != " ", character != "\t" {
                switch character {
                case "'":
                    guard let quoted = takeQuoted(from: &rest) else {
                        throw ScriptFailure(line: number, text: line, "a quote is not closed")
                    }
                    word.append(.literal(quoted))
                case "$":
                    word.append(takeVariable(from: &rest))
                default:
                    word.append(.literal(String(rest.removeFirst())))
                }
            }
            words.append(word)
            rest = rest.drop { $0 == " " || $0 == "\t" }
        }
        return words
    }

    private static func takeQuoted(from rest: inout Substring) -> String? {
        rest.removeFirst()
        var quoted = ""
        while let character = rest.popFirst() {
            guard character == "'" else {
                quoted.append(character)
                continue
            }
            guard rest.first == "'" else { return quoted }
            quoted.append(rest.removeFirst())
        }
        return nil
    }

    /// A `$` that no name follows stands for itself.
    private static func takeVariable(from rest: inout Substring) -> Piece {
        rest.removeFirst()
        if rest.first == "{", let end = rest.firstIndex(of: "}") {
            let name = String(rest[rest.index(after: rest.startIndex)..<end])
            rest = rest[rest.index(after: end)...]
            return .variable(name)
        }
        let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        rest = rest.dropFirst(name.count)
        return name.isEmpty ? .literal("$") : .variable(String(name))
    }
}
