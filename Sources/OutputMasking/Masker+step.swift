/// One byte through the three views.
extension Masker {
    /// A gap of blanks and line ends inside a match is at most this long, in bytes.
    static let longestLineGap = 256

    func step(_ byte: UInt8, at position: Int) {
        confirmOrDrop(before: byte)
        if sequence.isActive {
            let wasAtStringEscape = sequence.isAtStringEscape
            switch sequence.read(byte) {
            case .inside:
                if sequence.isAtStringEscape { beforeStringEscape = raw }
                advance(&raw, byte, at: position)
                return
            case .complete:
                advance(&raw, byte, at: position)
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
                    fork(beforeStringEscape, into: &plain)
                    isPlainAlive = true
                    return step(byte, at: position)
                }
            }
        }
        if byte == .escape {
            beginSequence(at: position)
        } else if byte.isLineEnd || isInLineGap && byte.isBlank {
            stepLineGap(at: position)
            if isPlainAlive { advance(&plain, byte, at: position, isView: true) }
        } else {
            endLineGap(at: position)
            if isJoinedAlive { advance(&joined, byte, at: position, isView: true, isJoined: true) }
            if isPlainAlive { advance(&plain, byte, at: position, isView: true) }
        }
        advance(&raw, byte, at: position)
        dropDeadViews()
    }

    // MARK: - Where views begin to differ

    private func beginSequence(at position: Int) {
        if isInLineGap, isJoinedAlive {
            addGap(lineGapRest..<position, isSequence: false, isRewritten: false, to: &joined)
        }
        sequence.begin()
        sequenceStart = position
        // Even where no match is under way: the view is not to take the sequence's bytes for text.
        if !isPlainAlive {
            fork(raw, into: &plain)
            isPlainAlive = true
        }
    }

    private func endSequence(at end: Int) {
        sequenceEnd = end
        gapEnd = end
        let isRewritten = rawMatchEnd <= sequenceStart
        if isPlainAlive { addGap(sequenceStart..<end, isSequence: true, isRewritten: isRewritten, to: &plain) }
        if isJoinedAlive { addGap(sequenceStart..<end, isSequence: true, isRewritten: isRewritten, to: &joined) }
        if isInLineGap { lineGapRest = end }
    }

    private func stepLineGap(at position: Int) {
        if !isInLineGap {
            isInLineGap = true
            lineGapStart = position
            lineGapRest = position
            if !isJoinedAlive { forkJoined() }
        } else if position - lineGapStart >= Self.longestLineGap {
            isJoinedAlive = false
        }
    }

    private func endLineGap(at position: Int) {
        guard isInLineGap else { return }
        isInLineGap = false
        gapEnd = position
        guard isJoinedAlive else { return }
        guard position - lineGapStart <= Self.longestLineGap else {
            isJoinedAlive = false
            return
        }
        addGap(lineGapRest..<position, isSequence: false, isRewritten: false, to: &joined)
    }

    private func forkJoined() {
        let source = isPlainAlive ? plain : raw
        fork(source, into: &joined)
        joined.trailingMask = source.wrappedTrailingMask
        joined.padding = source.wrappedPadding
        // Only what may be wrapped lives on here.
        while joined.node != TrieNode.root, !tables.node(joined.node).mayBeWrapped {
            joined.node = tables.node(joined.node).fail
        }
        isJoinedAlive = true
    }

    private func fork(_ source: ViewCursor, into target: inout ViewCursor) {
        target = source
        target.unconfirmed = nil
    }

    private func addGap(
        _ range: Range<Int>,
        isSequence: Bool,
        isRewritten: Bool,
        to cursor: inout ViewCursor
    ) {
        cursor.addGap(range, isSequence: isSequence, isRewritten: isRewritten)
        while cursor.exceedsBounds, cursor.node != TrieNode.root {
            cursor.node = tables.node(cursor.node).fail
            forgetGaps(of: &cursor)
        }
    }
}
