/// What is held back, and until when.
extension StreamSearch {
    /// A position that no match to come starts before; quick, and at most one byte too early.
    var earliestStart: Int {
        var earliest = consumed - tables.node(raw.node).depth - 1
        if let short = rawUnconfirmed { earliest = min(earliest, short.start) }
        if let short = plainUnconfirmed { earliest = min(earliest, short.start) }
        if isPlainAlive { earliest = min(earliest, earliestStart(in: .plain)) }
        if isJoinedAlive { earliest = min(earliest, earliestStart(in: .joined)) }
        if sequence.isAtStringEscape {
            let cursor = beforeStringEscape
            earliest = min(earliest, cursor.viewPosition - tables.node(cursor.node).depth - 1)
            if cursor.isWaiting { earliest = min(earliest, cursor.endedAt) }
        }
        return earliest
    }

    private func earliestStart(in view: StreamView) -> Int {
        let cursor = self[view]
        let depth = tables.node(cursor.node).depth
        let earliest = streamPosition(cursor.viewPosition - depth - 1, in: view)
        return cursor.isWaiting ? min(earliest, cursor.endedAt) : earliest
    }

    /// The position before which no byte can belong to a match to come.
    ///
    /// - Parameter releasing: look only at starts that are too long to be shown after a pause.
    func frontier(releasing: Bool) -> Int {
        var frontier = consumed
        if let held = heldStart(in: .raw, releasing: releasing) { frontier = min(frontier, held.start) }
        if isPlainAlive, let held = heldStart(in: .plain, releasing: releasing) {
            frontier = min(frontier, held.start)
        }
        if isJoinedAlive, let held = heldStart(in: .joined, releasing: releasing) {
            frontier = min(frontier, held.start)
        }
        guard !releasing else { return frontier }
        // The next byte may tell that the string was text and that its last ESC starts a sequence of its own.
        if sequence.isAtStringEscape {
            if let held = heldStartBeforeStringEscape { frontier = min(frontier, held.start) }
            if beforeStringEscape.isWaiting { frontier = min(frontier, beforeStringEscape.endedAt) }
        }
        if let short = rawUnconfirmed { frontier = min(frontier, short.start) }
        if let short = plainUnconfirmed { frontier = min(frontier, short.start) }
        if isPlainAlive, plain.isWaiting { frontier = min(frontier, plain.endedAt) }
        if isJoinedAlive, joined.isWaiting { frontier = min(frontier, joined.endedAt) }
        return frontier
    }

    /// A start of a pattern that is held: where it starts in the stream, and its node.
    struct HeldStart {
        let start: Int
        let node: UInt32
    }

    /// The longest start of a pattern that the bytes read end with, and that is not yet a match.
    private func heldStart(in view: StreamView, releasing: Bool) -> HeldStart? {
        heldStart(of: self[view], in: view, countSinceGap(in: view), releasing: releasing)
    }

    private var heldStartBeforeStringEscape: HeldStart? {
        // It has no gaps: positions in it are those of the stream.
        heldStart(of: beforeStringEscape, in: .raw, 0, releasing: false)
    }

    /// - Parameter since: how many bytes of the view were read since its last gap. What spans no gap is the business of the
    ///   simpler view.
    private func heldStart(of cursor: ViewCursor, in view: StreamView, _ since: Int, releasing: Bool) -> HeldStart? {
        var node = cursor.node
        while node != TrieNode.root {
            let bits = tables.node(node)
            let start = cursor.viewPosition - bits.depth
            if bits.hasChildren, !isTouched(node, bits.depth, before: start, view) {
                let shares = sharesCharacter(before: start, tables.leadingMask(node), view)
                let depth = shares ? bits.depth + 1 : bits.depth
                // A letter that touches a short secret behind a gap may be a part of the control sequence.
                if view != .raw, depth < since || depth == since && !tables.isDelimited(node) { return nil }
                let held = HeldStart(start: streamPosition(cursor.viewPosition - depth, in: view), node: node)
                if !releasing { return held }
                if view == .joined {
                    let isWrapped = isInLineGap || joinedGaps.spansLineEnd(since: cursor.viewPosition - depth)
                    if !isWrapped || depth < fewestWrappedBytes { return nil }
                } else if depth <= mostReleasedBytes {
                    return nil
                }
                if !tables.isPublic(node) { return held }
            }
            node = bits.fail
        }
        let classes = view == .joined ? tables.rootWrappedLeading : tables.rootLeading
        guard !releasing, view == .raw || since == 0,
            sharesCharacter(before: cursor.viewPosition, classes, view)
        else { return nil }
        return HeldStart(start: streamPosition(cursor.viewPosition - 1, in: view), node: node)
    }

    /// Whether only short secrets go on from `node`, and a letter or digit before them says that this is none.
    private func isTouched(_ node: UInt32, _ depth: Int, before start: Int, _ view: StreamView) -> Bool {
        depth <= MaskedSecret.longestDelimited && tables.isDelimited(node) && !isDelimited(before: start, view)
    }

    /// At the end of the stream, covers the starts that are too long to be shown.
    mutating func coverHeldStarts() {
        coverHeldStart(in: .raw)
        if isPlainAlive { coverHeldStart(in: .plain) }
        if isJoinedAlive { coverHeldStart(in: .joined) }
    }

    private mutating func coverHeldStart(in view: StreamView) {
        guard let held = heldStart(in: view, releasing: true) else { return }
        let end = streamPosition(self[view].viewPosition - 1, in: view) + 1
        let owner = tables.firstOwner(below: held.node)
        // A match that starts here too has been named already.
        cover(.init(start: held.start, end: end, owner: owner, starterEnd: .max), view)
        counter.add(held.start..<end, owner, .start)
    }
}
