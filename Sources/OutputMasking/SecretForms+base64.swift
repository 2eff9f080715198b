internal import SecretMemory

/// The two alphabets of RFC 4648, §4 and §5.
enum Base64Alphabet: CaseIterable {
    case standard, url

    func character(_ value: UInt8) -> UInt8 {
        switch value {
        case 0..<26: UInt8(ascii: "A") + value
        case 26..<52: UInt8(ascii: "a") + (value - 26)
        case 52..<62: UInt8(ascii: "0") + (value - 52)
        case 62: self == .standard ? UInt8(ascii: "+") : UInt8(ascii: "-")
        default: self == .standard ? UInt8(ascii: "/") : UInt8(ascii: "_")
        }
    }
}

extension SecretForms {
    /// The characters of base64 that depend on the secret alone, for each place in a group of three bytes where it may
    /// start; the characters at both ends that mix it with a neighbour become classes (`Base64Boundary`).
    mutating func insertBase64(
        _ bytes: Span<UInt8>,
        _ traits: PatternTraits,
        into sink: inout some PatternSink & ~Copyable
    ) throws(MaskingError) {
        var traits = traits
        traits.publicCount = 0
        traits.isDelimited = false
        for skipped in 0..<3 {
            // `skipped` bytes of a neighbour stand before the secret in its first group, 8 bits each; the character in
            // which the secret starts has `shared` bits of it, or is its own where there is no neighbour.
            let shared = skipped == 0 ? 0 : 6 - skipped * 8 % 6
            let solidBits = bytes.count * 8 - shared
            let solid = solidBits / 6
            let rest = solidBits % 6
            guard solid >= Self.fewestEncodedBytes else { continue }
            if shared > 0 {
                traits.leading = Base64Boundary.leadingCode(bitCount: shared, bits: bytes[0] >> UInt8(8 - shared))
            }
            if rest > 0 {
                let bits = bytes[bytes.count - 1] & (1 << UInt8(rest) - 1)
                traits.trailing = Base64Boundary.trailingCode(bitCount: rest, bits: bits)
            } else {
                traits.trailing = 0
            }
            var differs = false
            for alphabet in Base64Alphabet.allCases where alphabet == .standard || differs {
                traits.form = alphabet == .standard ? .base64 : .base64url
                scratch.truncate(to: 0)
                for index in 0..<solid {
                    let value = bytes.sixBits(at: shared + index * 6)
                    if value >= 62 { differs = true }
                    scratch.append(alphabet.character(value))
                }
                try scratch.withBytes { text throws(MaskingError) in try sink.insert(text, traits) }
            }
        }
    }
}

extension Span<UInt8> {
    /// The six bits from bit `position` on, counted from the highest of the first byte.
    fileprivate func sixBits(at position: Int) -> UInt8 {
        let index = position / 8
        let low = index + 1 < count ? UInt16(self[index + 1]) : 0
        let pair = UInt16(self[index]) << 8 | low
        return UInt8(truncatingIfNeeded: pair >> UInt16(10 - position % 8)) & 63
    }
}
