/// The characters at the two ends of a base64 text that carry bits of a secret and bits of its neighbours.
///
/// A secret that starts in the middle of a group of three bytes shares its first character with the byte before it: the
/// character's low 4 or low 2 bits are the secret's. In the same way its last character's high 2 or 4 bits are the
/// secret's (RFC 4648 §4). Such a character is one of 4 or 16, so it is a class, written as a code: 0 is none.
/// Several classes make a mask: bit `code - 1` for each.
enum Base64Boundary {
    /// The class of characters before a secret whose low `bitCount` bits are `bits`; 4 or 2 of them.
    static func leadingCode(bitCount: Int, bits: UInt8) -> UInt8 {
        bitCount == 4 ? 1 + bits : 17 + bits
    }

    /// The class of characters after a secret whose high `bitCount` bits are `bits`; 2 or 4 of them.
    static func trailingCode(bitCount: Int, bits: UInt8) -> UInt8 {
        bitCount == 2 ? 1 + bits : 5 + bits
    }

    static func mask(_ code: UInt8) -> UInt32 {
        code == 0 ? 0 : 1 << UInt32(code - 1)
    }

    /// The leading classes that `character` belongs to, as a mask; 0 where it is no base64 character.
    static func leadingMask(of character: UInt8) -> UInt32 {
        guard let value = value(of: character) else { return 0 }
        return 1 << UInt32(value & 15) | 1 << UInt32(16 + (value & 3))
    }

    /// The trailing classes that `character` belongs to, as a mask; 0 where it is no base64 character.
    static func trailingMask(of character: UInt8) -> UInt32 {
        guard let value = value(of: character) else { return 0 }
        return 1 << UInt32(value >> 4) | 1 << UInt32(4 + (value >> 2))
    }

    /// How many `=` belong to a secret whose last character is `character`, one of the classes `matched`: where the
    /// bits that are not the secret's are zero, the text may have ended there.
    static func paddingCount(after character: UInt8, matched: UInt32) -> UInt8 {
        guard let value = value(of: character) else { return 0 }
        if matched & 0b1111 != 0, value & 15 == 0 { return 2 }
        if matched & ~0b1111 != 0, value & 3 == 0 { return 1 }
        return 0
    }

    /// What a character of either alphabet stands for, 0 to 63.
    static func value(of character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
