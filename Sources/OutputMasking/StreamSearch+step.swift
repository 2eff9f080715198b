/// One byte through the three views.
extension StreamSearch {
    /// Only the stream as it is matters, and no match that ended goes on.
    var isQuiet: Bool {
        !isPlainAlive && !isJoinedAlive && !isInLineGap && !sequence.isActive && !raw.isWaiting
            && rawUnconfirmed == nil
    }

    /// Reads on in the stream as it is, up to a match, a line end, a control sequence, or `reach` with nothing under way
    /// that the filter could not find again.
    mutating func runQuietly(
        through chunk: UnsafeRawBufferPointer,
        _ index: inout Int,
        upTo reach: Int,
        from chunkStart: Int
    ) {
        var node = raw.node
        var position = index
        let count = chunk.count
        while position < count {
            let byte = unsafe chunk[position]
            if byte.isLineEnd || byte == .escape { break }
            node = tables.next(node, byte)
            position += 1
            if node == TrieNode.root {
                if position >= reach { break }
            } else {
                let bits = tables.node(node)
                if bits.isAccepting || position >= reach && bits.depth < StartFilter.longestStart { break }
            }
        }
        raw.node = node
        raw.viewPosition = chunkStart + position
        raw.streamEnd = chunkStart + position
        if position > index, tables.node(node).isAccepting { accept(.raw, at: chunkStart + position) }
        index = position
    }

    mutating func step(_ byte: UInt8, at position: Int) {
        if hasUnconfirmed { confirmOrDrop(before: byte) }
        if sequence.isActive {
            let wasAtStringEscape = sequence.isAtStringEscape
            switch sequence.read(byte) {
            case .inside:
                if sequence.isAtStringEscape { beforeStringEscape = raw }
                advance(.raw, byte, at: position)
                return
            case .complete:
                advance(.raw, byte, at: position)
                endSequence(at: position + 1)
                return
            case .invalid:
                isPlainAlive = false
                isJoinedAlive = false
                isInLineGap = false
                if wasAtStringEscape {
                    // The string was text, and its last ESC starts a sequence that goes on with this byte.
                    sequence.begin()
                    sequenceStart = position - 1
                    forkPlain(beforeStringEscape)
                    return step(byte, at: position)
                }
            }
        }
        if byte == .escape {
            beginSequence(at: position)
        } else if byte.isLineEnd || isInLineGap && byte.isBlank {
            stepLineGap(at: position)
            if isPlainAlive { advance(.plain, byte, at: position) }
        } else {
            endLineGap(at: position)
            if isJoinedAlive { advance(.joined, byte, at: position) }
            if isPlainAlive { advance(.plain, byte, at: position) }
        }
        advance(.raw, byte, at: position)
        dropDeadViews()
    }

    // MARK: - Where views begin to differ

    private mutating func beginSequence(at position: Int) {
        if isInLineGap, isJoinedAlive { addGap(lineGapRest..<position, isSequence: false, to: .joined) }
        sequence.begin()
        sequenceStart = position
        // Even where no match is under way: the view is not to take the sequence's bytes for text.
        if !isPlainAlive { forkPlain(raw) }
    }

    private mutating func endSequence(at end: Int) {
        sequenceEnd = end
        gapEnd = end
        let isRewritten = rawMatchEnd <= sequenceStart
        if isPlainAlive { addGap(sequenceStart..<end, isSequence: true, isRewritten: isRewritten, to: .plain) }
        if isJoinedAlive { addGap(sequenceStart..<end, isSequence: true, isRewritten: isRewritten, to: .joined) }
        if isInLineGap { lineGapRest = end }
    }

    private mutating func stepLineGap(at position: Int) {
        if !isInLineGap {
            isInLineGap = true
            lineGapStart = position
            lineGapRest = position
            if !isJoinedAlive { forkJoined() }
        } else if position - lineGapStart >= Self.longestLineGap {
            isJoinedAlive = false
        }
    }

    private mutating func endLineGap(at position: Int) {
        guard isInLineGap else { return }
        isInLineGap = false
        gapEnd = position
        guard isJoinedAlive else { return }
        guard position - lineGapStart <= Self.longestLineGap else {
            isJoinedAlive = false
            return
        }
        addGap(lineGapRest..<position, isSequence: false, to: .joined)
    }

    private mutating func forkPlain(_ source: ViewCursor) {
        plain = source
        plainGaps.removeAll()
        plainUnconfirmed = nil
        isPlainAlive = true
    }

    private mutating func forkJoined() {
        joined = isPlainAlive ? plain : raw
        if isPlainAlive { joinedGaps = plainGaps } else { joinedGaps.removeAll() }
        joined.trailingMask = joined.wrappedTrailingMask
        joined.padding = joined.wrappedPadding
        // Only what may be wrapped lives on here.
        while joined.node != TrieNode.root, !tables.node(joined.node).mayBeWrapped {
            joined.node = tables.node(joined.node).fail
        }
        isJoinedAlive = true
    }

    private mutating func addGap(
        _ range: Range<Int>,
        isSequence: Bool,
        isRewritten: Bool = false,
        to view: StreamView
    ) {
        withGaps(of: view) {
            $0.add(range, at: $1.viewPosition, isSequence: isSequence, isRewritten: isRewritten)
        }
        while gapsExceedBounds(of: view), self[view].node != TrieNode.root {
            self[view].node = tables.node(self[view].node).fail
            forgetGaps(of: view)
        }
    }
}
