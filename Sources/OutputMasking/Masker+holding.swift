/// What is held back, and until when.
extension Masker {
    /// A position that no match to come starts before; quick, and at most one byte too early.
    var earliestStart: Int {
        var earliest = consumed - tables.node(raw.node).depth - 1
        if let short = raw.unconfirmed { earliest = min(earliest, short.start) }
        if isPlainAlive { earliest = min(earliest, earliestStart(of: plain)) }
        if isJoinedAlive { earliest = min(earliest, earliestStart(of: joined)) }
        return earliest
    }

    private func earliestStart(of cursor: ViewCursor) -> Int {
        let depth = tables.node(cursor.node).depth
        var earliest = cursor.streamPosition(cursor.viewPosition - depth - 1)
        if cursor.isWaiting { earliest = min(earliest, cursor.endedAt) }
        if let short = cursor.unconfirmed { earliest = min(earliest, short.start) }
        return earliest
    }

    /// The position before which no byte can belong to a match to come.
    ///
    /// - Parameter releasing: look only at starts that are too long to be shown after a pause.
    func frontier(releasing: Bool) -> Int {
        var frontier = consumed
        if let held = heldStart(of: raw, releasing: releasing) { frontier = min(frontier, held.start) }
        if isPlainAlive, let held = heldStart(of: plain, isView: true, releasing: releasing) {
            frontier = min(frontier, held.start)
        }
        if isJoinedAlive, let held = heldStart(of: joined, isView: true, isJoined: true, releasing: releasing) {
            frontier = min(frontier, held.start)
        }
        guard !releasing else { return frontier }
        for cursor in [raw, plain] {
            if let short = cursor.unconfirmed { frontier = min(frontier, short.start) }
        }
        if isPlainAlive, plain.isWaiting { frontier = min(frontier, plain.endedAt) }
        if isJoinedAlive, joined.isWaiting { frontier = min(frontier, joined.endedAt) }
        return frontier
    }

    /// The longest start of a pattern that the bytes read end with, and that is not yet a match.
    ///
    /// - Returns: where it starts in the stream, and its node.
    private func heldStart(
        of cursor: ViewCursor,
        isView: Bool = false,
        isJoined: Bool = false,
        releasing: Bool
    ) -> (start: Int, node: UInt32)? {
        var node = cursor.node
        while node != TrieNode.root {
            let bits = tables.node(node)
            let start = cursor.viewPosition - bits.depth
            if bits.hasChildren, !isTouched(node, bits.depth, before: start, cursor) {
                let shares = sharesCharacter(before: start, tables.leadingMask(node), cursor)
                let depth = shares ? bits.depth + 1 : bits.depth
                // What spans no gap is the business of the simpler view; but a letter that touches a short secret
                // there may be a part of the control sequence before it.
                let since = countSinceGap(cursor, isJoined: isJoined)
                if isView, depth < since || depth == since && !tables.isDelimited(node) { return nil }
                let held = (start: cursor.streamPosition(cursor.viewPosition - depth), node: node)
                if !releasing { return held }
                if isJoined {
                    let isWrapped = isInLineGap || cursor.spansLineEnd(since: cursor.viewPosition - depth)
                    if !isWrapped || depth < fewestWrappedBytes { return nil }
                } else if depth <= mostReleasedBytes {
                    return nil
                }
                if !tables.isPublic(node) { return held }
            }
            node = bits.fail
        }
        let classes = isJoined ? tables.rootWrappedLeading : tables.rootLeading
        guard !releasing, !isView || countSinceGap(cursor, isJoined: isJoined) == 0,
            sharesCharacter(before: cursor.viewPosition, classes, cursor)
        else { return nil }
        return (cursor.streamPosition(cursor.viewPosition - 1), node)
    }

    /// How many bytes of the view were read since the last gap, which may not have ended yet.
    private func countSinceGap(_ cursor: ViewCursor, isJoined: Bool) -> Int {
        sequence.isActive || isJoined && isInLineGap ? 0 : cursor.countSinceGap
    }

    /// Whether only short secrets go on from `node`, and a letter or digit before them says that this is none.
    private func isTouched(_ node: UInt32, _ depth: Int, before start: Int, _ cursor: ViewCursor) -> Bool {
        depth <= MaskedSecret.longestDelimited && tables.isDelimited(node)
            && !isDelimited(before: start, cursor)
    }

    /// At the end of the stream, covers the starts that are too long to be shown.
    func coverHeldStarts() {
        coverHeldStart(of: raw)
        if isPlainAlive { coverHeldStart(of: plain, isView: true) }
        if isJoinedAlive { coverHeldStart(of: joined, isView: true, isJoined: true) }
    }

    private func coverHeldStart(of cursor: ViewCursor, isView: Bool = false, isJoined: Bool = false) {
        guard let held = heldStart(of: cursor, isView: isView, isJoined: isJoined, releasing: true) else { return }
        let end = cursor.streamPosition(cursor.viewPosition - 1) + 1
        let owner = tables.firstOwner(below: held.node)
        // A match that starts here too has been named already.
        cover(.init(start: held.start, end: end, owner: owner, starterEnd: .max), cursor, isView: isView)
        counter.add(held.start..<end, owner, .start, onMatch)
    }
}
