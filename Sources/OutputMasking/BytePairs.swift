internal import SecretMemory

/// A set of pairs of bytes, without false friends: one bit each. It lies in locked memory.
struct BytePairs: ~Copyable, Sendable {
    private let words = SecretTable<UInt64>(zeros: 1024)

    var view: BytePairsView { BytePairsView(words: words) }

    func insert(_ first: UInt8, _ second: UInt8) {
        unsafe words.start[Int(first) << 2 | Int(second >> 6)] |= 1 << UInt64(second & 63)
    }
}

/// The set as the search sees it.
///
/// - Safety: valid as long as the set; every pair has its place in it.
@safe struct BytePairsView {
    private let words: UnsafePointer<UInt64>

    fileprivate init(words: borrowing SecretTable<UInt64>) {
        unsafe self.words = UnsafePointer(words.start)
    }

    @inline(__always)
    func holds(_ first: UInt8, _ second: UInt8) -> Bool {
        unsafe words[Int(first) &<< 2 | Int(second &>> 6)] &>> UInt64(second & 63) & 1 != 0
    }
}
