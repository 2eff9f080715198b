internal import SecretMemory

/// Writes the forms in which a secret may be printed, one after another, into one piece of locked memory.
///
/// Every form goes to a `PatternSink`, which keeps equal ones once. Minimum lengths are those of design.md, section 4.
struct SecretForms: ~Copyable {
    /// The form being written.
    var scratch = SecretBytes(capacity: 1024)
    /// A second one, for forms of forms.
    var inner = SecretBytes(capacity: 1024)

    /// A secret of fewer bytes is looked for as it is, and in no encoded form.
    static let fewestEncodedSecretBytes = 6
    /// The fewest characters of an encoded form that depend on the secret alone.
    static let fewestEncodedBytes = 8
    /// The same for forms that are as long as the secret: JSON, shell, percent.
    static let fewestEscapedBytes = 6
    /// The fewest bytes of a line of a secret, and of a string in a JSON secret.
    static let fewestPartBytes = 8

    /// Inserts all forms of `secret` that are to be masked.
    mutating func insert(
        _ secret: MaskedSecret,
        at position: Int,
        into sink: inout some PatternSink & ~Copyable
    ) throws(MaskingError) {
        try secret.value.withBytes { bytes throws(MaskingError) in
            switch MaskedSecret.assess(bytes, secret.policy) {
            case .unmasked: return
            case .masked, .maskedBetweenDelimiters: break
            }
            try insertWhole(bytes, PatternTraits(owner: position, form: .raw), secret.policy, into: &sink)
        }
    }

    /// A value and its forms, trimmed and unquoted too.
    private mutating func insertWhole(
        _ bytes: Span<UInt8>,
        _ traits: PatternTraits,
        _ policy: MaskedSecret.Policy,
        into sink: inout some PatternSink & ~Copyable
    ) throws(MaskingError) {
        var traits = traits
        traits.publicCount = PublicPrefix.count(of: bytes)
        try insertValue(bytes, traits, policy, into: &sink)
        let trimmed = bytes.trimmedRange
        if trimmed.count < bytes.count, !trimmed.isEmpty {
            traits.form = .trimmed
            traits.publicCount = PublicPrefix.count(of: bytes.extracting(trimmed))
            try insertValue(bytes.extracting(trimmed), traits, policy, into: &sink)
        }
        if let unquoted = bytes.unquotedRange(in: trimmed) {
            traits.form = .unquoted
            traits.publicCount = PublicPrefix.count(of: bytes.extracting(unquoted))
            try insertValue(bytes.extracting(unquoted), traits, policy, into: &sink)
        }
    }

    /// A value as it is, and encoded.
    private mutating func insertValue(
        _ bytes: Span<UInt8>,
        _ traits: PatternTraits,
        _ policy: MaskedSecret.Policy,
        into sink: inout some PatternSink & ~Copyable
    ) throws(MaskingError) {
        var traits = traits
        switch MaskedSecret.assess(bytes, policy) {
        case .unmasked: return
        case .maskedBetweenDelimiters: traits.isDelimited = true
        case .masked: break
        }
        try sink.insert(bytes, traits)
        guard bytes.count >= Self.fewestEncodedSecretBytes else { return }
        try insertBase64(bytes, traits, into: &sink)
    }
}
