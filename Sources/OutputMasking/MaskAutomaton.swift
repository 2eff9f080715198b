internal import SecretMemory

/// All that is looked for in all secrets, ready to search: built once, shared by every stream.
///
/// An Aho-Corasick automaton over a trie whose chains lie in memory as they are read. Its tables tell what the secrets
/// are, so they lie in locked memory. Building takes time in proportion to the secrets' bytes; the links from strings to
/// their suffixes are found when a search comes by, since few ever do.
///
/// - Safety: nothing but these links changes after `init`, and these by atomic stores of what every thread would find
///   alike; so any number of threads may search.
package final class MaskAutomaton: Sendable {
    /// The names of the secrets, in the order given.
    package let names: [String]
    /// What is written in place of a secret.
    package let text: MaskText

    private let tables: AutomatonTables
    /// The length of the shortest pattern in bytes, 0 where there is none.
    let shortestPattern: Int

    /// - Parameters:
    ///   - secrets: in the order of the manifest. Those that are not to be masked at all (`MaskedSecret.assessment`)
    ///     are skipped.
    ///   - text: what the user wants written; nil for the first safe one of ours.
    /// - Throws: `MaskingError` when a secret, or all together, are too large.
    package convenience init(
        _ secrets: [MaskedSecret],
        text: MaskText.Template? = nil
    ) throws(MaskingError) {
        let byteCount = secrets.reduce(0) { $0 + $1.value.count }
        try self.init(names: secrets.map(\.name), text: text, expectedByteCount: byteCount * 14) {
            (trie) throws(MaskingError) in
            var forms = SecretForms()
            var seen = 0
            for (position, secret) in secrets.enumerated() {
                seen += secret.value.count
                trie.expectedGrowth = Double(byteCount) / Double(max(seen, 1)) * 1.1
                try forms.insert(secret, at: position, into: &trie)
            }
        }
    }

    /// - Parameter insert: puts in the patterns.
    init(
        names: [String],
        text: MaskText.Template? = nil,
        expectedByteCount: Int = 0,
        insert: (inout Trie) throws(MaskingError) -> Void
    ) throws(MaskingError) {
        var trie = Trie(names: names, expectedByteCount: expectedByteCount)
        try insert(&trie)
        trie.markDelimited()
        self.names = names
        self.text = MaskText(text, safeFor: trie)
        shortestPattern = trie.acceptedCount == 0 ? 0 : trie.shortestPattern
        tables = trie.tables()
    }

    /// Nothing is looked for: output passes as it is.
    package var isEmpty: Bool { shortestPattern == 0 }

    /// The tables as the search sees them; valid as long as the automaton.
    var view: AutomatonView { tables.view }

    /// The filter in front of them.
    var filter: StartFilterView { tables.filter.view }
}
