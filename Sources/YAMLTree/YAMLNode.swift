package import Diagnostics

/// A part of a YAML document, with its place in the file.
///
/// Scalars are text as written: `8080`, `yes` and `~` stay what they are, and only `isNull` knows about null.
package struct YAMLNode: Sendable {
    package enum Content: Sendable {
        case scalar(String, Style)
        case sequence([YAMLNode])
        /// In the order of the file.
        case mapping([Entry])
    }

    /// How a scalar was written.
    package enum Style: Sendable {
        case plain, singleQuoted, doubleQuoted, literal, folded
    }

    /// A key of a mapping and what stands under it.
    package struct Entry: Sendable {
        package var key: String
        package var keyLocation: Diagnostic.Location
        package var value: YAMLNode

        package init(key: String, keyLocation: Diagnostic.Location, value: YAMLNode) {
            self.key = key
            self.keyLocation = keyLocation
            self.value = value
        }
    }

    package var content: Content
    /// Where the node starts. An alias stands where it is used; what is inside it keeps the place where it was written.
    package var location: Diagnostic.Location

    /// The explicit tag, `!var` or `tag:yaml.org,2002:str`, where the rules keep tags.
    package var tag: String?

    package init(_ content: Content, at location: Diagnostic.Location, tag: String? = nil) {
        self.content = content
        self.location = location
        self.tag = tag
    }
}

extension YAMLNode {
    /// The scalar's text; `nil` for sequences and mappings, and for null.
    package var text: String? {
        if case .scalar(let text, _) = content, !isNull { text } else { nil }
    }

    /// Whether this is a scalar that YAML 1.1 reads as null: nothing, `~`, or `null`, without quotes.
    package var isNull: Bool {
        guard case .scalar(let text, .plain) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    package var elements: [YAMLNode]? {
        if case .sequence(let elements) = content { elements } else { nil }
    }

    package var entries: [Entry]? {
        if case .mapping(let entries) = content { entries } else { nil }
    }

    /// What stands under `key`, found by looking through the entries one by one.
    package subscript(key: String) -> YAMLNode? {
        entries?.first { $0.key == key }?.value
    }

    /// For messages: `text`, `null`, `a list` or `a mapping`.
    package var kindName: String {
        switch content {
        case .scalar: isNull ? "null" : "text"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}
