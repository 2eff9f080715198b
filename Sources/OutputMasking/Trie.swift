internal import SecretMemory

/// The patterns of all secrets as a trie, while it grows.
///
/// Identical patterns meet at one node and are kept once, in the name of the first.
struct Trie: ~Copyable {
    /// The most bytes of all patterns together, common beginnings counted once.
    static let largestByteCount = 64 << 20

    var nodes: SecretTable<TrieNode>
    var nodeCount = 1
    var edges: EdgeTable
    /// The child of the root for each byte, 0 for none.
    let rootChildren: SecretTable<UInt32>
    var rootLeading: UInt32 = 0
    var rootWrappedLeading: UInt32 = 0
    var accepted: SecretTable<AcceptedPattern>
    var acceptedCount = 0
    /// The nodes of short patterns that count only between delimiters.
    var delimitedNodes: [UInt32] = []
    /// Whether any node has `Symbol.isPublic`: most sets of secrets have none, and looking costs a cache miss.
    private var hasPublicNodes = false
    var shortestPattern = Int.max
    /// What each pattern starts with.
    var heads: SecretTable<StartFilter.Head>
    /// How many more bytes of secrets are to come, for each byte that came; tells how far to grow.
    var expectedGrowth = 1.0
    /// The names of the secrets, to blame.
    let names: [String]

    init(names: [String], expectedByteCount: Int) {
        self.names = names
        nodes = SecretTable(zeros: max(256, min(expectedByteCount, Self.largestByteCount)))
        unsafe nodes.start[0].isLinked = true
        edges = EdgeTable(expecting: 64 + names.count * 8)
        rootChildren = SecretTable(zeros: 256)
        accepted = SecretTable(zeros: 16 + names.count * 8)
        heads = SecretTable(zeros: 16 + names.count * 8)
    }

    /// Hands the tables over.
    consuming func tables() -> AutomatonTables {
        AutomatonTables(
            filter: StartFilter(
                heads,
                count: acceptedCount,
                shortestPattern: acceptedCount == 0 ? 1 : shortestPattern,
                hasDelimited: !delimitedNodes.isEmpty
            ),
            nodes: nodes,
            edges: edges,
            rootChildren: rootChildren,
            accepted: accepted,
            rootLeading: rootLeading,
            rootWrappedLeading: rootWrappedLeading
        )
    }

    /// The child of `node` for `byte`, or the root where there is none.
    func child(of node: UInt32, _ byte: UInt8) -> UInt32 {
        if node == TrieNode.root { return unsafe rootChildren.start[Int(byte)] }
        let bits = unsafe nodes.start[Int(node)]
        if bits.hasNext, unsafe nodes.start[Int(node) + 1].label == byte { return node + 1 }
        guard bits.hasBranches, let child = edges.view.value(node, Int(byte)) else { return TrieNode.root }
        return UInt32(child)
    }
}

extension Trie: PatternSink {
    mutating func insert(_ bytes: Span<UInt8>, _ traits: PatternTraits) throws(MaskingError) {
        guard bytes.count <= TrieNode.largestDepth else {
            throw .secretTooLong(name: names[traits.owner], limit: TrieNode.largestDepth)
        }
        let mayBeWrapped = bytes.mayBeWrapped
        var node = TrieNode.root
        var depth = 0
        while depth < bytes.count {
            let child = child(of: node, bytes[depth])
            if child == TrieNode.root { break }
            node = child
            depth += 1
            mark(node, traits, mayBeWrapped, isPublic: depth <= traits.publicCount, depth: depth)
            if traits.isDelimited { delimitedNodes.append(node) }
        }
        if depth < bytes.count {
            node = try append(bytes, from: depth, to: node, traits, mayBeWrapped)
        }
        rootLeading |= Base64Boundary.mask(traits.leading)
        if mayBeWrapped { rootWrappedLeading |= Base64Boundary.mask(traits.leading) }
        shortestPattern = min(shortestPattern, bytes.count)
        let known = acceptedCount
        accept(AcceptedPattern(length: bytes.count, traits: traits, mayBeWrapped: mayBeWrapped), at: node)
        if acceptedCount > known { noteHead(of: bytes) }
    }

    private mutating func noteHead(of bytes: Span<UInt8>) {
        if acceptedCount > heads.count { heads.grow(to: accepted.count, keeping: acceptedCount - 1) }
        var head = StartFilter.Head(bytes: (0, 0, 0), count: bytes.count)
        unsafe withUnsafeMutableBytes(of: &head.bytes) { target in
            unsafe bytes.extracting(first: StartFilter.longestHead).withUnsafeBytes {
                unsafe target.copyMemory(from: $0)
            }
        }
        unsafe heads.start[acceptedCount - 1] = head
    }

    /// Lets a node that was there know of one more pattern that goes through it.
    private mutating func mark(
        _ node: UInt32,
        _ traits: PatternTraits,
        _ mayBeWrapped: Bool,
        isPublic: Bool,
        depth: Int
    ) {
        if mayBeWrapped { unsafe nodes.start[Int(node)].mayBeWrapped = true }
        if hasPublicNodes, !isPublic, depth > mostReleasedBytes, depth <= PublicPrefix.longest,
            edges.view.value(node, EdgeTable.Symbol.isPublic) == 1
        {
            edges.set(node, EdgeTable.Symbol.isPublic, to: 0)
        }
        guard traits.leading != 0 else { return }
        let old = unsafe nodes.start[Int(node)].leading
        guard old != traits.leading else { return }
        guard old != 0 else {
            unsafe nodes.start[Int(node)].leading = traits.leading
            return
        }
        let known =
            old == TrieNode.mixedLeading
            ? UInt32(edges.view.value(node, EdgeTable.Symbol.leading) ?? 0) : Base64Boundary.mask(old)
        unsafe nodes.start[Int(node)].leading = TrieNode.mixedLeading
        edges.set(node, EdgeTable.Symbol.leading, to: Int(known | Base64Boundary.mask(traits.leading)))
    }

    /// Adds the nodes for the bytes from `depth` on, under `parent`.
    ///
    /// - Returns: the last of them.
    private mutating func append(
        _ bytes: Span<UInt8>,
        from depth: Int,
        to parent: UInt32,
        _ traits: PatternTraits,
        _ mayBeWrapped: Bool
    ) throws(MaskingError) -> UInt32 {
        let added = bytes.count - depth
        try reserve(added)
        let first = UInt32(nodeCount)
        for index in depth..<bytes.count {
            let before = index == depth ? parent : UInt32(nodeCount - 1)
            var node = TrieNode(label: bytes[index], depth: index + 1, parent: before)
            node.leading = traits.leading
            node.mayBeWrapped = mayBeWrapped
            node.hasNext = index + 1 < bytes.count
            unsafe nodes.start[nodeCount] = node
            nodeCount += 1
        }
        if parent == TrieNode.root {
            unsafe rootChildren.start[Int(bytes[depth])] = first
        } else if parent + 1 == first {
            unsafe nodes.start[Int(parent)].hasNext = true
        } else {
            unsafe nodes.start[Int(parent)].hasBranches = true
            edges.set(parent, Int(bytes[depth]), to: Int(first))
        }
        let last = UInt32(nodeCount - 1)
        if traits.isDelimited { delimitedNodes += first...last }
        if traits.publicCount > max(depth, mostReleasedBytes) {
            hasPublicNodes = true
            for level in max(depth + 1, mostReleasedBytes + 1)...traits.publicCount {
                edges.set(first + UInt32(level - depth - 1), EdgeTable.Symbol.isPublic, to: 1)
            }
        }
        return last
    }

    private mutating func reserve(_ added: Int) throws(MaskingError) {
        let needed = nodeCount + added
        guard needed <= Self.largestByteCount, needed <= TrieNode.largestIndex else {
            throw .tooManyBytes(limit: Self.largestByteCount)
        }
        guard needed > nodes.count else { return }
        let foreseen = Int(Double(needed) * max(1.25, expectedGrowth))
        nodes.grow(to: max(needed, min(foreseen, Self.largestByteCount)), keeping: nodeCount)
    }

    /// Notes that `pattern` ends at `node`, unless the same one does already.
    private mutating func accept(_ pattern: AcceptedPattern, at node: UInt32) {
        var tail: Int?
        if unsafe nodes.start[Int(node)].isAccepting {
            var index = edges.view.value(node, EdgeTable.Symbol.accepted) ?? 0
            while true {
                let known = unsafe accepted.start[index]
                if known.isDelimited == pattern.isDelimited, known.leading == pattern.leading,
                    known.trailing == pattern.trailing
                {
                    return
                }
                if known.next == 0 { break }
                index = Int(known.next) - 1
            }
            tail = index
        }
        if acceptedCount == accepted.count { accepted.grow(to: acceptedCount * 2, keeping: acceptedCount) }
        unsafe accepted.start[acceptedCount] = pattern
        if let tail {
            unsafe accepted.start[tail].next = UInt32(acceptedCount + 1)
        } else {
            unsafe nodes.start[Int(node)].isAccepting = true
            edges.set(node, EdgeTable.Symbol.accepted, to: acceptedCount)
        }
        acceptedCount += 1
    }
}
