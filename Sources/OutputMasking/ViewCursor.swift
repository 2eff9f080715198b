/// The views of a stream that are searched.
enum StreamView {
    /// The stream as it is.
    case raw
    /// Without control sequences, while that differs inside a possible match.
    case plain
    /// Without control sequences and line ends, while that differs inside a possible match.
    case joined
}

/// Where the search stands in the stream, or in a view of it from which some bytes are taken out.
///
/// A view differs from the stream only where something was taken out inside a possible match: its cursor is made
/// there, from that of the stream, and goes when no possible match spans a gap any more.
struct ViewCursor: BitwiseCopyable {
    var node = TrieNode.root
    /// The classes of the next byte that belongs to the match that ended here.
    var trailingMask: UInt32 = 0
    /// The same, where the match may be wrapped over lines.
    var wrappedTrailingMask: UInt32 = 0
    /// Whose match ended here, for the characters that follow it.
    var endedOwner: UInt32 = 0
    /// Where that match ended, in the stream.
    var endedAt = 0
    /// How many bytes of the view were read.
    var viewPosition = 0
    /// Where the last of them ends in the stream.
    var streamEnd = 0
    /// How many `=` may follow and belong to the match that ended here too.
    var padding: UInt8 = 0
    var wrappedPadding: UInt8 = 0

    var isWaiting: Bool { trailingMask != 0 || padding != 0 }
}

/// A short secret that ended here, if no letter or digit follows.
struct UnconfirmedMatch {
    /// Positions in the stream.
    var start: Int
    var end: Int
    /// Where it starts in the view.
    var viewStart: Int
    var pattern: AcceptedPattern
}
