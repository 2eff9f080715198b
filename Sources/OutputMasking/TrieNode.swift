/// One byte of one or more patterns, in eight bytes of memory.
///
/// Nodes lie in the order in which patterns brought them: the node after this one in memory is its child where
/// `hasNext` says so, all further children are in the edge table. So a pattern costs eight bytes a byte, however many
/// there are, and following one reads memory in order.
struct TrieNode: BitwiseCopyable {
    private var bits: UInt64

    static let root: UInt32 = 0
    static let largestIndex = 1 << 26 - 1
    static let largestDepth = 1 << 20 - 1

    /// - Parameter parent: the node of the string without its last byte.
    init(label: UInt8, depth: Int, parent: UInt32) {
        bits = UInt64(parent) | UInt64(depth) << 26 | UInt64(label) << 46
        // The empty string is the only suffix of a single byte.
        if parent == Self.root { isLinked = true }
    }

    init(word: UInt64) { bits = word }

    var word: UInt64 { bits }

    /// Once linked, the node of the longest proper suffix of this node's string that is in the trie too.
    var fail: UInt32 { UInt32(truncatingIfNeeded: bits) & 0x3FF_FFFF }

    /// Until linked, the node of this node's string without its last byte.
    var parent: UInt32 { fail }

    /// The node once `fail` is known; it accepts what its suffix accepts.
    func linked(to fail: UInt32, accepting: Bool) -> TrieNode {
        var result = TrieNode(word: bits & ~0x3FF_FFFF | UInt64(fail))
        result.isLinked = true
        if accepting { result.isAccepting = true }
        return result
    }

    /// The length of this node's string.
    var depth: Int { Int(truncatingIfNeeded: bits >> 26) & 0xF_FFFF }

    /// The last byte of this node's string.
    var label: UInt8 { UInt8(truncatingIfNeeded: bits >> 46) }

    /// Which base64 characters before the string belong to a pattern that starts with it: a code of `Base64Boundary`,
    /// 0 where none, `mixedLeading` where the edge table has a mask of several.
    var leading: UInt8 {
        get { UInt8(truncatingIfNeeded: bits >> 54) & 31 }
        set { bits = bits & ~(31 << 54) | UInt64(newValue) << 54 }
    }

    static let mixedLeading: UInt8 = 31

    /// Some pattern that starts with this string is looked for across line ends.
    var mayBeWrapped: Bool {
        get { bits & 1 << 59 != 0 }
        set { set(1 << 59, newValue) }
    }

    /// The next node in memory is a child of this one.
    var hasNext: Bool {
        get { bits & 1 << 60 != 0 }
        set { set(1 << 60, newValue) }
    }

    /// The edge table holds children of this node.
    var hasBranches: Bool {
        get { bits & 1 << 61 != 0 }
        set { set(1 << 61, newValue) }
    }

    /// A pattern ends here: this node's string or, once linked, a suffix of it.
    var isAccepting: Bool {
        get { bits & 1 << 62 != 0 }
        set { set(1 << 62, newValue) }
    }

    /// A search came here, and `fail` is known; so it is for that one.
    var isLinked: Bool {
        get { bits & 1 << 63 != 0 }
        set { set(1 << 63, newValue) }
    }

    /// A pattern goes on from here.
    var hasChildren: Bool { bits & 3 << 60 != 0 }

    private mutating func set(_ flag: UInt64, _ isOn: Bool) {
        bits = isOn ? bits | flag : bits & ~flag
    }
}
