/// What a view leaves out of the stream, inside the longest possible match.
struct GapList {
    /// A stretch of the stream that the view leaves out.
    struct Gap {
        /// Positions in the stream.
        var start: Int
        var end: Int
        /// How many bytes of the view lie before it.
        var viewPosition: Int
        /// A control sequence, not white space.
        let isSequence: Bool
        /// It is written again after the mask text: a control sequence in which no secret stands.
        var isRewritten: Bool

        var count: Int { end - start }
    }

    /// Oldest first, from `first` on.
    private var gaps: [Gap] = []
    private var first = 0
    /// The bytes in these gaps.
    private var byteCount = 0

    /// No more bytes lie in the gaps of a match, and no more gaps in it.
    static let mostBytes = 64 * 1024
    static let mostGaps = 4096

    var isEmpty: Bool { first == gaps.count }
    var live: ArraySlice<Gap> { gaps[first...] }
    var exceedsBounds: Bool { byteCount > Self.mostBytes || gaps.count - first > Self.mostGaps }

    /// The position in the view of the last gap.
    var last: Int? { first < gaps.count ? gaps[gaps.count - 1].viewPosition : nil }

    /// The place in the stream of the byte at `position` in the view, which is not before the oldest gap's match.
    func streamPosition(_ position: Int, _ cursor: ViewCursor) -> Int {
        guard first < gaps.count else { return cursor.streamEnd - (cursor.viewPosition - position) }
        guard position >= gaps[first].viewPosition else {
            return gaps[first].start - (gaps[first].viewPosition - position)
        }
        var low = first
        var high = gaps.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if gaps[middle].viewPosition <= position { low = middle } else { high = middle }
        }
        return gaps[low].end + (position - gaps[low].viewPosition)
    }

    /// Whether a line end lies inside what was read from the byte at `position` in the view on.
    func spansLineEnd(since position: Int) -> Bool {
        live.contains { !$0.isSequence && $0.viewPosition > position }
    }

    /// Leaves `range` of the stream out of the view, at `viewPosition`.
    mutating func add(_ range: Range<Int>, at viewPosition: Int, isSequence: Bool, isRewritten: Bool) {
        guard !range.isEmpty else { return }
        gaps.append(
            Gap(
                start: range.lowerBound,
                end: range.upperBound,
                viewPosition: viewPosition,
                isSequence: isSequence,
                isRewritten: isRewritten
            )
        )
        byteCount += range.count
    }

    /// A secret stands behind `position`, so that no gap there is written again.
    mutating func keepUnwritten(after position: Int) {
        var index = gaps.count - 1
        while index >= first, gaps[index].end > position {
            gaps[index].isRewritten = false
            index -= 1
        }
    }

    /// Forgets the gaps before the byte at `position` in the view.
    mutating func forget(before position: Int) {
        while first < gaps.count, gaps[first].viewPosition <= position {
            byteCount -= gaps[first].count
            first += 1
        }
        if first == gaps.count {
            removeAll()
        } else if first > 64, first * 2 > gaps.count {
            gaps.removeSubrange(..<first)
            first = 0
        }
    }

    /// Forgets all, and keeps the memory for the next ones.
    mutating func removeAll() {
        guard !gaps.isEmpty else { return }
        gaps.removeAll(keepingCapacity: true)
        first = 0
        byteCount = 0
    }
}
