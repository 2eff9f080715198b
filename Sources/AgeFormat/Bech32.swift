internal import SecretMemory

/// Bech32 (BIP 173), as age writes its keys: without the limit of 90 characters.
///
/// Both ways go through locked memory, as what is encoded may be an identity.
enum Bech32 {
    /// - Parameter prefix: lower case; the result is lower case too.
    static func encode(_ data: Span<UInt8>, prefix: String) -> SecretBytes {
        var text = SecretBytes(capacity: prefix.utf8.count + 1 + (data.count * 8 + 4) / 5 + 6)
        text.append(prefix)
        text.append(UInt8(ascii: "1"))
        var checksum = Checksum(prefix: prefix)
        var accumulator: UInt32 = 0
        var bitCount = 0
        func digit(_ value: UInt32) -> UInt8 { alphabet[Int(value & 31)] }
        for index in data.indices {
            accumulator = accumulator << 8 | UInt32(data[index])
            bitCount += 8
            while bitCount >= 5 {
                bitCount -= 5
                let value = accumulator >> UInt32(bitCount) & 31
                checksum.take(value)
                text.append(digit(value))
            }
            accumulator &= 0xFF
        }
        if bitCount > 0 {
            let value = accumulator << UInt32(5 - bitCount) & 31
            checksum.take(value)
            text.append(digit(value))
        }
        let tail = checksum.tail
        for position in 0..<6 { text.append(digit(tail >> (5 * UInt32(5 - position)))) }
        return text
    }

    /// The data behind `prefix`; `nil` where the text is another's, mixed in case, mistyped or not canonical.
    ///
    /// - Parameter prefix: in the case that the whole text has to have.
    static func decode(_ text: Span<UInt8>, prefix: String) -> SecretBytes? {
        let start = prefix.utf8.count + 1
        guard text.count >= start + 6, isPrefix(prefix + "1", of: text) else { return nil }
        let isUpper = prefix.utf8.contains { (0x41...0x5A).contains($0) }
        var checksum = Checksum(prefix: prefix.lowercased())
        var data = SecretBytes(capacity: text.count * 5 / 8)
        var accumulator: UInt32 = 0
        var bitCount = 0
        for index in start..<text.count {
            guard let value = value(of: text[index], isUpper: isUpper) else { return nil }
            checksum.take(value)
            guard index < text.count - 6 else { continue }
            accumulator = (accumulator << 5 | value) & 0xFFF
            bitCount += 5
            if bitCount >= 8 {
                bitCount -= 8
                data.append(UInt8(truncatingIfNeeded: accumulator >> UInt32(bitCount)))
            }
        }
        let hasZeroPadding = bitCount < 5 && accumulator & ((1 << UInt32(bitCount)) - 1) == 0
        guard checksum.isValid, hasZeroPadding else { return nil }
        return data
    }

    static func isPrefix(_ prefix: String, of text: Span<UInt8>) -> Bool {
        guard text.count >= prefix.utf8.count else { return false }
        return prefix.utf8.enumerated().allSatisfy { text[$0.offset] == $0.element }
    }

    private static func value(of character: UInt8, isUpper: Bool) -> UInt32? {
        let isLetter = (0x41...0x5A).contains(character & 0xDF) && character & 0x40 != 0
        guard !isLetter || (character & 0x20 == 0) == isUpper else { return nil }
        let value = values[Int(isLetter ? character | 0x20 : character)]
        return value == 0xFF ? nil : UInt32(value)
    }

    private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)

    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    /// The BCH code of BIP 173.
    private struct Checksum {
        private var state: UInt32 = 1

        init(prefix: String) {
            for byte in prefix.utf8 { take(UInt32(byte >> 5)) }
            take(0)
            for byte in prefix.utf8 { take(UInt32(byte & 31)) }
        }

        mutating func take(_ value: UInt32) {
            let top = state >> 25
            state = (state & 0x1FF_FFFF) << 5 ^ value
            let generator: [UInt32] = [0x3B6A_57B2, 0x2650_8E6D, 0x1EA1_19FA, 0x3D42_33DD, 0x2A14_62B3]
            for (bit, term) in generator.enumerated() where top >> UInt32(bit) & 1 == 1 { state ^= term }
        }

        /// What makes the text valid, when nothing of it has been taken yet.
        var tail: UInt32 {
            var padded = self
            for _ in 0..<6 { padded.take(0) }
            return padded.state ^ 1
        }

        var isValid: Bool { state == 1 }
    }
}
