/// What a secret in a vault file may be called: `service/key`.
///
/// One or more segments between slashes, 200 bytes at most. A segment starts with an ASCII letter, a digit or `_`, and
/// goes on with these and `-`, `.`, `@`, `+`.
package enum SecretName {
    package static let byteLimit = 200

    package static func isValid(_ name: String) -> Bool {
        guard name.utf8.count <= byteLimit else { return false }
        var isAtStart = true
        for byte in name.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"):
                isAtStart = false
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "@"), UInt8(ascii: "+"):
                if isAtStart { return false }
            case UInt8(ascii: "/"):
                if isAtStart { return false }
                isAtStart = true
            default:
                return false
            }
        }
        return !isAtStart
    }

    /// By bytes, so that the order in a file is the same everywhere.
    package static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}
