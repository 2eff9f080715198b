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
    private var search: StreamSearch

    package convenience init(_ automaton: MaskAutomaton) {
        self.init(automaton, isFiltered: true)
    }

    /// - Parameter isFiltered: read only where a pattern may start. Otherwise every byte, for tests and benchmarks.
    init(_ automaton: MaskAutomaton, isFiltered: Bool) {
        self.automaton = automaton
        search = StreamSearch(automaton, isFiltered: isFiltered)
    }

    /// Called with each match as soon as it is known to be complete; for `scan`.
    package var onMatch: ((MaskMatch) -> Void)? {
        get { search.counter.report }
        set { search.counter.report = newValue }
    }

    /// How often each secret was masked so far.
    package var tally: MaskTally { search.counter.tally }

    /// Reads a chunk of the stream and gives `emit` all that is decided.
    ///
    /// - Parameter emit: gets the output in order, in pieces that are valid only during its call; most of them are
    ///   parts of `input` itself.
    package func consume(_ input: UnsafeRawBufferPointer, emit: (UnsafeRawBufferPointer) -> Void) {
        guard unsafe !input.isEmpty else { return }
        unsafe search.consume(input, automaton, emit)
    }

    /// How many bytes were read and neither written nor masked.
    var heldCount: Int { search.consumed - search.runs.emitted }

    /// Whether `releaseIdle` would write anything: something is held that gives nothing away.
    package var holdsReleasable: Bool { search.holdsReleasable }

    /// Whether what is held is the end of a finished line, of at most 3 bytes, behind which a secret might go on: a caller
    /// with nothing more to read need not wait, or every line that ends in a letter would.
    package var holdsFinishedLine: Bool { search.holdsFinishedLine }

    /// Tells that the stream paused for 30 ms: held starts of at most 3 bytes, or of a public prefix, are written, and
    /// the pause delimits short secrets. A match that goes on from there is still masked from there on.
    package func releaseIdle(emit: (UnsafeRawBufferPointer) -> Void) {
        unsafe search.releaseIdle(automaton, emit)
    }

    /// Tells that the stream ended: what is held is written, longer starts of secrets as the mask text.
    package func finish(emit: (UnsafeRawBufferPointer) -> Void) {
        unsafe search.finish(automaton, emit)
    }
}
