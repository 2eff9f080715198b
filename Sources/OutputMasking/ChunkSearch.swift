internal import CByteSearch

/// Leads the automaton through one chunk: from each place where a pattern may start to the next.
///
/// - Safety: valid as long as the chunk and the filter.
@safe struct ChunkSearch {
    /// Where the automaton has to begin, with nothing under way, and the place that it has to get to at least.
    struct Candidate {
        var start: Int
        var reach: Int
    }

    private let filter: StartFilterView
    private let base: UnsafeRawPointer
    private let count: Int
    /// Line ends and control sequences before this place were looked at, or read by the automaton.
    private var controlsEnd = 0
    /// The first of them where the automaton has to look too.
    private var control: Candidate?

    /// What is searched at once: the part of a chunk that stays in the first cache for both passes.
    private static let blockCount = 4096

    init?(_ chunk: UnsafeRawBufferPointer, _ filter: StartFilterView) {
        guard let base = chunk.baseAddress else { return nil }
        self.filter = filter
        unsafe self.base = base
        count = chunk.count
    }

    /// The next place where a pattern may start, or where the search has to look closely for other reasons.
    ///
    /// - Parameters:
    ///   - low: no match starts before it that goes on here; it is before the end of the chunk.
    ///   - read: the automaton read all before this place.
    /// - Returns: at the latest, where what is left of the chunk is too short for a decision.
    mutating func next(from low: Int, read: Int) -> Candidate {
        controlsEnd = max(controlsEnd, read)
        if let known = control, known.reach <= read { control = nil }
        // Every start before the tail has its window, and eight bytes to load, in the chunk.
        let tail = max(low, count - filter.window - 8)
        var block = low
        while block < tail {
            let end = min(block + Self.blockCount, tail)
            // What goes on behind a line end may start up to a window before it.
            findControl(before: min(count, end + filter.window + 8), low)
            let limit = min(end, control?.start ?? end)
            if limit > block, let start = unsafe filter.nextStart(in: base, from: block, to: limit, low) {
                return Candidate(start: settled(start, low), reach: start + 1)
            }
            if let found = control, found.start < end {
                control = nil
                return Candidate(start: max(found.start, low), reach: found.reach)
            }
            block = end
        }
        return Candidate(start: settled(tail, low), reach: count)
    }

    // MARK: - Line ends and control sequences

    /// Looks for the first line end or control sequence before `end` that a pattern may go on behind.
    @inline(never)
    private mutating func findControl(before end: Int, _ low: Int) {
        guard control == nil else { return }
        let gaps = unsafe GapSearch(filter, base, count, low)
        var start = controlsEnd
        while start < end {
            var next = start &+ 64
            var found = next <= count ? unsafe ws_low_of_64(base + start) : lowOfLastBytes(from: start)
            while found != 0 {
                let place = start &+ found.trailingZeroBitCount
                guard place < end else {
                    next = place
                    break
                }
                let byte = unsafe base.load(fromByteOffset: place, as: UInt8.self)
                guard byte == 0x0A || byte == 0x0D || byte == .escape else {
                    found &= found &- 1
                    continue
                }
                guard let behind = gaps.placeBehindHarmless(place) else {
                    controlsEnd = place + 1
                    control = Candidate(start: settled(max(low, place - filter.window), low), reach: place + 1)
                    return
                }
                guard behind < next else {
                    next = behind
                    break
                }
                found &= .max &<< UInt64(truncatingIfNeeded: behind &- start)
            }
            start = next
        }
        controlsEnd = max(controlsEnd, start)
    }

    /// As `ws_low_of_64`, where fewer bytes are left.
    private func lowOfLastBytes(from start: Int) -> UInt64 {
        var result: UInt64 = 0
        for place in start..<count {
            if unsafe base.load(fromByteOffset: place, as: UInt8.self) < 0x20 { result |= 1 << UInt64(place - start) }
        }
        return result
    }

    /// Where the automaton has to begin so that it finds what starts at `place`: before a control sequence that `place` lies
    /// in, and before the gap behind which it lies, since the byte before that may touch a secret or share bits with it.
    ///
    /// No further: a start before the gap would be seen without what stands before that one.
    private func settled(_ place: Int, _ low: Int) -> Int {
        let sequences = unsafe GapSearch(filter, base, count, low)
        var start = place
        if let sequence = sequences.simpleSequence(around: start), sequence < start { start = sequence }
        var position = start
        var hasGap = false
        while position > low, start - position <= StreamSearch.longestLineGap {
            let byte = unsafe base.load(fromByteOffset: position - 1, as: UInt8.self)
            if byte.isLineEnd || byte.isBlank {
                if byte.isLineEnd { hasGap = true }
                position -= 1
            } else if let sequence = sequences.simpleSequence(endingAt: position) {
                hasGap = true
                position = sequence
            } else {
                break
            }
        }
        return hasGap ? position : start
    }
}
