/// Tells whether a pattern may go on behind a line end or a control sequence, from what stands on both sides.
///
/// - Safety: as `ChunkSearch`, for whose chunk it is made.
@safe struct GapSearch {
    private let filter: StartFilterView
    private let base: UnsafeRawPointer
    private let count: Int
    private let low: Int

    /// A control sequence of more bytes is left to the automaton, as is a longer run of gaps.
    private static let longestSequence = 32
    private static let longestRun = 256

    init(_ filter: StartFilterView, _ base: UnsafeRawPointer, _ count: Int, _ low: Int) {
        self.filter = filter
        unsafe self.base = base
        self.count = count
        self.low = low
    }

    /// The place of the text behind the gaps that start at `start`; nil where the automaton has to look at them.
    ///
    /// Both views count: one leaves out control sequences alone, the other line ends and the blanks behind them too.
    @inline(__always)
    func placeBehindHarmless(_ start: Int) -> Int? {
        // Nearly always a line feed and then text.
        if start &+ 5 <= count, byte(start) == 0x0A {
            let following = unsafe base.loadUnaligned(fromByteOffset: start &+ 1, as: UInt32.self)
            if !following.holdsControl, following & 0xFF != 0x20 {
                let isHarmless =
                    !mayMeet(gap: start, UInt8(truncatingIfNeeded: following))
                    || isHarmless(gap: start, before: following)
                return isHarmless ? start &+ 1 : nil
            }
        }
        return placeBehindHarmlessRun(start)
    }

    private func placeBehindHarmlessRun(_ start: Int) -> Int? {
        var position = start
        var hasLineEnd = false
        var isTextCut = false
        while position < count, position - start < Self.longestRun {
            let byte = byte(position)
            if byte == .escape {
                guard let end = sequencesEnd(from: position), end < count else { return nil }
                if mayMeet(gap: position, self.byte(end)) {
                    guard let text = text(from: end, isJoined: false), isHarmless(gap: position, before: text.bytes)
                    else { return nil }
                    isTextCut = text.isCut
                }
                position = end
            } else if byte.isLineEnd {
                hasLineEnd = true
                position += 1
            } else if hasLineEnd, byte.isBlank {
                position += 1
            } else {
                guard hasLineEnd || isTextCut, mayMeet(gap: start, byte) else { return position }
                guard let text = text(from: position, isJoined: true), isHarmless(gap: start, before: text.bytes) else {
                    return nil
                }
                return position
            }
        }
        return nil
    }

    /// Whether the byte before the gap and the one behind it are neighbours in any pattern.
    @inline(__always)
    private func mayMeet(gap: Int, _ next: UInt8) -> Bool {
        gap > low && filter.neighbours.holds(byte(gap &- 1), next)
    }

    /// Whether no pattern goes on with `text` behind the gap at `gap`, where the nearest bytes do meet.
    private func isHarmless(gap: Int, before text: UInt32) -> Bool {
        let joints = filter.joints
        let last = byte(gap &- 1)
        let first = UInt8(truncatingIfNeeded: text)
        if filter.jointKinds.contains(.after), joints.holds(GapJoint.after(last, text)) { return false }
        if filter.jointKinds.contains(.before), gap &- low >= 4 {
            let preceding = unsafe base.loadUnaligned(fromByteOffset: gap &- 4, as: UInt32.self)
            if joints.holds(GapJoint.before(preceding, first)) { return false }
        }
        return !(filter.jointKinds.contains(.pair) && joints.holds(GapJoint.pair(last, first)))
    }

    /// Four bytes of a view, from a byte that is part of it on, and whether a line end lies before or among them; nil where
    /// the chunk or what we know of it ends.
    private func text(from position: Int, isJoined: Bool) -> (bytes: UInt32, isCut: Bool)? {
        if position + 4 <= count {
            let bytes = unsafe base.loadUnaligned(fromByteOffset: position, as: UInt32.self)
            if !bytes.holdsControl { return (bytes, false) }
        }
        var result: UInt32 = 0
        var found: UInt32 = 0
        var isInGap = false
        var isCut = false
        var position = position
        let end = min(count, position + Self.longestRun)
        while position < end {
            let byte = byte(position)
            if byte == .escape {
                guard let next = sequencesEnd(from: position) else { return nil }
                position = next
                continue
            }
            if byte.isLineEnd { isCut = true }
            isInGap = byte.isLineEnd || isInGap && byte.isBlank
            position += 1
            if isJoined, isInGap { continue }
            result |= UInt32(byte) << (found * 8)
            found += 1
            if found == 4 { return (result, isCut) }
        }
        return nil
    }

    // MARK: - Control sequences

    /// The end of the simple control sequences that start at `position`, one behind the other.
    private func sequencesEnd(from position: Int) -> Int? {
        guard !filter.hasDelimited else { return nil }
        var end = position
        while end < count, byte(end) == .escape {
            guard let next = simpleSequenceEnd(from: end) else { return nil }
            end = next
        }
        return end
    }

    /// The end of the CSI sequence at `start`, nil where there is something else or more.
    private func simpleSequenceEnd(from start: Int) -> Int? {
        let limit = min(count, start + Self.longestSequence)
        guard start + 2 < limit, byte(start + 1) == UInt8(ascii: "[") else { return nil }
        var position = start + 2
        while position < limit {
            let byte = byte(position)
            position += 1
            if byte >= 0x40, byte <= 0x7E { return position }
            if byte < 0x20 || byte > 0x3F { return nil }
        }
        return nil
    }

    /// Where the simple control sequence starts that ends at `position`.
    func simpleSequence(endingAt position: Int) -> Int? {
        guard position > low, byte(position - 1) >= 0x40, let start = escape(before: position) else { return nil }
        return simpleSequenceEnd(from: start) == position ? start : nil
    }

    /// Where the simple control sequence starts of which the byte at `position` is one, but not the first.
    func simpleSequence(around position: Int) -> Int? {
        guard let start = escape(before: position), let end = simpleSequenceEnd(from: start) else { return nil }
        return end > position ? start : nil
    }

    /// The last ESC before `position` that is near enough to start a simple sequence there.
    private func escape(before position: Int) -> Int? {
        var place = position - 1
        let end = max(low, position - Self.longestSequence)
        while place >= end {
            if byte(place) == .escape { return place }
            place -= 1
        }
        return nil
    }

    @inline(__always)
    private func byte(_ position: Int) -> UInt8 {
        unsafe base.load(fromByteOffset: position, as: UInt8.self)
    }
}

extension UInt32 {
    /// Whether one of the four bytes is below 0x20.
    fileprivate var holdsControl: Bool { (self &- 0x2020_2020) & ~self & 0x8080_8080 != 0 }
}
