internal import SecretMemory

/// Masks one stream: bytes in, bytes out.
///
/// What it writes is a function of the bytes read, and of the pauses that `releaseIdle` tells of, alone: how the stream
/// is cut into chunks changes nothing. Bytes that cannot be the start of a secret are written during the call that
/// brought them. It knows no descriptors and no clocks: the caller waits 30 ms where `holdsReleasable` says so.
///
/// Time is linear in the bytes read, memory is bounded by the longest form of a secret.
package final class Masker {
    package let automaton: MaskAutomaton
    /// Called with each match as soon as it is known to be complete; for `scan`.
    package var onMatch: ((MaskMatch) -> Void)?

    let tables: AutomatonView
    var window = StreamWindow()
    var runs = CoveredRuns()
    var counter = MatchCounter()
    /// How many bytes were read.
    var consumed = 0

    /// What lies before was written or masked when the stream paused last.
    var releasedEnd = 0

    /// The stream as it is.
    var raw = ViewCursor()
    /// The stream without control sequences, while that differs inside a possible match.
    var plain = ViewCursor()
    var isPlainAlive = false
    /// The stream without control sequences and line ends, while that differs inside a possible match.
    var joined = ViewCursor()
    var isJoinedAlive = false

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

    package init(_ automaton: MaskAutomaton) {
        self.automaton = automaton
        tables = automaton.view
    }

    /// How often each secret was masked so far.
    package var tally: MaskTally { counter.tally }

    /// Reads a chunk of the stream and gives `emit` all that is decided.
    ///
    /// - Parameter emit: gets the output in order, in pieces that are valid only during its call; most of them are
    ///   parts of `input` itself.
    package func consume(_ input: UnsafeRawBufferPointer, emit: (UnsafeRawBufferPointer) -> Void) {
        guard unsafe !input.isEmpty else { return }
        unsafe window.read(input)
        var flushAt = 64
        for index in 0..<input.count {
            step(unsafe input[index], at: consumed)
            consumed += 1
            if runs.count >= flushAt {
                unsafe flush(upTo: earliestStart, emit)
                flushAt = max(64, runs.count * 2)
            }
        }
        unsafe flush(upTo: frontier(releasing: false), emit)
        retain()
    }

    /// Whether `releaseIdle` would write anything: something is held that gives nothing away.
    package var holdsReleasable: Bool {
        guard runs.emitted < consumed else { return false }
        return hasUnconfirmed || frontier(releasing: true) > runs.emitted
    }

    /// Tells that the stream paused for 30 ms: held starts of at most 3 bytes, or of a public prefix, are written, and
    /// the pause delimits short secrets. A match that goes on from there is still masked from there on.
    package func releaseIdle(emit: (UnsafeRawBufferPointer) -> Void) {
        confirmAll()
        unsafe flush(upTo: frontier(releasing: true), emit)
        releasedEnd = runs.emitted
        retain()
    }

    /// Tells that the stream ended: what is held is written, longer starts of secrets as the mask text.
    package func finish(emit: (UnsafeRawBufferPointer) -> Void) {
        confirmAll()
        coverHeldStarts()
        unsafe flush(upTo: consumed, emit)
        counter.finish(onMatch)
        retain()
    }

    private func flush(upTo frontier: Int, _ emit: (UnsafeRawBufferPointer) -> Void) {
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
    private func retain() {
        window.retain(from: min(runs.emitted, earliestStart))
    }
}
