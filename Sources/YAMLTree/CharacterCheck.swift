internal import Diagnostics

/// Refuses what libyaml would refuse as input, but with a place: UTF-16, invalid UTF-8, NUL and control characters.
///
/// Allowed are the characters of YAML 1.1 §5.1 and a byte order mark at the start.
func checkCharacters(of bytes: Span<UInt8>, named file: String) throws(YAMLError) {
    var index = 0
    func location() -> Diagnostic.Location { place(of: index, in: bytes, named: file) }
    if bytes.count >= 2, (bytes[0] == 0xFF && bytes[1] == 0xFE) || (bytes[0] == 0xFE && bytes[1] == 0xFF) {
        throw YAMLError(.utf16, at: location())
    }
    index = lengthOfByteOrderMark(in: bytes)
    while index < bytes.count {
        let byte = bytes[index]
        if (0x20...0x7E).contains(byte) || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            index += 1
            continue
        }
        if byte == 0 { throw YAMLError(.nul, at: location()) }
        guard let (scalar, length) = decodeScalar(at: index, in: bytes) else {
            throw YAMLError(.invalidUTF8, at: location())
        }
        switch scalar {
        case 0x85, 0xA0...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: index += length
        default: throw YAMLError(.controlCharacter(scalar), at: location())
        }
    }
}

private func lengthOfByteOrderMark(in bytes: Span<UInt8>) -> Int {
    bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF ? 3 : 0
}

/// The scalar that starts at `index` and its length in bytes; `nil` where the bytes are no UTF-8 (RFC 3629 §4).
private func decodeScalar(at index: Int, in bytes: Span<UInt8>) -> (scalar: UInt32, length: Int)? {
    let first = bytes[index]
    let length: Int
    let smallest: UInt32
    var scalar: UInt32
    switch first {
    case 0x00...0x7F: return (UInt32(first), 1)
    case 0xC2...0xDF: (length, smallest, scalar) = (2, 0x80, UInt32(first & 0x1F))
    case 0xE0...0xEF: (length, smallest, scalar) = (3, 0x800, UInt32(first & 0x0F))
    case 0xF0...0xF4: (length, smallest, scalar) = (4, 0x10000, UInt32(first & 0x07))
    default: return nil
    }
    guard index + length <= bytes.count else { return nil }
    for offset in 1..<length {
        let byte = bytes[index + offset]
        guard byte & 0xC0 == 0x80 else { return nil }
        scalar = scalar << 6 | UInt32(byte & 0x3F)
    }
    guard scalar >= smallest, scalar <= 0x10FFFF, !(0xD800...0xDFFF).contains(scalar) else { return nil }
    return (scalar, length)
}

/// The place of the byte at `end`, counted as libyaml counts: CR, LF, CRLF, NEL, LS and PS end a line.
///
/// Everything before `end` has been found to be UTF-8.
private func place(of end: Int, in bytes: Span<UInt8>, named file: String) -> Diagnostic.Location {
    var line = 1
    var column = 1
    var index = lengthOfByteOrderMark(in: bytes)
    while index < end {
        guard let (scalar, length) = decodeScalar(at: index, in: bytes) else { break }
        index += length
        let isFirstHalfOfCRLF = scalar == 0x0D && index < end && bytes[index] == 0x0A
        switch scalar {
        case 0x0A, 0x0D, 0x85, 0x2028, 0x2029:
            if !isFirstHalfOfCRLF { (line, column) = (line + 1, 1) }
        default:
            column += 1
        }
    }
    return Diagnostic.Location(file: file, line: line, column: column)
}
