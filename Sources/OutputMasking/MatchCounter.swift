/// Counts matches, each place once.
///
/// A secret often matches in several forms that overlap: its first bytes as one pattern, all of it as another. So a match
/// that holds the one before replaces it, and overlapping matches of one secret count as one.
struct MatchCounter {
    private var last: (start: Int, end: Int, owner: UInt32, form: MaskForm)?
    private var counted = MaskTally()
    /// Called with each match that is complete.
    var report: ((MaskMatch) -> Void)?

    var tally: MaskTally {
        var tally = counted
        if let last { tally.count(last.owner, last.form) }
        return tally
    }

    mutating func add(_ range: Range<Int>, _ owner: UInt32, _ form: MaskForm) {
        if let known = last {
            if range.lowerBound <= known.start {
                last = nil
            } else if range.lowerBound < known.end, known.owner == owner {
                last?.end = max(known.end, range.upperBound)
                return
            }
        }
        finish()
        last = (range.lowerBound, range.upperBound, owner, form)
    }

    /// Lengthens the match that ended at `end`, by a character of base64 that it shares with a neighbour.
    mutating func extend(from end: Int, to newEnd: Int) {
        if last?.end == end { last?.end = newEnd }
    }

    /// Counts the last match: nothing can be added to it any more.
    mutating func finish() {
        guard let match = last else { return }
        last = nil
        counted.count(match.owner, match.form)
        report?(
            MaskMatch(
                offset: match.start,
                length: match.end - match.start,
                secret: Int(match.owner),
                form: match.form
            )
        )
    }
}
