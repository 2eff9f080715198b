/// One byte of one or more patterns, in eight bytes of memory.
///
/// Nodes lie in the order in which patterns brought them: the node after this one in memory is its child where
/// `hasNext` says so, all further children are in the edge table. So a pattern costs eight bytes a byte, however many
/// there are, and following one reads memory in order.
struct TrieNode: BitwiseCopyable {
    private var bits: UInt64

    static let root: UInt32 = 0
    static let largestIndex = 1 << 26 - 1
    static let largestDepth = 1 << 21 - 1

    init(label: UInt8, depth: Int) {
        bits = UInt64(depth) << 26 | UInt64(label) << 47
    }

    /// The node of the longest proper suffix of this node's string that is in the trie too.
    var fail: UInt32 {
        get { UInt32(truncatingIfNeeded: bits) & 0x3FF_FFFF }
        set { bits = bits & ~0x3FF_FFFF | UInt64(newValue) }
    }

    /// The length of this node's string.
    var depth: Int { Int(truncatingIfNeeded: bits >> 26) & 0x1F_FFFF }

    /// The last byte of this node's string.
    var label: UInt8 { UInt8(truncatingIfNeeded: bits >> 47) }

    /// Which base64 characters before the string belong to a pattern that starts with it: a code of `Base64Boundary`,
    /// 0 where none, `mixedLeading` where the edge table has a mask of several.
    var leading: UInt8 {
        get { UInt8(truncatingIfNeeded: bits >> 55) & 31 }
        set { bits = bits & ~(31 << 55) | UInt64(newValue) << 55 }
    }

    static let mixedLeading: UInt8 = 31

    /// Some pattern that starts with this string is looked for across line ends.
    var mayBeWrapped: Bool {
        get { bits & 1 << 60 != 0 }
        set { set(1 << 60, newValue) }
    }

    /// The next node in memory is a child of this one.
    var hasNext: Bool {
        get { bits & 1 << 61 != 0 }
        set { set(1 << 61, newValue) }
    }

    /// The edge table holds children of this node.
    var hasBranches: Bool {
        get { bits & 1 << 62 != 0 }
        set { set(1 << 62, newValue) }
    }

    /// A pattern ends here: this node's string or a suffix of it.
    var isAccepting: Bool {
        get { bits & 1 << 63 != 0 }
        set { set(1 << 63, newValue) }
    }

    /// A pattern goes on from here.
    var hasChildren: Bool { bits & 3 << 61 != 0 }

    private mutating func set(_ flag: UInt64, _ isOn: Bool) {
        bits = isOn ? bits | flag : bits & ~flag
    }
}
