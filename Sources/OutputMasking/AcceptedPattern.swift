/// A pattern as the automaton remembers it at the node where it ends.
struct AcceptedPattern: BitwiseCopyable {
    /// In bytes, without the base64 characters around it.
    var length: UInt32
    var owner: UInt32
    /// The next pattern that ends here too, no longer than this one: its index plus one, or 0.
    var next: UInt32 = 0
    /// The classes of base64 characters that may follow, of this pattern and all after it in the list.
    var trailingMask: UInt32
    /// The same, of those that are looked for across line ends.
    var wrappedTrailingMask: UInt32
    var form: MaskForm
    var isDelimited: Bool
    var mayBeWrapped: Bool
    var leading: UInt8
    var trailing: UInt8

    init(length: Int, traits: PatternTraits, mayBeWrapped: Bool) {
        self.length = UInt32(length)
        owner = UInt32(traits.owner)
        trailingMask = Base64Boundary.mask(traits.trailing)
        wrappedTrailingMask = mayBeWrapped ? trailingMask : 0
        form = traits.form
        isDelimited = traits.isDelimited
        self.mayBeWrapped = mayBeWrapped
        leading = traits.leading
        trailing = traits.trailing
    }
}
