internal import Diagnostics
internal import YAMLTree

/// Reads typed values from a tree and keeps every problem it meets, so that all are reported together.
struct NodeReader {
    private(set) var problems: [ManifestProblem] = []

    mutating func report(_ reason: ManifestProblem.Reason, at location: Diagnostic.Location) {
        problems.append(ManifestProblem(reason, at: location))
    }

    mutating func report(_ problem: ManifestProblem) {
        problems.append(problem)
    }

    /// The entries of a mapping, each with one of the `known` keys.
    mutating func entries(of node: YAMLNode, what: String, known: [String]) -> [YAMLNode.Entry] {
        entries(of: node, what: what).filter { entry in
            guard !known.contains(entry.key) else { return true }
            let suggestion = nearestName(to: entry.key, among: known)
            report(.unknownKey(entry.key, suggestion: suggestion, known: known), at: entry.keyLocation)
            return false
        }
    }

    /// The entries of a mapping with keys of the user's own.
    mutating func entries(of node: YAMLNode, what: String) -> [YAMLNode.Entry] {
        guard let entries = node.entries else {
            reportKind(of: node, what: what, expected: "a mapping")
            return []
        }
        return entries
    }

    mutating func text(_ node: YAMLNode, what: String) -> String? {
        guard let text = node.text else {
            reportKind(of: node, what: what, expected: "text")
            return nil
        }
        return text
    }

    mutating func flag(_ node: YAMLNode, what: String) -> Bool? {
        guard let text = node.text else {
            reportKind(of: node, what: what, expected: "true or false")
            return nil
        }
        guard text == "true" || text == "false" else {
            report(.notOneOf(text, what: what, values: ["true", "false"]), at: node.location)
            return nil
        }
        return text == "true"
    }

    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ node: YAMLNode,
        what: String,
        of type: Choice.Type
    ) -> Choice? {
        guard let text = text(node, what: what) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            report(.notOneOf(text, what: what, values: Choice.allCases.map(\.rawValue)), at: node.location)
            return nil
        }
        return choice
    }

    mutating func duration(_ node: YAMLNode, what: String) -> Duration? {
        guard let text = text(node, what: what) else { return nil }
        guard let duration = ManifestFormat.duration(parsing: text) else {
            report(.notADuration, at: node.location)
            return nil
        }
        return duration
    }

    /// A list of text, or one text that stands for a list of one.
    mutating func texts(_ node: YAMLNode, what: String) -> [String]? {
        guard let elements = node.elements else {
            return text(node, what: what).map { [$0] }
        }
        let texts = elements.compactMap { text($0, what: "an element of \(what)") }
        return texts.count == elements.count ? texts : nil
    }

    mutating func globs(_ node: YAMLNode, what: String) -> [Glob]? {
        texts(node, what: what).map { $0.map(Glob.init) }
    }

    mutating func reportKind(of node: YAMLNode, what: String, expected: String) {
        if node.isNull {
            report(.isNull(what: what), at: node.location)
        } else {
            report(.wrongKind(of: what, found: node.kindName, expected: expected), at: node.location)
        }
    }
}
