internal import SecretMemory

extension Trie {
    /// Finds for each node the longest proper suffix of its string that is in the trie too, and what ends there.
    ///
    /// Level by level, since a node's link needs those of shallower ones; within a level, the nodes of different
    /// patterns do not depend on each other, so the processor overlaps their cache misses.
    mutating func link() {
        segments.sort { $0.depth < $1.depth }
        var waiting = segments[...]
        var active: [Segment] = []
        var depth: UInt32 = 1
        while !active.isEmpty || !waiting.isEmpty {
            while let next = waiting.first, next.depth == depth {
                active.append(next)
                waiting.removeFirst()
            }
            var kept = 0
            for index in active.indices {
                let segment = active[index]
                let node = segment.first + (depth - segment.depth)
                link(node, parent: node == segment.first ? segment.parent : node - 1)
                if node != segment.last {
                    active[kept] = segment
                    kept += 1
                }
            }
            active.removeSubrange(kept...)
            depth += 1
        }
    }

    private mutating func link(_ node: UInt32, parent: UInt32) {
        guard parent != TrieNode.root else { return }
        let label = unsafe nodes.start[Int(node)].label
        var suffix = unsafe nodes.start[Int(parent)].fail
        var target = child(of: suffix, label)
        while target == TrieNode.root, suffix != TrieNode.root {
            suffix = unsafe nodes.start[Int(suffix)].fail
            target = child(of: suffix, label)
        }
        guard target != TrieNode.root else { return }
        unsafe nodes.start[Int(node)].fail = target
        if unsafe nodes.start[Int(target)].isAccepting { inherit(from: target, by: node) }
    }

    /// What ends at a suffix of a node's string ends at the node too, behind its own patterns.
    private mutating func inherit(from suffix: UInt32, by node: UInt32) {
        guard let inherited = edges.view.value(suffix, EdgeTable.Symbol.accepted) else { return }
        guard unsafe nodes.start[Int(node)].isAccepting,
            var index = edges.view.value(node, EdgeTable.Symbol.accepted)
        else {
            unsafe nodes.start[Int(node)].isAccepting = true
            edges.set(node, EdgeTable.Symbol.accepted, to: inherited)
            return
        }
        let trailing = unsafe accepted.start[inherited]
        while true {
            unsafe accepted.start[index].trailingMask |= trailing.trailingMask
            unsafe accepted.start[index].wrappedTrailingMask |= trailing.wrappedTrailingMask
            let next = unsafe accepted.start[index].next
            if next == 0 { break }
            index = Int(next) - 1
        }
        unsafe accepted.start[index].next = UInt32(inherited + 1)
    }

    /// Marks the nodes below which there are only patterns that count between delimiters.
    mutating func markDelimited() {
        // Deep nodes first: what is known of a child spares the search below it.
        for node in delimitedNodes.reversed() where edges.view.value(node, EdgeTable.Symbol.isDelimited) == nil {
            edges.set(node, EdgeTable.Symbol.isDelimited, to: leadsToUndelimited(node) ? 0 : 1)
        }
    }

    private func leadsToUndelimited(_ node: UInt32) -> Bool {
        if let known = edges.view.value(node, EdgeTable.Symbol.isDelimited) { return known == 0 }
        let bits = unsafe nodes.start[Int(node)]
        if bits.depth > MaskedSecret.longestDelimited { return true }
        if bits.isAccepting, var index = edges.view.value(node, EdgeTable.Symbol.accepted) {
            while true {
                let pattern = unsafe accepted.start[index]
                if Int(pattern.length) == bits.depth, !pattern.isDelimited { return true }
                if pattern.next == 0 { break }
                index = Int(pattern.next) - 1
            }
        }
        if bits.hasNext, leadsToUndelimited(node + 1) { return true }
        guard bits.hasBranches else { return false }
        for byte in 0...255 {
            if let child = edges.view.value(node, byte), leadsToUndelimited(UInt32(child)) { return true }
        }
        return false
    }
}
