package import Diagnostics

/// Why a text is not the YAML that we read.
package struct YAMLError: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        case tooLarge(limit: Int)
        case utf16
        case invalidUTF8
        case nul
        case controlCharacter(UInt32)
        /// libyaml's words, which are constants and quote nothing, and the line where the thing it was reading starts.
        case syntax(String, context: String?, contextLine: Int?)
        case outOfMemory
        case empty
        case secondDocument
        case tooDeep(limit: Int)
        case tooManyNodes(limit: Int)
        case alias
        case anchor
        case unknownAlias
        case recursiveAlias
        case tag
        case mergeKey
        case keyIsNotText
        case duplicateKey(first: Diagnostic.Location)
    }

    package var reason: Reason
    package var location: Diagnostic.Location

    package init(_ reason: Reason, at location: Diagnostic.Location) {
        self.reason = reason
        self.location = location
    }
}

/// All that is wrong with one text, in the order in which it was met.
package struct YAMLErrors: Error, Hashable, Sendable {
    package var all: [YAMLError]

    package init(_ all: [YAMLError]) {
        self.all = all
    }

    package var diagnostics: Diagnostics { Diagnostics(all.map(\.diagnostic)) }
}

extension YAMLError {
    /// The words. None of them comes from the file, where a pasted secret may stand.
    package var diagnostic: Diagnostic {
        let (message, hints) = words
        return Diagnostic(at: location, message, hints: hints)
    }

    private var words: (String, [String]) {
        switch reason {
        case .tooLarge(let limit): ("the file is larger than \(limit) bytes", [])
        case .utf16: ("the file is UTF-16", ["write it as UTF-8"])
        case .invalidUTF8: ("a byte here is not UTF-8", ["write the file as UTF-8"])
        case .nul: ("a NUL stands here", [])
        case .controlCharacter(let value):
            ("the control character U+\(hexadecimal(value)) stands here", ["write it as an escape in double quotes"])
        case .syntax(let problem, let context, let line): syntaxWords(problem, context: context, line: line)
        case .outOfMemory: ("out of memory", [])
        case .empty: ("the file is empty", [])
        case .secondDocument: ("a second document starts here", ["a file holds one document"])
        case .tooDeep(let limit): ("lists and mappings stand in one another more than \(limit) deep", [])
        case .tooManyNodes(let limit): ("the document has more than \(limit) nodes once its aliases are expanded", [])
        case .alias: ("an alias stands here, and this kind of file has none", [])
        case .anchor: ("an anchor stands here, and this kind of file has none", [])
        case .unknownAlias: ("no anchor of this name stands before this alias", ["text that starts with * is quoted"])
        case .recursiveAlias: ("this alias stands inside its own anchor", [])
        case .tag: ("a tag stands here, and tags are not read", ["text that starts with ! is quoted"])
        case .mergeKey: ("the merge key << is not read", ["write the keys out, or use 'extends'"])
        case .keyIsNotText: ("a key has to be text", [])
        case .duplicateKey(let first): ("this key stands twice", ["the first is at \(first.text)"])
        }
    }

    private func syntaxWords(_ problem: String, context: String?, line: Int?) -> (String, [String]) {
        var hints: [String] = []
        switch problem {
        case "found character that cannot start any token":
            hints.append("YAML indents with spaces, and text that starts with a tab, @, ` or % is quoted")
        case "mapping values are not allowed in this context":
            hints.append("text that holds ': ' is quoted")
        default:
            break
        }
        if let context, let line, line != location.line {
            hints.append("\(context) that starts at line \(line)")
        }
        return ("not YAML: \(problem)", hints)
    }

    private func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
