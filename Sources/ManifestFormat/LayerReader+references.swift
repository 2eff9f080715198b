internal import Diagnostics
internal import YAMLTree

/// References and chains, wherever they stand.
extension LayerReader {
    /// One reference or a list of them; `nil` when any of them was reported.
    mutating func chain(_ node: YAMLNode, for variable: String?, what: String) -> [SecretReference]? {
        guard let elements = node.elements else {
            return reference(node, for: variable, what: what).map { [$0] }
        }
        guard !elements.isEmpty else {
            reader.report(.emptyList(what: what), at: node.location)
            return nil
        }
        let chain = elements.compactMap { reference($0, for: variable, what: "a step of a chain") }
        return chain.count == elements.count ? chain : nil
    }

    private mutating func reference(_ node: YAMLNode, for variable: String?, what: String) -> SecretReference? {
        do throws(ManifestProblem) {
            if let command = commandKey(in: node) {
                return try self.command(command, in: node)
            }
            if let entry = node.entries?.first, node.entries?.count == 1, entry.value.elements != nil {
                throw notACommand(entry)
            }
            guard let text = reader.text(node, what: what) else { return nil }
            return try references.parse(text, for: variable, at: node.location)
        } catch {
            reader.report(error)
            return nil
        }
    }

    /// The key of `{ exec: [...] }`: a provider of the kind `exec`.
    func commandKey(in node: YAMLNode) -> YAMLNode.Entry? {
        node.entries?.first { references.kinds[$0.key] == .exec }
    }

    /// What `{ NAME: [...] }` is where NAME is no `exec` provider. The name may be a pasted secret, so it is quoted only when
    /// it is near one.
    private func notACommand(_ entry: YAMLNode.Entry) -> ManifestProblem {
        let programs = references.kinds.filter { $0.value == .exec }.keys.sorted()
        guard let suggestion = nearestName(to: entry.key, among: programs) else {
            return ManifestProblem(.notACommand, at: entry.keyLocation)
        }
        return ManifestProblem(.unknownProvider(entry.key, suggestion: suggestion), at: entry.keyLocation)
    }

    private mutating func command(
        _ entry: YAMLNode.Entry,
        in node: YAMLNode
    ) throws(ManifestProblem) -> SecretReference? {
        if let other = node.entries?.first(where: { $0.key != entry.key }) {
            throw ManifestProblem(.execKeysBesides, at: other.keyLocation)
        }
        guard entry.value.elements != nil else {
            guard let line = reader.text(entry.value, what: "a command") else { return nil }
            return try references.parse("\(entry.key):\(line)", for: nil, at: entry.value.location)
        }
        guard let words = reader.texts(entry.value, what: "a command") else { return nil }
        return try references.command(words, provider: entry.key, at: entry.value.location)
    }
}
