internal import SecretMemory

extension SecretForms {
    /// The forms that other text is written in: percent-encoding, JSON, markup, shells, string literals.
    mutating func insertEscaped(
        _ bytes: Span<UInt8>,
        _ traits: PatternTraits,
        into sink: inout some PatternSink & ~Copyable
    ) throws(MaskingError) {
        guard bytes.needsEscaping, bytes.count >= Self.fewestEscapedBytes else { return }
        for dialect in Escaping.all {
            try insert(bytes, written: dialect, traits, into: &sink)
        }
        for dialect in Escaping.nestedJSON {
            inner.truncate(to: 0)
            inner.append(bytes, written: dialect)
            scratch.truncate(to: 0)
            inner.withBytes { scratch.append($0, written: .outerJSON) }
            var traits = traits
            traits.form = .json
            traits.isDelimited = false
            try insertScratch(traits, of: bytes, into: &sink)
        }
    }

    private mutating func insert(
        _ bytes: Span<UInt8>,
        written dialect: Escaping,
        _ traits: PatternTraits,
        into sink: inout some PatternSink & ~Copyable
    ) throws(MaskingError) {
        scratch.truncate(to: 0)
        scratch.append(bytes, written: dialect)
        var traits = traits
        traits.form = dialect.form
        traits.isDelimited = false
        try insertScratch(traits, of: bytes, into: &sink)
    }

    /// Inserts what was written last, unless it is the value as it is; as much of its beginning is public as it shares with
    /// the value's.
    private func insertScratch(
        _ traits: PatternTraits,
        of bytes: Span<UInt8>,
        into sink: inout some PatternSink & ~Copyable
    ) throws(MaskingError) {
        try scratch.withBytes { text throws(MaskingError) in
            var shared = 0
            while shared < bytes.count, shared < text.count, text[shared] == bytes[shared] { shared += 1 }
            guard shared < text.count || text.count < bytes.count else { return }
            var traits = traits
            traits.publicCount = min(shared, traits.publicCount)
            try sink.insert(text, traits)
        }
    }
}

extension Span<UInt8> {
    fileprivate var needsEscaping: Bool {
        for index in indices where !self[index].isNeverEscaped { return true }
        return false
    }
}

extension SecretBytes {
    /// Appends `bytes` as `dialect` writes them.
    mutating func append(_ bytes: Span<UInt8>, written dialect: Escaping) {
        var index = 0
        while index < bytes.count {
            let start = index
            while index < bytes.count, bytes[index].isASCIIAlphanumeric { index += 1 }
            append(bytes.extracting(start..<index))
            guard index < bytes.count else { break }
            let byte = bytes[index]
            if byte < 0x80 {
                append(byte, as: dialect.replacement(byte))
                index += 1
                continue
            }
            let (scalar, count) = bytes.scalar(at: index)
            append(bytes.extracting(index..<index + count), scalar, as: dialect.beyond)
            index += count
        }
    }

    private mutating func append(_ byte: UInt8, as replacement: Escaping.Replacement) {
        switch replacement {
        case .itself: append(byte)
        case .prefixed(let prefix):
            append(prefix)
            append(byte)
        case .text(let text): append(text)
        case .hex(let prefix, let isUpper):
            append(prefix)
            appendHex(byte, isUpper ? SecretForms.upperDigits : SecretForms.lowerDigits)
        case .octal:
            append(UInt8(ascii: "\\"))
            append(UInt8(ascii: "0") + byte >> 6)
            append(UInt8(ascii: "0") + byte >> 3 & 7)
            append(UInt8(ascii: "0") + byte & 7)
        case .entity(let isHex, let isUpper): appendEntity(UInt32(byte), isHex: isHex, isUpper: isUpper)
        case .braced:
            append("\\u{" as StaticString)
            appendNumber(UInt32(byte), radix: 16)
            append(UInt8(ascii: "}"))
        }
    }

    /// - Parameter scalar: nil where the bytes are no UTF-8.
    private mutating func append(_ bytes: Span<UInt8>, _ scalar: UInt32?, as beyond: Escaping.Beyond) {
        switch (beyond, scalar) {
        case (.bytes(let replacement), _):
            for index in bytes.indices { append(bytes[index], as: replacement) }
        case (.utf16(let isUpper), let scalar?):
            let digits = isUpper ? SecretForms.upperDigits : SecretForms.lowerDigits
            guard scalar > 0xFFFF else { return appendUnit(scalar, digits) }
            appendUnit(0xD800 + (scalar - 0x10000) >> 10, digits)
            appendUnit(0xDC00 + (scalar - 0x10000) & 0x3FF, digits)
        case (.entity(let isHex), let scalar?): appendEntity(scalar, isHex: isHex, isUpper: false)
        case (.sized(let hasShort), let scalar?):
            if hasShort, scalar <= 0xFF {
                append("\\x" as StaticString)
                appendHex(UInt8(scalar), SecretForms.lowerDigits)
            } else if scalar <= 0xFFFF {
                appendUnit(scalar, SecretForms.lowerDigits)
            } else {
                append("\\U" as StaticString)
                for shift in [24, 16, 8, 0] as [UInt32] {
                    appendHex(UInt8(scalar >> shift & 255), SecretForms.lowerDigits)
                }
            }
        case (.itself, _), (.utf16, nil), (.entity, nil), (.sized, nil): append(bytes)
        }
    }

    private mutating func append(_ text: StaticString) {
        for index in 0..<text.utf8CodeUnitCount { append(unsafe text.utf8Start[index]) }
    }

    private mutating func appendUnit(_ unit: UInt32, _ digits: StaticString) {
        append("\\u" as StaticString)
        appendHex(UInt8(unit >> 8), digits)
        appendHex(UInt8(unit & 255), digits)
    }

    private mutating func appendEntity(_ number: UInt32, isHex: Bool, isUpper: Bool) {
        append(isHex ? "&#x" : "&#" as StaticString)
        appendNumber(number, radix: isHex ? 16 : 10, isUpper: isUpper)
        append(UInt8(ascii: ";"))
    }

    private mutating func appendNumber(_ number: UInt32, radix: UInt32, isUpper: Bool = false) {
        if number >= radix { appendNumber(number / radix, radix: radix, isUpper: isUpper) }
        let digits = isUpper ? SecretForms.upperDigits : SecretForms.lowerDigits
        append(unsafe digits.utf8Start[Int(number % radix)])
    }
}

extension Span<UInt8> {
    /// The Unicode scalar that starts at `index` and the count of its bytes; nil and 1 where there is none (RFC 3629).
    fileprivate func scalar(at index: Int) -> (UInt32?, Int) {
        let first = self[index]
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard first >= 0xC2, first <= 0xF4, index + length <= count else { return (nil, 1) }
        var scalar = UInt32(first) & (0x7F >> UInt32(length))
        for offset in 1..<length {
            guard self[index + offset] & 0xC0 == 0x80 else { return (nil, 1) }
            scalar = scalar << 6 | UInt32(self[index + offset] & 0x3F)
        }
        let least: UInt32 = length == 4 ? 0x10000 : length == 3 ? 0x800 : 0x80
        guard scalar >= least, scalar <= 0x10FFFF, scalar & 0xFFFF_F800 != 0xD800 else { return (nil, 1) }
        return (scalar, length)
    }
}
