/// One byte in one view, and the matches that end with it.
extension StreamSearch {
    @inline(__always)
    mutating func advance(_ view: StreamView, _ byte: UInt8, at position: Int) {
        if self[view].isWaiting { takeTrailing(byte, at: position, view) }
        var cursor = self[view]
        cursor.node = tables.next(cursor.node, byte)
        if view == .joined {
            while cursor.node != TrieNode.root, !tables.node(cursor.node).mayBeWrapped {
                cursor.node = tables.node(cursor.node).fail
            }
        }
        cursor.viewPosition += 1
        cursor.streamEnd = position + 1
        self[view] = cursor
        if tables.node(cursor.node).isAccepting { accept(view, at: position + 1) }
        if view != .raw { forgetGaps(of: view) }
    }

    /// The characters after base64 of a secret that carry bits of it, or pad it.
    private mutating func takeTrailing(_ byte: UInt8, at position: Int, _ view: StreamView) {
        var cursor = self[view]
        let matched = Base64Boundary.trailingMask(of: byte) & cursor.trailingMask
        let isPadding = cursor.padding > 0 && byte == UInt8(ascii: "=")
        if matched != 0 || isPadding {
            cover(.init(start: cursor.endedAt, end: position + 1, owner: cursor.endedOwner), view)
            counter.extend(from: cursor.endedAt, to: position + 1)
            cursor.endedAt = position + 1
        }
        if isPadding {
            cursor.padding -= 1
            cursor.wrappedPadding -= cursor.wrappedPadding > 0 ? 1 : 0
        } else {
            let wrapped = matched & cursor.wrappedTrailingMask
            cursor.padding = Base64Boundary.paddingCount(after: byte, matched: matched)
            cursor.wrappedPadding = Base64Boundary.paddingCount(after: byte, matched: wrapped)
        }
        cursor.trailingMask = 0
        cursor.wrappedTrailingMask = 0
        self[view] = cursor
    }

    /// Covers the longest of the patterns that end at the view's node.
    mutating func accept(_ view: StreamView, at end: Int) {
        let viewEnd = self[view].viewPosition
        var best: (start: Int, pattern: AcceptedPattern)?
        var short: (start: Int, pattern: AcceptedPattern)?
        var trailingMask: UInt32 = 0
        var wrappedTrailingMask: UInt32 = 0
        for pattern in tables.accepted(at: self[view].node) {
            let start = viewEnd - Int(pattern.length)
            if pattern.mayBeWrapped { wrappedTrailingMask |= Base64Boundary.mask(pattern.trailing) }
            trailingMask |= Base64Boundary.mask(pattern.trailing)
            if view == .joined, !pattern.mayBeWrapped { continue }
            if pattern.isDelimited {
                if short == nil, isDelimited(before: start, view) { short = (start, pattern) }
                continue
            }
            // Those that follow are no longer, so they start no earlier but for a shared character.
            if let best, start - 1 > best.start { continue }
            let shared = sharesCharacter(before: start, Base64Boundary.mask(pattern.leading), view)
            let found = (start: shared ? start - 1 : start, pattern: pattern)
            if let known = best, (known.start, known.pattern.owner) <= (found.start, found.pattern.owner) { continue }
            best = found
        }
        if let best {
            cover(from: best.start, to: end, best.pattern, view)
            var cursor = self[view]
            cursor.trailingMask = view == .joined ? wrappedTrailingMask : trailingMask
            cursor.wrappedTrailingMask = wrappedTrailingMask
            cursor.endedOwner = best.pattern.owner
            cursor.endedAt = end
            self[view] = cursor
        }
        if let short, short.start < best?.start ?? .max {
            let match = UnconfirmedMatch(
                start: streamPosition(short.start, in: view),
                end: end,
                viewStart: short.start,
                pattern: short.pattern
            )
            if view == .raw { rawUnconfirmed = match } else { plainUnconfirmed = match }
        }
    }

    private mutating func cover(from viewStart: Int, to end: Int, _ pattern: AcceptedPattern, _ view: StreamView) {
        let start = streamPosition(viewStart, in: view)
        var run = CoveredRuns.Run(start: start, end: end, owner: pattern.owner)
        // Where its start was released, the text was written before a delimiter was seen.
        if pattern.isDelimited, start < releasedEnd { run.starterStart = .max }
        cover(run, view)
        counter.add(start..<end, pattern.owner, pattern.form)
    }

    /// Covers `run`, found in a view, and has the control sequences in it written again.
    mutating func cover(_ run: CoveredRuns.Run, _ view: StreamView) {
        runs.cover(run)
        guard view == .raw else {
            for gap in view == .plain ? plainGaps.live : joinedGaps.live
            where gap.isRewritten && gap.start >= run.start && gap.end <= run.end {
                runs.rewrite(gap.start..<gap.end)
            }
            return
        }
        rawMatchEnd = max(rawMatchEnd, run.end)
        guard run.start < sequenceEnd else { return }
        // The secret stands in a control sequence, or starts there: that is not to be shown.
        runs.dropSequences(after: run.start)
        plainGaps.keepUnwritten(after: run.start)
        joinedGaps.keepUnwritten(after: run.start)
    }

    /// Whether the byte before `start` in the view is one of the base64 characters `classes`.
    func sharesCharacter(before start: Int, _ classes: UInt32, _ view: StreamView) -> Bool {
        guard classes != 0 else { return false }
        let position = streamPosition(start - 1, in: view)
        guard position >= 0, let byte = window[position] else { return false }
        return Base64Boundary.leadingMask(of: byte) & classes != 0
    }

    // MARK: - Short secrets

    /// Whether no letter or digit stands before `start` in the view.
    func isDelimited(before start: Int, _ view: StreamView) -> Bool {
        let before = streamPosition(start - 1, in: view)
        guard before >= 0, let byte = window[before] else { return true }
        return !byte.isASCIIAlphanumeric
    }

    var hasUnconfirmed: Bool { rawUnconfirmed != nil || plainUnconfirmed != nil }

    mutating func confirmOrDrop(before byte: UInt8) {
        if byte.isASCIIAlphanumeric {
            rawUnconfirmed = nil
            plainUnconfirmed = nil
        } else {
            confirmAll()
        }
    }

    /// A pause and the end of the stream are delimiters too.
    mutating func confirmAll() {
        if let match = rawUnconfirmed {
            rawUnconfirmed = nil
            cover(from: match.viewStart, to: match.end, match.pattern, .raw)
        }
        if let match = plainUnconfirmed {
            plainUnconfirmed = nil
            cover(from: match.viewStart, to: match.end, match.pattern, .plain)
        }
    }
}
