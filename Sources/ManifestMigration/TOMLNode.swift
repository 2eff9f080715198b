package import Diagnostics

/// A part of a TOML document, with its place in the file.
package struct TOMLNode: Sendable {
    package enum Content: Sendable {
        case text(String)
        case flag(Bool)
        /// A number, date or time as it was written: nothing here calculates.
        case other(String)
        case array([TOMLNode])
        /// In the order of the file.
        case table([Entry])
    }

    package struct Entry: Sendable {
        package var key: String
        package var value: TOMLNode
    }

    package var content: Content
    package var location: Diagnostic.Location
    /// A table or array that was written in one go (`{…}`, `[…]`) takes nothing more later (TOML 1.0, Inline Table).
    var isClosed = false
}

extension TOMLNode {
    package var text: String? {
        if case .text(let text) = content { text } else { nil }
    }

    package var flag: Bool? {
        if case .flag(let flag) = content { flag } else { nil }
    }

    package var elements: [TOMLNode]? {
        if case .array(let elements) = content { elements } else { nil }
    }

    package var entries: [Entry]? {
        if case .table(let entries) = content { entries } else { nil }
    }

    package subscript(key: String) -> TOMLNode? {
        entries?.first { $0.key == key }?.value
    }
}

/// What is wrong with a TOML file, and where. It quotes nothing of the file.
package struct TOMLError: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        case notUTF8
        case controlCharacter
        case noKey
        case noEquals
        case noValue
        case unclosedText
        case badEscape
        case unclosedList
        case unclosedTable
        case textAfterValue
        case repeatedKey
        case tooDeep
    }

    package var reason: Reason
    package var location: Diagnostic.Location

    package var diagnostic: Diagnostic {
        let message =
            switch reason {
            case .notUTF8: "the file is not UTF-8"
            case .controlCharacter: "a control character stands here"
            case .noKey: "a key has to stand here"
            case .noEquals: "a '=' has to follow the key"
            case .noValue: "a value has to stand here"
            case .unclosedText: "this text is never closed"
            case .badEscape: "unknown escape"
            case .unclosedList: "this list is never closed"
            case .unclosedTable: "this table is never closed"
            case .textAfterValue: "text after the value"
            case .repeatedKey: "this key stands twice"
            case .tooDeep: "lists and tables stand in one another too deep"
            }
        return Diagnostic(at: location, "not TOML: \(message)")
    }
}
