/// What is known about a byte string that is looked for, besides its bytes.
struct PatternTraits: Hashable, Sendable {
    /// The position of its secret among all secrets.
    var owner: Int
    var form: MaskForm
    /// It counts only where no letter or digit touches it.
    var isDelimited = false
    /// The class of a base64 character before it that belongs to it too; 0 is none.
    var leading: UInt8 = 0
    /// The class of a base64 character after it that belongs to it too; 0 is none.
    var trailing: UInt8 = 0
    /// How many of its first bytes everybody knows.
    var publicCount = 0
}

/// Takes in the patterns of a set of secrets, one after another.
protocol PatternSink: ~Copyable {
    /// - Parameter bytes: one byte or more, valid only during the call.
    /// - Throws: `MaskingError` when there is no room for more.
    mutating func insert(_ bytes: Span<UInt8>, _ traits: PatternTraits) throws(MaskingError)
}

/// A held start of this many bytes or fewer is released after a pause.
let mostReleasedBytes = 3

/// The fewest bytes, blanks and line ends apart, of a pattern that is looked for across line ends.
let fewestWrappedBytes = 16

extension Span<UInt8> {
    /// Whether a pattern of these bytes is looked for across line ends: it is long enough and has none itself.
    var mayBeWrapped: Bool {
        guard count >= fewestWrappedBytes else { return false }
        var solid = 0
        for index in indices {
            let byte = self[index]
            if byte.isLineEnd { return false }
            if !byte.isBlank { solid += 1 }
        }
        return solid >= fewestWrappedBytes
    }
}

extension UInt8 {
    static let escape: UInt8 = 0x1B

    var isLineEnd: Bool { self == 0x0A || self == 0x0D }
    /// A space or a tab.
    var isBlank: Bool { self == 0x20 || self == 0x09 }
    var isSpace: Bool { isBlank || (self >= 0x0A && self <= 0x0D) }
    var isASCIIDigit: Bool { self >= 0x30 && self <= 0x39 }
    var isASCIILetter: Bool { self | 0x20 >= 0x61 && self | 0x20 <= 0x7A }
    /// What may not touch a short secret: `_` is neither a letter nor a digit.
    var isASCIIAlphanumeric: Bool { isASCIIDigit || isASCIILetter }
}
