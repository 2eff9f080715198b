/// What a kind of file allows of YAML. Merge keys, duplicate keys, keys that are not text and second
/// documents are refused everywhere.
package struct YAMLRules: Sendable {
    /// The largest file, in bytes.
    package var byteLimit: Int
    /// How many lists and mappings may stand in one another, aliases expanded.
    package var depthLimit: Int
    /// How many nodes the document may have, aliases expanded: what an alias bomb runs into.
    package var nodeLimit: Int
    /// Whether `&anchor` and `*alias` may be used.
    package var allowsAliases: Bool
    /// Whether explicit tags are kept in the tree; else they are refused. They mean nothing to the reader of a node's text.
    package var keepsTags: Bool

    package init(
        byteLimit: Int,
        depthLimit: Int = 64,
        nodeLimit: Int,
        allowsAliases: Bool,
        keepsTags: Bool = false
    ) {
        self.byteLimit = byteLimit
        self.depthLimit = depthLimit
        self.nodeLimit = nodeLimit
        self.allowsAliases = allowsAliases
        self.keepsTags = keepsTags
    }

    /// A manifest: at most 1 MiB; aliases are a convenience for people.
    package static let manifest = YAMLRules(byteLimit: 1 << 20, nodeLimit: 1 << 18, allowsAliases: true)

    /// A vault file: at most 64 MiB, written by programs, so without aliases. The nodes are bounded by the bytes.
    package static let vaultFile = YAMLRules(byteLimit: 64 << 20, depthLimit: 16, nodeLimit: .max, allowsAliases: false)
}
