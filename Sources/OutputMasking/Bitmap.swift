internal import SecretMemory

/// A set of short byte strings with false friends: one or two bits each. It tells what secrets are made of, so it lies
/// in locked memory.
struct Bitmap: ~Copyable, Sendable {
    private let words: SecretTable<UInt64>
    private let bitCount: Int

    /// - Parameter bitsEach: how many bits for each of the `expected` members, within 1 KiB and 2 MiB in all: what is
    ///   larger costs more in caches than false friends do.
    init(expecting expected: Int, bitsEach: Int) {
        var bitCount = 13
        while 1 << bitCount < expected * bitsEach, bitCount < 24 { bitCount += 1 }
        self.bitCount = bitCount
        words = SecretTable(zeros: 1 << (bitCount - 6))
    }

    var view: BitmapView { BitmapView(words: words, bitCount: bitCount) }

    func insert(_ piece: UInt32) {
        let place = view.place(piece)
        unsafe words.start[place.word] |= 1 << place.bit
    }

    func insert(_ key: UInt64) {
        let slots = view.slots(key)
        unsafe words.start[slots.0 >> 6] |= 1 << UInt64(slots.0 & 63)
        unsafe words.start[slots.1 >> 6] |= 1 << UInt64(slots.1 & 63)
    }
}

/// A bitmap as the search sees it.
///
/// - Safety: valid as long as the bitmap; a slot is always within it.
@safe struct BitmapView {
    private let words: UnsafePointer<UInt64>
    private let wordShift: UInt32
    private let bitCount: UInt64

    fileprivate init(words: borrowing SecretTable<UInt64>, bitCount: Int) {
        unsafe self.words = UnsafePointer(words.start)
        wordShift = UInt32(38 - bitCount)
        self.bitCount = UInt64(bitCount)
    }

    /// Whether a piece of up to four bytes is a member, or looks like one.
    @inline(__always)
    func holds(_ piece: UInt32) -> Bool {
        let place = place(piece)
        return unsafe words[place.word] &>> place.bit & 1 != 0
    }

    /// Whether a string of up to eight bytes is a member, or looks like one.
    @inline(__always)
    func holds(_ key: UInt64) -> Bool {
        let slots = slots(key)
        return holds(slot: slots.0) && holds(slot: slots.1)
    }

    /// The word by all bytes of a piece, the bit in it by its first: two instructions fewer in the innermost loop.
    @inline(__always)
    fileprivate func place(_ piece: UInt32) -> (word: Int, bit: UInt64) {
        let mixed = piece &* 0x9E37_79B1
        return (Int(truncatingIfNeeded: mixed &>> wordShift), UInt64(truncatingIfNeeded: mixed & 63))
    }

    @inline(__always)
    fileprivate func slots(_ key: UInt64) -> (Int, Int) {
        let mixed = key &* 0x9E37_79B9_7F4A_7C15
        let shift = 64 &- bitCount
        return (Int(truncatingIfNeeded: mixed &>> shift), Int(truncatingIfNeeded: (mixed &<< bitCount) &>> shift))
    }

    @inline(__always)
    private func holds(slot: Int) -> Bool {
        unsafe words[slot &>> 6] &>> UInt64(truncatingIfNeeded: slot & 63) & 1 != 0
    }
}
