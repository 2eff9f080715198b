internal import SecretMemory

/// What an automaton consists of.
struct AutomatonTables: ~Copyable, Sendable {
    let nodes: SecretTable<TrieNode>
    let edges: EdgeTable
    let rootChildren: SecretTable<UInt32>
    let accepted: SecretTable<AcceptedPattern>
    let rootLeading: UInt32
    let rootWrappedLeading: UInt32
    let hasDelimited: Bool

    var view: AutomatonView { AutomatonView(self) }
}

/// The automaton's tables without their owner, for inner loops.
///
/// - Safety: valid as long as the automaton; nodes and indices come from its tables alone, so they are within them.
@safe struct AutomatonView {
    private let nodes: UnsafePointer<TrieNode>
    private let edges: EdgeView
    private let rootChildren: UnsafePointer<UInt32>
    private let accepted: UnsafePointer<AcceptedPattern>
    /// The classes of base64 characters that may stand before a pattern.
    let rootLeading: UInt32
    /// The same for patterns that are looked for across line ends.
    let rootWrappedLeading: UInt32
    /// Some pattern counts only between delimiters.
    let hasDelimited: Bool

    init(_ tables: borrowing AutomatonTables) {
        unsafe nodes = UnsafePointer(tables.nodes.start)
        edges = tables.edges.view
        unsafe rootChildren = UnsafePointer(tables.rootChildren.start)
        unsafe accepted = UnsafePointer(tables.accepted.start)
        rootLeading = tables.rootLeading
        rootWrappedLeading = tables.rootWrappedLeading
        hasDelimited = tables.hasDelimited
    }

    @inline(__always)
    func node(_ index: UInt32) -> TrieNode { unsafe nodes[Int(index)] }

    @inline(__always)
    func rootChild(_ byte: UInt8) -> UInt32 { unsafe rootChildren[Int(byte)] }

    /// The child of `index`, or the root where there is none.
    @inline(__always)
    func child(of index: UInt32, _ byte: UInt8) -> UInt32 {
        if index == TrieNode.root { return rootChild(byte) }
        let bits = node(index)
        if bits.hasNext, node(index &+ 1).label == byte { return index &+ 1 }
        guard bits.hasBranches, let child = edges.value(index, Int(byte)) else { return TrieNode.root }
        return UInt32(truncatingIfNeeded: child)
    }

    /// The state after `byte`: the longest suffix of what was read that is in the trie.
    @inline(__always)
    func next(_ index: UInt32, _ byte: UInt8) -> UInt32 {
        var index = index
        while index != TrieNode.root {
            let bits = node(index)
            if bits.hasNext, node(index &+ 1).label == byte { return index &+ 1 }
            if bits.hasBranches, let child = edges.value(index, Int(byte)) {
                return UInt32(truncatingIfNeeded: child)
            }
            index = bits.fail
        }
        return rootChild(byte)
    }

    /// The first of the patterns that end at an accepting node.
    func firstAccepted(_ index: UInt32) -> AcceptedPattern? {
        edges.value(index, EdgeTable.Symbol.accepted).map { unsafe accepted[$0] }
    }

    func accepted(after pattern: AcceptedPattern) -> AcceptedPattern? {
        pattern.next == 0 ? nil : unsafe accepted[Int(pattern.next) - 1]
    }

    /// The classes of base64 characters that belong to a pattern when they stand before this node's string.
    func leadingMask(_ index: UInt32) -> UInt32 {
        if index == TrieNode.root { return rootLeading }
        let code = node(index).leading
        guard code == TrieNode.mixedLeading else { return Base64Boundary.mask(code) }
        return UInt32(edges.value(index, EdgeTable.Symbol.leading) ?? 0)
    }

    /// Whether all patterns that start with this node's string start with the same public prefix.
    func isPublic(_ index: UInt32) -> Bool {
        edges.value(index, EdgeTable.Symbol.isPublic) == 1
    }

    /// Whether all patterns that start with this node's string count only between delimiters.
    func isDelimited(_ index: UInt32) -> Bool {
        edges.value(index, EdgeTable.Symbol.isDelimited) == 1
    }

    /// The first owner, in the manifest's order, of the patterns that go on from this node.
    func firstOwner(below index: UInt32) -> UInt32 {
        var best = UInt32.max
        var waiting = [index]
        while let node = waiting.popLast() {
            let bits = self.node(node)
            var pattern = bits.isAccepting && node != index ? firstAccepted(node) : nil
            while let own = pattern, Int(own.length) == bits.depth {
                best = min(best, own.owner)
                pattern = accepted(after: own)
            }
            if bits.hasNext { waiting.append(node + 1) }
            guard bits.hasBranches else { continue }
            for byte in 0...255 {
                if let child = edges.value(node, byte) { waiting.append(UInt32(child)) }
            }
        }
        return best == .max ? 0 : best
    }
}
