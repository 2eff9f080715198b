/// What stands on both sides of a gap, where a pattern goes on behind it: a key of up to five bytes.
///
/// Of the bytes before and behind, as many count as all patterns have there: one and four, or four and one where a
/// pattern ends sooner, or one and one where it is short as well.
struct GapJoint {
    struct Kinds: OptionSet {
        let rawValue: UInt8

        static let after = Kinds(rawValue: 1)
        static let before = Kinds(rawValue: 2)
        static let pair = Kinds(rawValue: 4)
    }

    let kind: Kinds
    let key: UInt64

    /// The key of one byte before a gap and four behind it.
    @inline(__always)
    static func after(_ before: UInt8, _ following: UInt32) -> UInt64 {
        UInt64(before) | UInt64(following) << 8 | 1 << 40
    }

    /// The key of four bytes before a gap and one behind it.
    @inline(__always)
    static func before(_ preceding: UInt32, _ after: UInt8) -> UInt64 {
        UInt64(preceding) | UInt64(after) << 32 | 2 << 40
    }

    /// The key of one byte before a gap and one behind it.
    @inline(__always)
    static func pair(_ before: UInt8, _ after: UInt8) -> UInt64 {
        UInt64(before) | UInt64(after) << 8 | 4 << 40
    }

    /// - Parameters:
    ///   - head: the beginning of a pattern of `count` bytes; three of its bytes from `offset` on have to be there.
    ///   - offset: where the gap is, after the first byte and before the last.
    init(in head: UnsafeRawBufferPointer, at offset: Int, of count: Int) {
        if count - offset >= 4 {
            kind = .after
            let following = unsafe head.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
            key = Self.after(unsafe head[offset - 1], following)
        } else if offset >= 4 {
            kind = .before
            let preceding = unsafe head.loadUnaligned(fromByteOffset: offset - 4, as: UInt32.self)
            key = Self.before(preceding, unsafe head[offset])
        } else {
            kind = .pair
            key = Self.pair(unsafe head[offset - 1], unsafe head[offset])
        }
    }
}
