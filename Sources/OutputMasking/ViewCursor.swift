/// Where the search stands in the stream, or in a view of it from which some bytes are taken out.
///
/// A view differs from the stream only where something was taken out inside a possible match: its cursor is made
/// there, from that of the stream, and goes when no possible match spans a gap any more.
struct ViewCursor {
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

    /// A short secret that ended here, if no letter or digit follows.
    struct Unconfirmed {
        /// Positions in the stream.
        var start: Int
        var end: Int
        /// Where it starts in the view.
        var viewStart: Int
        var pattern: AcceptedPattern
    }

    var node = TrieNode.root
    /// The classes of the next byte that belongs to the match that ended here.
    var trailingMask: UInt32 = 0
    /// The same, where the match may be wrapped over lines.
    var wrappedTrailingMask: UInt32 = 0
    /// How many `=` may follow and belong to it too.
    var padding: UInt8 = 0
    var wrappedPadding: UInt8 = 0
    /// Whose match ended here, for the characters that follow it.
    var endedOwner: UInt32 = 0
    /// Where that match ended, in the stream.
    var endedAt = 0
    var unconfirmed: Unconfirmed?
    /// How many bytes of the view were read.
    var viewPosition = 0
    /// Where the last of them ends in the stream.
    var streamEnd = 0
    /// The gaps inside the longest possible match, oldest first, from `firstGap` on.
    private(set) var gaps: [Gap] = []
    private var firstGap = 0
    /// The bytes in these gaps.
    private var gapBytes = 0

    /// No more bytes lie in the gaps of a match, and no more gaps in it.
    static let mostGapBytes = 64 * 1024
    static let mostGaps = 4096

    var isWaiting: Bool { trailingMask != 0 || padding != 0 }

    var liveGaps: ArraySlice<Gap> { gaps[firstGap...] }

    /// How many bytes of the view were read since the last gap; all of them where there is none.
    var countSinceGap: Int {
        guard let last = gaps.last, firstGap < gaps.count else { return viewPosition }
        return viewPosition - last.viewPosition
    }

    /// The place in the stream of the byte at `position` in the view, which is not before the oldest gap's match.
    func streamPosition(_ position: Int) -> Int {
        guard firstGap < gaps.count else { return streamEnd - (viewPosition - position) }
        guard position >= gaps[firstGap].viewPosition else {
            return gaps[firstGap].start - (gaps[firstGap].viewPosition - position)
        }
        var low = firstGap
        var high = gaps.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if gaps[middle].viewPosition <= position { low = middle } else { high = middle }
        }
        return gaps[low].end + (position - gaps[low].viewPosition)
    }

    /// Whether a line end lies inside what was read from the byte at `position` in the view on.
    func spansLineEnd(since position: Int) -> Bool {
        liveGaps.contains { !$0.isSequence && $0.viewPosition > position }
    }

    /// Leaves `range` of the stream out of the view, here.
    mutating func addGap(_ range: Range<Int>, isSequence: Bool, isRewritten: Bool) {
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
        gapBytes += range.count
    }

    var exceedsBounds: Bool { gapBytes > Self.mostGapBytes || gaps.count - firstGap > Self.mostGaps }

    /// A secret stands behind `position`, so that no gap there is written again.
    mutating func keepGapsUnwritten(after position: Int) {
        var index = gaps.count - 1
        while index >= firstGap, gaps[index].end > position {
            gaps[index].isRewritten = false
            index -= 1
        }
    }

    /// Forgets the gaps before the byte at `position` in the view.
    mutating func forgetGaps(before position: Int) {
        while firstGap < gaps.count, gaps[firstGap].viewPosition <= position {
            gapBytes -= gaps[firstGap].count
            firstGap += 1
        }
        if firstGap > 64, firstGap * 2 > gaps.count {
            gaps.removeSubrange(..<firstGap)
            firstGap = 0
        }
    }
}
