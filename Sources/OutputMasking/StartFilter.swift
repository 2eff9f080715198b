internal import SecretMemory

/// Finds the places of a chunk where a pattern may start, without reading most of it.
///
/// Every pattern has at least `window` bytes. All pieces of four bytes in the patterns' windows are in a bitmap, so it is
/// enough to look at every `stride`-th place of the chunk: a window that lies there holds a place that is looked at. What
/// the bitmap lets through is looked up in a second one, of the patterns' first eight bytes. Patterns that go on behind a
/// line end are found by the piece behind it; at a control sequence the search begins anyway. The bitmaps tell what the
/// secrets are, so they lie in locked memory; they are as small as the number of patterns allows, for start-up and cache.
struct StartFilter: ~Copyable, Sendable {
    /// What a pattern starts with, up to `longest` bytes.
    struct Head: BitwiseCopyable {
        var bytes: (UInt64, UInt64, UInt64)
        var count: Int
        var mayBeWrapped: Bool
    }

    /// How many bytes of a pattern's beginning matter.
    static let longestWindow = 16
    /// The same, with the piece behind a line end in them.
    static let longestHead = longestWindow + 3

    /// The bytes of each pattern that are looked at.
    let window: Int
    /// The bytes of a piece.
    let pieceCount: Int
    /// The bytes that the second bitmap knows.
    let startCount: Int
    let pieces: Bitmap
    let wrappedPieces: Bitmap
    let starts: Bitmap
    /// The bytes with which the last one to three bytes of a pattern begin, a bit each: they fill no piece.
    private(set) var shortRests = ByteSet()

    /// - Parameter heads: of all patterns; none means that nothing is ever found.
    init(_ heads: borrowing SecretTable<Head>, count: Int, shortestPattern: Int) {
        window = min(shortestPattern, Self.longestWindow)
        pieceCount = min(window, 4)
        startCount = min(window, 8)
        pieces = Bitmap(expecting: count * (window - pieceCount + 1))
        wrappedPieces = Bitmap(expecting: count * (window - 1))
        starts = Bitmap(expecting: count)
        for index in 0..<count {
            let head = unsafe heads.start[index]
            unsafe withUnsafeBytes(of: head.bytes) { bytes in
                for offset in 0...(window - pieceCount) {
                    pieces.insert(unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self), pieceCount)
                }
                starts.insert(unsafe bytes.loadUnaligned(as: UInt64.self), startCount)
                guard head.mayBeWrapped else { return }
                for offset in 1..<max(window, 2) where offset < head.count {
                    if head.count - offset < 4 {
                        unsafe shortRests.insert(bytes[offset])
                    } else {
                        wrappedPieces.insert(unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self), 4)
                    }
                }
            }
        }
    }

    var view: StartFilterView { StartFilterView(self) }

    /// A set of bytes.
    struct ByteSet: Sendable {
        private var words: SIMD4<UInt64> = .zero

        mutating func insert(_ byte: UInt8) { words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }

        func contains(_ byte: UInt8) -> Bool { words[Int(byte >> 6)] >> UInt64(byte & 63) & 1 != 0 }
    }

    /// A set of short byte strings with false friends: one bit each.
    struct Bitmap: ~Copyable, Sendable {
        private let words: SecretTable<UInt64>
        private let bitCount: Int

        /// Sixteen bits for each expected member, within 1 KiB and 512 KiB.
        init(expecting expected: Int) {
            var bitCount = 13
            while 1 << bitCount < expected * 16, bitCount < 22 { bitCount += 1 }
            self.bitCount = bitCount
            words = SecretTable(zeros: 1 << (bitCount - 6))
        }

        var view: BitmapView { BitmapView(words: words, bitCount: bitCount) }

        func insert(_ piece: UInt32, _ count: Int) {
            set(view.slot(piece & BitmapView.mask(count)))
        }

        func insert(_ start: UInt64, _ count: Int) {
            set(view.slot(start & BitmapView.mask(count)))
        }

        private func set(_ slot: Int) {
            unsafe words.start[slot >> 6] |= 1 << UInt64(slot & 63)
        }
    }
}

/// A bitmap as the search sees it.
///
/// - Safety: valid as long as the bitmap; a slot is always within it.
@safe struct BitmapView {
    private let words: UnsafePointer<UInt64>
    private let pieceShift: UInt32
    private let startShift: UInt64

    init(words: borrowing SecretTable<UInt64>, bitCount: Int) {
        unsafe self.words = UnsafePointer(words.start)
        pieceShift = UInt32(32 - bitCount)
        startShift = UInt64(64 - bitCount)
    }

    static func mask(_ count: Int) -> UInt32 { count >= 4 ? .max : 1 << UInt32(count * 8) - 1 }
    static func mask(_ count: Int) -> UInt64 { count >= 8 ? .max : 1 << UInt64(count * 8) - 1 }

    @inline(__always)
    func slot(_ piece: UInt32) -> Int {
        Int(truncatingIfNeeded: (piece &* 0x9E37_79B1) &>> pieceShift)
    }

    @inline(__always)
    func slot(_ start: UInt64) -> Int {
        Int(truncatingIfNeeded: (start &* 0x9E37_79B9_7F4A_7C15) &>> startShift)
    }

    @inline(__always)
    func holds(_ slot: Int) -> Bool {
        unsafe words[slot &>> 6] &>> UInt64(truncatingIfNeeded: slot & 63) & 1 != 0
    }
}
