/// What is written in place of a secret.
package struct MaskText: Sendable {
    /// A text as the user writes it: `{name}` stands for the variable, the empty text scrubs.
    package struct Template: Hashable, Sendable {
        package let text: String

        /// - Throws: `.controlCharacterInText` for C0, C1 and DEL.
        package init(_ text: String) throws(MaskingError) {
            guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
                throw .controlCharacterInText
            }
            self.text = text
        }

        fileprivate init(trusted text: String) {
            self.text = text
        }

        /// The text for one variable.
        func bytes(naming name: String) -> [UInt8] {
            var result: [UInt8] = []
            var rest = Array(text.utf8)[...]
            while let brace = rest.firstIndex(of: UInt8(ascii: "{")) {
                result += rest[..<brace]
                rest = rest[brace...]
                if rest.starts(with: Self.placeholder) {
                    result += name.utf8
                    rest = rest.dropFirst(Self.placeholder.count)
                } else {
                    result.append(rest.removeFirst())
                }
            }
            return result + rest
        }

        var holdsName: Bool { bytes(naming: "") != Array(text.utf8) }

        private static let placeholder = Array("{name}".utf8)
    }

    package let template: Template
    /// Whether no secret can arise in the output from the text and what stands beside it.
    ///
    /// A text is safe if no pattern is inside it or contains it, ends with a prefix of it, or starts with a suffix of it.
    package let isSafe: Bool

    /// The template without names, ready to write; nil where it holds `{name}`.
    let fixed: [UInt8]?

    /// What is tried in turn when the user wants no text in particular.
    static let defaults = ["***", "[masked]", "<masked>", "###", "~~~"]

    init(_ template: Template?, safeFor trie: borrowing Trie) {
        let check = TextSafety(trie)
        if let template {
            let names = template.holdsName ? trie.names : [""]
            isSafe = names.allSatisfy { check.isSafe(template.bytes(naming: $0), trie) }
            self.template = template
        } else {
            let candidates = Self.defaults.lazy.map { Template(trusted: $0) }
            let chosen =
                candidates.first { check.isSafe(Array($0.text.utf8), trie) }
                ?? Self.generated.lazy.map { Template(trusted: $0) }.first { check.isSafe(Array($0.text.utf8), trie) }
            self.template = chosen ?? Template(trusted: Self.defaults[0])
            isSafe = chosen != nil
        }
        fixed = self.template.holdsName ? nil : Array(self.template.text.utf8)
    }

    /// Three of one punctuation mark, or of two in turn: some of these occur in no set of secrets but a contrived one.
    private static let generated: [String] = {
        let marks = Array("=-+%@!^_.:;,/|?&$~#*<>[](){}")
        return marks.map { String(repeating: $0, count: 3) }
            + marks.flatMap { first in marks.map { "\(first)\($0)\(first)\($0)\(first)" } }
    }()
}
