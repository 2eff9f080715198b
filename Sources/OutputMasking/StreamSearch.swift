internal import SecretMemory

/// Where the search stands in all views of one stream, what it found, and what of it was not written yet.
struct StreamSearch: ~Copyable {
    let tables: AutomatonView
    private let filter: StartFilterView
    private let isFiltered: Bool
    var window = StreamWindow()
    var runs = CoveredRuns()
    var counter = MatchCounter()
    /// How many bytes were read.
    var consumed = 0

    /// How many runs may wait within a chunk.
    private var flushAt = 64
    /// What lies before was written or masked when the stream paused last.
    private(set) var releasedEnd = 0

    var raw = ViewCursor()
    var plain = ViewCursor()
    var isPlainAlive = false
    var plainGaps = GapList()
    var joined = ViewCursor()
    var isJoinedAlive = false
    var joinedGaps = GapList()
    var rawUnconfirmed: UnconfirmedMatch?
    var plainUnconfirmed: UnconfirmedMatch?

    var sequence = ControlSequence()
    /// The search in the stream before an ESC inside a string, which may turn out to be none.
    var beforeStringEscape = ViewCursor()
    /// Where the last control sequence starts and ends.
    var sequenceStart = 0
    var sequenceEnd = 0
    /// Where the last gap of any view ended.
    var gapEnd = 0
    /// Where the last match in the stream as it is ended.
    var rawMatchEnd = 0
    /// Whether the bytes read last are a line end, and blanks after it; where they start, and the part not yet a gap.
    var isInLineGap = false
    var lineGapStart = 0
    var lineGapRest = 0

    /// A gap of blanks and line ends inside a match is at most this long, in bytes.
    static let longestLineGap = 256

    init(_ automaton: borrowing MaskAutomaton, isFiltered: Bool) {
        tables = automaton.view
        filter = automaton.filter
        self.isFiltered = isFiltered
    }

    /// The cursor of a view.
    subscript(view: StreamView) -> ViewCursor {
        @inline(__always) get {
            switch view {
            case .raw: raw
            case .plain: plain
            case .joined: joined
            }
        }
        @inline(__always) set {
            switch view {
            case .raw: raw = newValue
            case .plain: plain = newValue
            case .joined: joined = newValue
            }
        }
    }

    /// Reads a chunk that is not empty, and writes all that is decided.
    mutating func consume(
        _ input: UnsafeRawBufferPointer,
        _ automaton: MaskAutomaton,
        _ emit: (UnsafeRawBufferPointer) -> Void
    ) {
        guard var search = unsafe ChunkSearch(input, filter) else { return }
        unsafe window.read(input)
        let start = consumed
        var index = 0
        // Up to here the automaton has to read, whatever its state, and from there on it was sent.
        var reach = isFiltered ? 0 : input.count
        var sentTo = -1
        while index < input.count {
            if index >= reach, let held = resting(after: index, from: start, sentTo) {
                let candidate = search.next(from: index - held, read: index)
                raw.node = TrieNode.root
                index = candidate.start
                raw.viewPosition = start + index
                raw.streamEnd = start + index
                reach = candidate.reach
                sentTo = index
            }
            if isQuiet { unsafe runQuietly(through: input, &index, upTo: reach, from: start) }
            if index < input.count, !isQuiet || index < reach || raw.node != TrieNode.root {
                step(unsafe input[index], at: start + index)
                index += 1
            }
            consumed = start + index
            if runs.count >= flushAt {
                unsafe flush(upTo: earliestStart, automaton, emit)
                flushAt = max(64, runs.count * 2)
            }
        }
        consumed = start + input.count
        unsafe flush(upTo: frontier(releasing: false), automaton, emit)
        retain()
    }

    /// Whether the filter can go on from here, and the bytes that it has to look at again: a start of a pattern that is
    /// so short that most turn out to be none.
    private func resting(after index: Int, from chunkStart: Int, _ sentTo: Int) -> Int? {
        guard isQuiet else { return nil }
        if raw.node == TrieNode.root { return 0 }
        let depth = tables.node(raw.node).depth
        guard depth < StartFilter.longestStart, index - depth > sentTo,
            chunkStart + index - depth >= max(rawMatchEnd, chunkStart)
        else {
            return nil
        }
        return depth
    }

    /// Whether something is held that gives nothing away.
    var holdsReleasable: Bool {
        guard runs.emitted < consumed else { return false }
        return hasUnconfirmed || frontier(releasing: true) > runs.emitted
    }

    /// Whether the stream stands behind a line end, and holds of that line no more than what a pause releases.
    var holdsFinishedLine: Bool {
        guard isInLineGap, !sequence.isActive, raw.node == TrieNode.root, rawUnconfirmed == nil,
            plainUnconfirmed == nil
        else { return false }
        return isJoinedAlive && tables.node(joined.node).depth <= mostReleasedBytes && holdsReleasable
    }

    mutating func releaseIdle(_ automaton: MaskAutomaton, _ emit: (UnsafeRawBufferPointer) -> Void) {
        confirmAll()
        unsafe flush(upTo: frontier(releasing: true), automaton, emit)
        releasedEnd = runs.emitted
        retain()
    }

    mutating func finish(_ automaton: MaskAutomaton, _ emit: (UnsafeRawBufferPointer) -> Void) {
        confirmAll()
        coverHeldStarts()
        unsafe flush(upTo: consumed, automaton, emit)
        counter.finish()
        retain()
    }

    private mutating func flush(
        upTo frontier: Int,
        _ automaton: MaskAutomaton,
        _ emit: (UnsafeRawBufferPointer) -> Void
    ) {
        let text = automaton.text
        unsafe runs.flush(
            upTo: frontier,
            window,
            writeText: { owner in
                let bytes = text.fixed ?? text.template.bytes(naming: automaton.names[Int(owner)])
                unsafe bytes.withUnsafeBytes { unsafe $0.isEmpty ? () : emit($0) }
            },
            emit
        )
    }

    /// Keeps what is held, and the byte before each possible match: it may touch a short secret.
    private mutating func retain() {
        window.retain(from: min(runs.emitted, earliestStart))
    }
}
