internal import SecretMemory

/// What a few nodes have besides their eight bytes: a hash table from node and symbol to a number.
///
/// Open addressing with linear probing, at most half full; a row is `node << 35 | symbol << 26 | value`, 0 is free.
struct EdgeTable: ~Copyable {
    /// What can be asked about a node besides the child for a byte.
    enum Symbol {
        /// The first of the node's accepted patterns, in the automaton's table of those.
        static let accepted = 256
        /// The mask of base64 characters that may stand before it.
        static let leading = 257
        /// Present where all patterns that start with the node's string start with the same public prefix.
        static let isPublic = 258
        /// Present where all patterns that start with the node's string count only if nothing touches them.
        static let isDelimited = 259
    }

    private(set) var rows: SecretTable<UInt64>
    private var bitCount: Int
    private(set) var count = 0

    init(expecting expected: Int) {
        bitCount = 6
        while 1 << bitCount < expected * 2 { bitCount += 1 }
        rows = SecretTable(zeros: 1 << bitCount)
    }

    var view: EdgeView { EdgeView(rows: rows, bitCount: bitCount) }

    mutating func set(_ node: UInt32, _ symbol: Int, to value: Int) {
        if count * 2 >= rows.count { rehash() }
        let key = UInt64(node) << 9 | UInt64(symbol)
        var slot = view.slot(of: key)
        while true {
            let row = unsafe rows.start[slot]
            if row == 0 { count += 1 }
            if row == 0 || row >> 26 == key {
                unsafe rows.start[slot] = key << 26 | UInt64(value)
                return
            }
            slot = (slot + 1) & (rows.count - 1)
        }
    }

    private mutating func rehash() {
        var larger = EdgeTable(expecting: rows.count)
        for slot in 0..<rows.count {
            let row = unsafe rows.start[slot]
            if row != 0 {
                larger.set(UInt32(row >> 35), Int(row >> 26 & 511), to: Int(row & 0x3FF_FFFF))
            }
        }
        self = larger
    }
}

/// The table as the search sees it.
///
/// - Safety: valid as long as the table that it was made from, and until that grows.
@safe struct EdgeView {
    private let rows: UnsafePointer<UInt64>
    private let shift: UInt64
    private let lastSlot: Int

    fileprivate init(rows: borrowing SecretTable<UInt64>, bitCount: Int) {
        unsafe self.rows = UnsafePointer(rows.start)
        shift = UInt64(64 - bitCount)
        lastSlot = 1 << bitCount - 1
    }

    @inline(__always)
    func slot(of key: UInt64) -> Int {
        Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> shift)
    }

    /// The number for this node and symbol, or nil.
    @inline(__always)
    func value(_ node: UInt32, _ symbol: Int) -> Int? {
        let key = UInt64(node) << 9 | UInt64(truncatingIfNeeded: symbol)
        var slot = slot(of: key)
        while true {
            let row = unsafe rows[slot]
            if row >> 26 == key { return Int(truncatingIfNeeded: row & 0x3FF_FFFF) }
            if row == 0 { return nil }
            slot = (slot &+ 1) & lastSlot
        }
    }
}
