/// A pattern as the automaton remembers it at the node where it ends.
struct AcceptedPattern: BitwiseCopyable {
    /// In bytes, without the base64 characters around it.
    var length: UInt32
    var owner: UInt32
    /// The next pattern that ends here too, no longer than this one: its index plus one, or 0.
    var next: UInt32 = 0
    var form: MaskForm
    var isDelimited: Bool
    var mayBeWrapped: Bool
    var leading: UInt8
    var trailing: UInt8

    init(length: Int, traits: PatternTraits, mayBeWrapped: Bool) {
        self.length = UInt32(length)
        owner = UInt32(traits.owner)
        form = traits.form
        isDelimited = traits.isDelimited
        self.mayBeWrapped = mayBeWrapped
        leading = traits.leading
        trailing = traits.trailing
    }
}
