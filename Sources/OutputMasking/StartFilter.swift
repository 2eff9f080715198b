internal import SecretMemory

/// Finds the places of a chunk where a pattern may start, without reading most of it.
///
/// Every pattern has at least `window` bytes. All pieces of four bytes in the patterns' windows are in a bitmap, so it is
/// enough to look at every `stride`-th place of the chunk: a window that lies there holds a place that is looked at. What
/// the bitmap lets through is looked up in a second one, of the patterns' first eight bytes. Patterns that a line end or a
/// control sequence interrupts within their windows are found there, by what stands on both sides: two more sets.
struct StartFilter: ~Copyable, Sendable {
    /// What a pattern starts with, up to `longest` bytes.
    struct Head: BitwiseCopyable {
        var bytes: (UInt64, UInt64, UInt64)
        /// The bytes of the whole pattern.
        var count: Int
    }

    /// How many bytes of a pattern's beginning matter.
    static let longestWindow = 16
    /// How many bytes of a pattern's beginning the second bitmap knows. A shorter start is most likely none.
    static let longestStart = 8
    /// As `longestWindow`, with the piece behind a gap in them.
    static let longestHead = longestWindow + 3

    /// The bytes of each pattern that are looked at.
    let window: Int
    /// The bytes of a piece.
    let pieceCount: Int
    /// The bytes that the second bitmap knows.
    let startCount: Int
    let pieces: Bitmap
    let starts: Bitmap
    /// The bytes on both sides of a gap, wherever one may be in a window.
    let neighbours = BytePairs()
    let joints: Bitmap
    /// Which kinds of keys are in `joints`.
    private(set) var jointKinds: GapJoint.Kinds = []
    /// A control sequence matters whatever stands beside it: it may be what delimits a short secret.
    let hasDelimited: Bool

    /// - Parameter heads: of all patterns; none means that nothing is ever found.
    init(_ heads: borrowing SecretTable<Head>, count: Int, shortestPattern: Int, hasDelimited: Bool) {
        // Behind a gap in the window of a long pattern four bytes are left: one kind of joint is enough then.
        window = min(shortestPattern >= 16 ? shortestPattern - 3 : shortestPattern, Self.longestWindow)
        pieceCount = min(window, 4)
        startCount = min(window, Self.longestStart)
        self.hasDelimited = hasDelimited
        pieces = Bitmap(expecting: count * (window - pieceCount + 1), bitsEach: 64)
        starts = Bitmap(expecting: count, bitsEach: 96)
        joints = Bitmap(expecting: count * (window - 1), bitsEach: 64)
        let pieceMask: UInt32 = BytePiece.mask(pieceCount)
        let startMask: UInt64 = BytePiece.mask(startCount)
        for index in 0..<count {
            let head = unsafe heads.start[index]
            unsafe withUnsafeBytes(of: head.bytes) { bytes in
                for offset in 0...(window - pieceCount) {
                    pieces.insert(unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self) & pieceMask)
                }
                starts.insert(unsafe bytes.loadUnaligned(as: UInt64.self) & startMask)
                for offset in 1..<max(window, 1) where offset < head.count {
                    let joint = unsafe GapJoint(in: bytes, at: offset, of: head.count)
                    neighbours.insert(unsafe bytes[offset - 1], unsafe bytes[offset])
                    jointKinds.insert(joint.kind)
                    joints.insert(joint.key)
                }
            }
        }
    }

    var view: StartFilterView { StartFilterView(self) }
}

/// The first bytes of an integer that was loaded from memory.
enum BytePiece {
    static func mask(_ count: Int) -> UInt32 { count >= 4 ? .max : 1 << UInt32(count * 8) - 1 }
    static func mask(_ count: Int) -> UInt64 { count >= 8 ? .max : 1 << UInt64(count * 8) - 1 }
}
