internal import SecretMemory

extension Trie {
    /// Marks the nodes below which there are only patterns that count between delimiters.
    mutating func markDelimited() {
        // Deep nodes first: what is known of a child spares the search below it.
        for node in delimitedNodes.reversed() where edges.view.value(node, EdgeTable.Symbol.isDelimited) == nil {
            edges.set(node, EdgeTable.Symbol.isDelimited, to: leadsToUndelimited(node) ? 0 : 1)
        }
    }

    /// Whether a pattern that needs no delimiters goes on from `node`.
    private func leadsToUndelimited(_ node: UInt32) -> Bool {
        if let known = edges.view.value(node, EdgeTable.Symbol.isDelimited) { return known == 0 }
        let bits = unsafe nodes.start[Int(node)]
        if bits.depth > MaskedSecret.longestDelimited { return true }
        if bits.hasNext, isUndelimitedOrLeadsThere(node + 1) { return true }
        guard bits.hasBranches else { return false }
        for byte in 0...255 {
            if let child = edges.view.value(node, byte), isUndelimitedOrLeadsThere(UInt32(child)) { return true }
        }
        return false
    }

    private func isUndelimitedOrLeadsThere(_ node: UInt32) -> Bool {
        if unsafe nodes.start[Int(node)].isAccepting,
            var index = edges.view.value(node, EdgeTable.Symbol.accepted)
        {
            while true {
                let pattern = unsafe accepted.start[index]
                if !pattern.isDelimited { return true }
                if pattern.next == 0 { break }
                index = Int(pattern.next) - 1
            }
        }
        return leadsToUndelimited(node)
    }
}
