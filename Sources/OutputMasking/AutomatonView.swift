internal import CByteSearch
internal import SecretMemory

/// The automaton's tables without their owner, for inner loops.
///
/// A search stands on linked nodes alone: `next` and `rootChild` return no others, and a linked node's `fail` is linked.
///
/// - Safety: valid as long as the automaton; nodes and indices come from its tables alone, so they are within them.
@safe struct AutomatonView {
    private let nodes: UnsafeMutablePointer<TrieNode>
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
        unsafe nodes = tables.nodes.start
        edges = tables.edges.view
        unsafe rootChildren = UnsafePointer(tables.rootChildren.start)
        unsafe accepted = UnsafePointer(tables.accepted.start)
        rootLeading = tables.rootLeading
        rootWrappedLeading = tables.rootWrappedLeading
        hasDelimited = tables.filter.hasDelimited
    }

    @inline(__always)
    func node(_ index: UInt32) -> TrieNode { TrieNode(word: unsafe ws_load_relaxed(nodes + Int(index))) }

    @inline(__always)
    func rootChild(_ byte: UInt8) -> UInt32 { unsafe rootChildren[Int(byte)] }

    /// The state after `byte`: the longest suffix of what was read that is in the trie.
    @inline(__always)
    func next(_ index: UInt32, _ byte: UInt8) -> UInt32 {
        var index = index
        while index != TrieNode.root {
            let bits = node(index)
            if bits.hasNext {
                let child = node(index &+ 1)
                if child.label == byte {
                    if !child.isLinked { link(index &+ 1) }
                    return index &+ 1
                }
            }
            if bits.hasBranches, let value = edges.value(index, Int(byte)) {
                let child = UInt32(truncatingIfNeeded: value)
                if !node(child).isLinked { link(child) }
                return child
            }
            index = bits.fail
        }
        return rootChild(byte)
    }

    /// The child of `index`, or the root where there is none.
    private func child(of index: UInt32, _ bits: TrieNode, _ byte: UInt8) -> UInt32 {
        if bits.hasNext, node(index &+ 1).label == byte { return index &+ 1 }
        guard bits.hasBranches, let child = edges.value(index, Int(byte)) else { return TrieNode.root }
        return UInt32(truncatingIfNeeded: child)
    }

    // MARK: - Links

    /// Links `node` and all that it depends on: the nodes of its string's beginnings, and the one that it links to.
    @inline(never)
    private func link(_ node: UInt32) {
        var waiting = [node]
        while let index = waiting.last {
            let bits = self.node(index)
            if bits.isLinked {
                waiting.removeLast()
                continue
            }
            let parent = self.node(bits.parent)
            guard parent.isLinked else {
                waiting.append(bits.parent)
                continue
            }
            let target = longestSuffix(after: parent.fail, bits.label)
            let targetBits = self.node(target)
            guard targetBits.isLinked else {
                waiting.append(target)
                continue
            }
            let linked = bits.linked(to: target, accepting: targetBits.isAccepting)
            unsafe ws_store_relaxed(nodes + Int(index), linked.word)
        }
    }

    /// Where `byte` leads from `node`, which is linked, or from the longest of its suffixes that has such a child.
    private func longestSuffix(after node: UInt32, _ byte: UInt8) -> UInt32 {
        var node = node
        while node != TrieNode.root {
            let bits = self.node(node)
            let child = child(of: node, bits, byte)
            if child != TrieNode.root { return child }
            node = bits.fail
        }
        return rootChild(byte)
    }

    // MARK: - Patterns

    /// The patterns that end at a node, those of its suffixes among them: the longest first.
    func accepted(at node: UInt32) -> AcceptedPatterns {
        AcceptedPatterns(tables: self, node: node)
    }

    /// The patterns that end at a node or at a suffix of it.
    struct AcceptedPatterns: Sequence, IteratorProtocol {
        fileprivate let tables: AutomatonView
        fileprivate var node: UInt32
        private var following: UInt32 = 0

        fileprivate init(tables: AutomatonView, node: UInt32) {
            self.tables = tables
            self.node = node
        }

        mutating func next() -> AcceptedPattern? {
            if following != 0 { return take(Int(following) - 1) }
            while node != TrieNode.root {
                let bits = tables.node(node)
                guard bits.isAccepting else { return nil }
                let own = tables.firstAccepted(node)
                node = bits.fail
                if let own { return take(own) }
            }
            return nil
        }

        private mutating func take(_ index: Int) -> AcceptedPattern {
            let pattern = unsafe tables.accepted[index]
            following = pattern.next
            return pattern
        }
    }

    /// The index of the first of the patterns that are the string of a node.
    private func firstAccepted(_ index: UInt32) -> Int? {
        edges.value(index, EdgeTable.Symbol.accepted)
    }

    /// The first owner, in the manifest's order, of the patterns that go on from this node.
    func firstOwner(below index: UInt32) -> UInt32 {
        var best = UInt32.max
        var waiting = [index]
        while let node = waiting.popLast() {
            let bits = self.node(node)
            var following = node == index ? nil : firstAccepted(node)
            while let own = following {
                let pattern = unsafe accepted[own]
                best = min(best, pattern.owner)
                following = pattern.next == 0 ? nil : Int(pattern.next) - 1
            }
            if bits.hasNext { waiting.append(node + 1) }
            guard bits.hasBranches else { continue }
            for byte in 0...255 {
                if let child = edges.value(node, byte) { waiting.append(UInt32(child)) }
            }
        }
        return best == .max ? 0 : best
    }

    // MARK: - Traits

    /// The classes of base64 characters that belong to a pattern when they stand before this node's string.
    func leadingMask(_ index: UInt32) -> UInt32 {
        if index == TrieNode.root { return rootLeading }
        let code = node(index).leading
        guard code == TrieNode.mixedLeading else { return Base64Boundary.mask(code) }
        return UInt32(edges.value(index, EdgeTable.Symbol.leading) ?? 0)
    }

    /// How many of the bytes read decide about matches that go on: those of the node's string, and the one before where
    /// it may touch a short secret, or share bits of base64 with a longer one.
    @inline(__always)
    func reach(_ index: UInt32) -> Int {
        if index == TrieNode.root { return rootLeading != 0 || hasDelimited ? 1 : 0 }
        let bits = node(index)
        return bits.leading != 0 || hasDelimited && bits.depth <= MaskedSecret.longestDelimited
            ? bits.depth + 1 : bits.depth
    }

    /// Whether all patterns that start with this node's string start with the same public prefix.
    func isPublic(_ index: UInt32) -> Bool {
        edges.value(index, EdgeTable.Symbol.isPublic) == 1
    }

    /// Whether all patterns that go on from this node count only between delimiters.
    func isDelimited(_ index: UInt32) -> Bool {
        edges.value(index, EdgeTable.Symbol.isDelimited) == 1
    }
}
