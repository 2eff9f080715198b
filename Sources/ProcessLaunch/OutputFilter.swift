/// What stands between the command's output and ours, one for each stream.
///
/// It is called from one thread; after the command's end perhaps in a process forked from this one, with all its state.
package protocol OutputFilter: AnyObject {
    /// Takes the next bytes and gives those that may be written, in order, in any number of pieces.
    func consume(_ input: Span<UInt8>, emit: (Span<UInt8>) -> Void)

    /// Whether bytes are held that a pause in the output lets go.
    var holdsReleasable: Bool { get }
    /// It is the end of a finished line, which need not wait when there is nothing more to read.
    var holdsFinishedLine: Bool { get }

    /// The output paused for 30 ms while `holdsReleasable`.
    func releaseIdle(emit: (Span<UInt8>) -> Void)

    /// The output has ended.
    func finish(emit: (Span<UInt8>) -> Void)
}

extension OutputFilter {
    package var holdsFinishedLine: Bool { false }
}

/// Which of the command's streams a filter is for.
package enum OutputStream: Hashable, Sendable {
    case output
    case errors
    /// Both, since ours are one and the same file.
    case merged
}

/// Nothing is changed and nothing held.
final class PlainFilter: OutputFilter {
    var holdsReleasable: Bool { false }

    func consume(_ input: Span<UInt8>, emit: (Span<UInt8>) -> Void) {
        emit(input)
    }

    func releaseIdle(emit: (Span<UInt8>) -> Void) {}
    func finish(emit: (Span<UInt8>) -> Void) {}
}
