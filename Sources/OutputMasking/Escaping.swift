/// A way to write a byte string inside other text: letters and digits stay, some other characters are written anew.
///
/// One value a dialect; `Escaping+dialects` has the table. Dialects that agree on a secret give one pattern.
struct Escaping: Sendable {
    /// What is written in place of a byte.
    enum Replacement: Sendable {
        /// The byte as it is.
        case itself
        /// A text and the byte.
        case prefixed(StaticString)
        case text(StaticString)
        /// A prefix and two hexadecimal digits.
        case hex(StaticString, isUpper: Bool)
        /// A backslash and three octal digits.
        case octal
        /// The number in a markup entity: `&#39;`, `&#x27;`.
        case entity(isHex: Bool, isUpper: Bool)
        /// The number in braces, as Rust writes it: `\u{1b}`.
        case braced

        static var backslashed: Replacement { .prefixed("\\") }
    }

    /// What is written in place of a character beyond ASCII.
    enum Beyond: Sendable {
        case itself
        /// Each byte of its UTF-8 by itself.
        case bytes(Replacement)
        /// UTF-16 units of four digits: `\u00e9`, two for what is beyond 16 bits (RFC 8259 §7).
        case utf16(isUpper: Bool)
        /// `&#233;` or `&#xe9;`.
        case entity(isHex: Bool)
        /// `\xe9`, `\u20ac`, `\U0001f600`, as Python and Go write it; Go has no short one.
        case sized(hasShort: Bool)
    }

    let form: MaskForm
    var beyond: Beyond = .itself
    /// For one byte of ASCII that is neither a letter nor a digit.
    let replacement: @Sendable (UInt8) -> Replacement
}

extension UInt8 {
    /// Whether no dialect writes this byte otherwise.
    var isNeverEscaped: Bool {
        isASCIIAlphanumeric || self == UInt8(ascii: "-") || self == UInt8(ascii: "_") || self == UInt8(ascii: ".")
    }
}
