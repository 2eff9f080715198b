extension UInt8 {
    /// What it is as a hexadecimal digit of either case.
    package var hexValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// The white space of JSON: a space, a tab or a line end.
    package var isWhiteSpace: Bool {
        switch self {
        case 0x20, 0x09, 0x0A, 0x0D: true
        default: false
        }
    }
}
