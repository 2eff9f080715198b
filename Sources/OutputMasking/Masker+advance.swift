/// One byte in one view, and the matches that end with it.
extension Masker {
    func advance(
        _ cursor: inout ViewCursor,
        _ byte: UInt8,
        at position: Int,
        isView: Bool = false,
        isJoined: Bool = false
    ) {
        if cursor.isWaiting { takeTrailing(byte, at: position, &cursor, isView: isView) }
        var node = tables.next(cursor.node, byte)
        if isJoined {
            while node != TrieNode.root, !tables.node(node).mayBeWrapped { node = tables.node(node).fail }
        }
        cursor.node = node
        cursor.viewPosition += 1
        cursor.streamEnd = position + 1
        if tables.node(node).isAccepting { accept(&cursor, at: position + 1, isView: isView, isJoined: isJoined) }
        if isView { forgetGaps(of: &cursor) }
    }

    func forgetGaps(of cursor: inout ViewCursor) {
        // The byte before a match decides too: it may touch a short secret, or share bits of base64 with it.
        cursor.forgetGaps(before: cursor.viewPosition - tables.node(cursor.node).depth - 1)
    }

    /// A view in which no possible match spans a gap goes, where none in the stream does so either: both go on alike.
    func dropDeadViews() {
        guard isPlainAlive || isJoinedAlive, !sequence.isActive, !isInLineGap else { return }
        guard tables.node(raw.node).depth < raw.streamEnd - gapEnd else { return }
        if isPlainAlive, !spansGap(plain) { isPlainAlive = false }
        if isJoinedAlive, !isPlainAlive, !spansGap(joined) { isJoinedAlive = false }
    }

    private func spansGap(_ cursor: ViewCursor) -> Bool {
        !cursor.liveGaps.isEmpty || cursor.isWaiting || cursor.unconfirmed != nil
    }

    // MARK: - Matches

    /// The characters after base64 of a secret that carry bits of it, or pad it.
    private func takeTrailing(_ byte: UInt8, at position: Int, _ cursor: inout ViewCursor, isView: Bool) {
        let matched = Base64Boundary.trailingMask(of: byte) & cursor.trailingMask
        let isPadding = cursor.padding > 0 && byte == UInt8(ascii: "=")
        let left = (cursor.padding, cursor.wrappedPadding)
        let wrapped = matched & cursor.wrappedTrailingMask
        cursor.trailingMask = 0
        cursor.wrappedTrailingMask = 0
        (cursor.padding, cursor.wrappedPadding) = (0, 0)
        guard matched != 0 || isPadding else { return }
        if isPadding {
            cursor.padding = left.0 - 1
            cursor.wrappedPadding = left.1 > 0 ? left.1 - 1 : 0
        } else {
            cursor.padding = Base64Boundary.paddingCount(after: byte, matched: matched)
            cursor.wrappedPadding = Base64Boundary.paddingCount(after: byte, matched: wrapped)
        }
        cover(.init(start: cursor.endedAt, end: position + 1, owner: cursor.endedOwner), cursor, isView: isView)
        counter.extend(from: cursor.endedAt, to: position + 1)
        cursor.endedAt = position + 1
    }

    /// Covers the longest of the patterns that end at the cursor's node.
    private func accept(_ cursor: inout ViewCursor, at end: Int, isView: Bool, isJoined: Bool) {
        guard let first = tables.firstAccepted(cursor.node) else { return }
        var best: (start: Int, pattern: AcceptedPattern)?
        var short: (start: Int, pattern: AcceptedPattern)?
        var candidate: AcceptedPattern? = first
        while let pattern = candidate {
            candidate = tables.accepted(after: pattern)
            let start = cursor.viewPosition - Int(pattern.length)
            // Those that follow are no longer, so they start no earlier but for a shared character.
            if let best, start - 1 > best.start { break }
            if isJoined {
                if Int(pattern.length) < fewestWrappedBytes { break }
                if !pattern.mayBeWrapped { continue }
            }
            if pattern.isDelimited {
                if short == nil, isDelimited(before: start, cursor) { short = (start, pattern) }
                continue
            }
            let shared = sharesCharacter(before: start, Base64Boundary.mask(pattern.leading), cursor)
            let found = (start: shared ? start - 1 : start, pattern: pattern)
            if let known = best, (known.start, known.pattern.owner) <= (found.start, found.pattern.owner) { continue }
            best = found
        }
        if let best {
            cover(from: best.start, to: end, best.pattern, cursor, isView: isView)
            cursor.trailingMask = isJoined ? first.wrappedTrailingMask : first.trailingMask
            cursor.wrappedTrailingMask = first.wrappedTrailingMask
            cursor.endedOwner = best.pattern.owner
            cursor.endedAt = end
        }
        if let short, best == nil || short.start < best!.start {
            cursor.unconfirmed = .init(
                start: cursor.streamPosition(short.start),
                end: end,
                viewStart: short.start,
                pattern: short.pattern
            )
        }
    }

    private func cover(
        from viewStart: Int,
        to end: Int,
        _ pattern: AcceptedPattern,
        _ cursor: ViewCursor,
        isView: Bool
    ) {
        let start = cursor.streamPosition(viewStart)
        var run = CoveredRuns.Run(start: start, end: end, owner: pattern.owner)
        // Where its start was released, the text was written before a delimiter was seen.
        if pattern.isDelimited, start < releasedEnd { run.starterStart = .max }
        cover(run, cursor, isView: isView)
        counter.add(start..<end, pattern.owner, pattern.form, onMatch)
    }

    /// Covers `run`, found in the view of `cursor`, and has the control sequences in it written again.
    func cover(_ run: CoveredRuns.Run, _ cursor: ViewCursor, isView: Bool) {
        runs.cover(run)
        if isView {
            for gap in cursor.liveGaps where gap.isRewritten && gap.start >= run.start && gap.end <= run.end {
                runs.rewrite(gap.start..<gap.end)
            }
        } else {
            rawMatchEnd = max(rawMatchEnd, run.end)
            guard run.start < sequenceEnd else { return }
            // The secret stands in a control sequence, or starts there: that is not to be shown.
            runs.dropSequences(after: run.start)
            plain.keepGapsUnwritten(after: run.start)
            joined.keepGapsUnwritten(after: run.start)
        }
    }

    /// Whether the byte before `start` in the view is one of the base64 characters `classes`.
    func sharesCharacter(before start: Int, _ classes: UInt32, _ cursor: ViewCursor) -> Bool {
        guard classes != 0 else { return false }
        let position = cursor.streamPosition(start - 1)
        guard position >= 0, let byte = window[position] else { return false }
        return Base64Boundary.leadingMask(of: byte) & classes != 0
    }

    // MARK: - Short secrets

    /// Whether no letter or digit stands before `start` in the view.
    func isDelimited(before start: Int, _ cursor: ViewCursor) -> Bool {
        let before = cursor.streamPosition(start - 1)
        guard before >= 0, let byte = window[before] else { return true }
        return !byte.isASCIIAlphanumeric
    }

    var hasUnconfirmed: Bool { raw.unconfirmed != nil || plain.unconfirmed != nil }

    func confirmOrDrop(before byte: UInt8) {
        guard hasUnconfirmed else { return }
        if byte.isASCIIAlphanumeric {
            raw.unconfirmed = nil
            plain.unconfirmed = nil
        } else {
            confirmAll()
        }
    }

    /// A pause and the end of the stream are delimiters too.
    func confirmAll() {
        if let match = raw.unconfirmed {
            raw.unconfirmed = nil
            cover(from: match.viewStart, to: match.end, match.pattern, raw, isView: false)
        }
        if let match = plain.unconfirmed {
            plain.unconfirmed = nil
            cover(from: match.viewStart, to: match.end, match.pattern, plain, isView: true)
        }
    }
}
