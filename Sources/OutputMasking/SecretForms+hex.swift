internal import SecretMemory

extension SecretForms {
    static let lowerDigits: StaticString = "0123456789abcdef"
    static let upperDigits: StaticString = "0123456789ABCDEF"

    mutating func insertHex(
        _ bytes: Span<UInt8>,
        _ traits: PatternTraits,
        into sink: inout some PatternSink & ~Copyable
    ) throws(MaskingError) {
        var traits = traits
        traits.form = .hex
        traits.publicCount = 0
        var differs = false
        for digits in [Self.lowerDigits, Self.upperDigits] {
            scratch.truncate(to: 0)
            for index in bytes.indices {
                scratch.appendHex(bytes[index], digits)
                if bytes[index] & 15 > 9 || bytes[index] >> 4 > 9 { differs = true }
            }
            try scratch.withBytes { text throws(MaskingError) in try sink.insert(text, traits) }
            if !differs { return }
        }
    }
}

extension SecretBytes {
    /// Appends two digits of `digits`, an alphabet of 16.
    mutating func appendHex(_ byte: UInt8, _ digits: StaticString) {
        append(unsafe digits.utf8Start[Int(byte >> 4)])
        append(unsafe digits.utf8Start[Int(byte & 15)])
    }
}
