internal import SecretMemory

/// The string values of a JSON secret: each is a secret of its own, unless its name or its look says otherwise.
extension SecretForms {
    mutating func insertFields(
        _ bytes: Span<UInt8>,
        _ traits: PatternTraits,
        _ policy: MaskedSecret.Policy,
        into sink: inout some PatternSink & ~Copyable
    ) throws(MaskingError) {
        let trimmed = bytes.trimmedRange
        guard let first = trimmed.first, bytes[first] == UInt8(ascii: "{") || bytes[first] == UInt8(ascii: "[") else {
            return
        }
        var traits = traits
        traits.form = .field
        var index = first
        // The name that the next strings are values of; a list's strings have the list's name.
        var name = 0..<0
        while index < trimmed.upperBound {
            guard bytes[index] == UInt8(ascii: "\"") else {
                index += 1
                continue
            }
            var end = index + 1
            while end < trimmed.upperBound, bytes[end] != UInt8(ascii: "\"") {
                end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1
            }
            guard end < trimmed.upperBound else { return }
            let text = index + 1..<end
            index = end + 1
            while index < trimmed.upperBound, bytes[index].isSpace { index += 1 }
            if index < trimmed.upperBound, bytes[index] == UInt8(ascii: ":") {
                name = text
                continue
            }
            var decoded = SecretBytes(capacity: text.count)
            decoded.append(decodingJSON: bytes.extracting(text))
            guard decoded.count >= Self.fewestPartBytes else { continue }
            let isNamedPublic = NonSecretField.isNamed(bytes.extracting(name))
            try decoded.withBytes { value throws(MaskingError) in
                if policy == .automatic, isNamedPublic || NonSecretField.looksPublic(value) {
                    // Whatever its name, a password inside is one.
                    return try insertPassword(value, traits, policy, into: &sink)
                }
                try insertValue(value, traits, policy, into: &sink)
                try insertLineEnds(value, traits, into: &sink)
                try insertLines(value, traits, policy, into: &sink)
                try insertPassword(value, traits, policy, into: &sink)
            }
        }
    }
}

extension SecretBytes {
    /// Appends what the inside of a JSON string stands for (RFC 8259 §7).
    fileprivate mutating func append(decodingJSON text: Span<UInt8>) {
        var index = 0
        while index < text.count {
            guard text[index] == UInt8(ascii: "\\"), index + 1 < text.count else {
                append(text[index])
                index += 1
                continue
            }
            index += 2
            switch text[index - 1] {
            case UInt8(ascii: "b"): append(0x08)
            case UInt8(ascii: "f"): append(0x0C)
            case UInt8(ascii: "n"): append(0x0A)
            case UInt8(ascii: "r"): append(0x0D)
            case UInt8(ascii: "t"): append(0x09)
            case UInt8(ascii: "u"):
                guard var scalar = text.fourDigits(at: index) else { continue }
                index += 4
                if scalar & 0xFC00 == 0xD800, index + 1 < text.count, text[index] == UInt8(ascii: "\\"),
                    let low = text.fourDigits(at: index + 2), low & 0xFC00 == 0xDC00
                {
                    scalar = 0x10000 + (scalar & 0x3FF) << 10 + low & 0x3FF
                    index += 6
                }
                append(scalar: scalar)
            case let byte: append(byte)
            }
        }
    }

    private mutating func append(scalar: UInt32) {
        switch scalar {
        case 0..<0x80: append(UInt8(scalar))
        case 0..<0x800:
            append(UInt8(0xC0 | scalar >> 6))
            append(UInt8(0x80 | scalar & 63))
        case 0..<0x10000:
            append(UInt8(0xE0 | scalar >> 12))
            append(UInt8(0x80 | scalar >> 6 & 63))
            append(UInt8(0x80 | scalar & 63))
        default:
            append(UInt8(0xF0 | scalar >> 18 & 7))
            append(UInt8(0x80 | scalar >> 12 & 63))
            append(UInt8(0x80 | scalar >> 6 & 63))
            append(UInt8(0x80 | scalar & 63))
        }
    }
}

extension Span<UInt8> {
    fileprivate func fourDigits(at index: Int) -> UInt32? {
        guard index + 4 <= count else { return nil }
        var value: UInt32 = 0
        for offset in 0..<4 {
            guard let digit = self[index + offset].hexValue else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
