/// The stretches of a stream that are to be masked and were not written yet.
struct CoveredRuns {
    struct Run {
        /// Positions in the stream.
        var start: Int
        var end: Int
        /// The secret whose match starts the run, and where that match ended.
        var owner: UInt32
        var starterEnd: Int
        /// Where it started, though some of it may have been released.
        var starterStart: Int

        init(start: Int, end: Int, owner: UInt32, starterEnd: Int? = nil) {
            self.start = start
            self.end = end
            self.owner = owner
            self.starterEnd = starterEnd ?? end
            starterStart = start
        }

        /// Whether this one's match names the run that both are part of.
        func isNamed(before other: Run) -> Bool {
            (start, starterEnd, starterStart, owner) < (other.start, other.starterEnd, other.starterStart, other.owner)
        }
    }

    /// In order, none touching another.
    private(set) var runs: [Run] = []
    /// Control sequences inside runs, in order, to be written after the mask text.
    private(set) var sequences: [Range<Int>] = []
    /// All before this position was written or swallowed.
    private(set) var emitted = 0
    /// The byte before `emitted` belongs to a run whose text was written.
    private var endsInRun = false

    var isEmpty: Bool { runs.isEmpty }
    var count: Int { runs.count }

    /// Covers a match; what touches it becomes one run with it.
    mutating func cover(_ match: Run) {
        var added = match
        added.start = max(added.start, emitted)
        guard added.end > added.start else { return }
        var high = runs.count
        while high > 0, runs[high - 1].start > added.end { high -= 1 }
        var low = high
        while low > 0, runs[low - 1].end >= added.start {
            low -= 1
            let end = max(runs[low].end, added.end)
            if runs[low].isNamed(before: added) { added = runs[low] }
            added.end = end
        }
        runs.replaceSubrange(low..<high, with: CollectionOfOne(added))
    }

    /// Notes that the control sequence at `range`, inside a match, is to be written again.
    mutating func rewrite(_ range: Range<Int>) {
        guard range.upperBound > emitted else { return }
        var index = sequences.count
        while index > 0, sequences[index - 1].lowerBound > range.lowerBound { index -= 1 }
        if index > 0, sequences[index - 1] == range { return }
        sequences.insert(range, at: index)
    }

    /// Takes back `rewrite` for what lies behind `position`: a secret stands there.
    mutating func dropSequences(after position: Int) {
        while let last = sequences.last, last.upperBound > position { sequences.removeLast() }
    }

    /// Writes all that no later match can change: the bytes before `frontier`, and runs that start there or before.
    mutating func flush(
        upTo frontier: Int,
        _ window: borrowing StreamWindow,
        writeText: (UInt32) -> Void,
        _ emit: (UnsafeRawBufferPointer) -> Void
    ) {
        // What was released after a pause is gone, though a match may still start there.
        let frontier = max(frontier, emitted)
        var done = 0
        for run in runs {
            guard run.start <= frontier else { break }
            if !(endsInRun && run.start == emitted) {
                if run.start > emitted { unsafe window.emit(emitted..<run.start, emit) }
                writeText(run.owner)
            }
            endsInRun = true
            unsafe rewriteSequences(before: run.end, upTo: frontier, window, emit)
            guard sequences.first.map({ $0.lowerBound >= run.end }) ?? true else {
                runs[done].start = emitted
                break
            }
            emitted = max(emitted, run.end)
            done += 1
        }
        runs.removeSubrange(..<done)
        if emitted < frontier, runs.isEmpty || runs[0].start > emitted {
            unsafe window.emit(emitted..<frontier, emit)
            emitted = frontier
            endsInRun = false
        }
    }

    /// Swallows what is covered, but for control sequences that no secret can be part of any more.
    private mutating func rewriteSequences(
        before end: Int,
        upTo frontier: Int,
        _ window: borrowing StreamWindow,
        _ emit: (UnsafeRawBufferPointer) -> Void
    ) {
        var done = 0
        for range in sequences {
            guard range.lowerBound < end else { break }
            emitted = max(emitted, range.lowerBound)
            guard range.upperBound <= frontier else { break }
            if emitted < range.upperBound { unsafe window.emit(emitted..<range.upperBound, emit) }
            emitted = max(emitted, range.upperBound)
            done += 1
        }
        if done > 0 { sequences.removeSubrange(..<done) }
    }
}
