internal import SecretMemory

/// Tells whether a mask text could make a secret arise in the output.
struct TextSafety {
    /// Whether each byte occurs in any pattern.
    private var occurs = [Bool](repeating: false, count: 256)
    /// Whether any pattern ends with each byte.
    private var endsPattern = [Bool](repeating: false, count: 256)

    init(_ trie: borrowing Trie) {
        for index in 1..<max(trie.nodeCount, 1) {
            let node = unsafe trie.nodes.start[index]
            occurs[Int(node.label)] = true
            if node.isAccepting { endsPattern[Int(node.label)] = true }
        }
    }

    func isSafe(_ text: [UInt8], _ trie: borrowing Trie) -> Bool {
        guard !text.isEmpty else { return false }
        guard text.contains(where: { occurs[Int($0)] }) else { return true }
        guard !holdsPattern(text, trie) else { return false }
        return !startsWithPatternsEnd(text, trie) && !isInsidePattern(text, trie)
    }

    /// A pattern is inside the text, or the text ends with the beginning of one.
    private func holdsPattern(_ text: [UInt8], _ trie: borrowing Trie) -> Bool {
        for start in text.indices {
            var node = TrieNode.root
            for byte in text[start...] {
                node = trie.child(of: node, byte)
                if node == TrieNode.root { break }
                if unsafe trie.nodes.start[Int(node)].isAccepting { return true }
            }
            if node != TrieNode.root { return true }
        }
        return false
    }

    private func startsWithPatternsEnd(_ text: [UInt8], _ trie: borrowing Trie) -> Bool {
        for count in 1...text.count where endsPattern[Int(text[count - 1])] {
            for index in 1..<trie.nodeCount {
                let node = unsafe trie.nodes.start[index]
                guard node.isAccepting, node.label == text[count - 1] else { continue }
                if trie.string(of: UInt32(index), endsWith: text[..<count]) { return true }
            }
        }
        return false
    }

    private func isInsidePattern(_ text: [UInt8], _ trie: borrowing Trie) -> Bool {
        guard text.allSatisfy({ occurs[Int($0)] }) else { return false }
        for index in 1..<trie.nodeCount {
            let node = unsafe trie.nodes.start[index]
            guard node.label == text[text.count - 1], node.depth >= text.count else { continue }
            if trie.string(of: UInt32(index), endsWith: text[...]) { return true }
        }
        return false
    }
}

extension Trie {
    /// Whether the string of `node` ends with `suffix`.
    fileprivate func string(of node: UInt32, endsWith suffix: ArraySlice<UInt8>) -> Bool {
        var node = node
        for byte in suffix.reversed() {
            guard node != TrieNode.root, unsafe nodes.start[Int(node)].label == byte else { return false }
            node = unsafe nodes.start[Int(node)].parent
        }
        return true
    }
}
