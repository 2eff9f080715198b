internal import SecretMemory

/// Writes the forms in which a secret may be printed, one after another, into one piece of locked memory.
///
/// Every form goes to a `PatternSink`, which keeps equal ones once. docs/masking.md tells the minimum lengths.
struct SecretForms: ~Copyable {
    /// The form being written.
    var scratch = SecretBytes(capacity: 1024)
    /// What forms of forms are made from.
    var inner = SecretBytes(capacity: 1024)
    /// A part of a secret that stands nowhere in it as it is, such as a decoded string.
    var part = SecretBytes(capacity: 1024)

    /// A secret of fewer bytes is looked for as it is, and in no encoded form.
    static let fewestEncodedSecretBytes = 6
    /// The fewest characters of an encoded form that depend on the secret alone.
    static let fewestEncodedBytes = 8
    /// The same for forms that are as long as the secret: JSON, shell, percent.
    static let fewestEscapedBytes = 6
    /// The fewest bytes of a line of a secret, and of a string in a JSON secret.
    static let fewestPartBytes = 8
    /// A value with more blanks is taken for text that is seldom wrapped between words.
    static let mostBrokenBlanks = 16
    /// The fewest bytes of the password in a URL: it is a secret by its place.
    static let fewestPasswordBytes = 6

    /// Inserts all forms of `secret` that are to be masked.
    mutating func insert(
        _ secret: MaskedSecret,
        at position: Int,
        into sink: inout some PatternSink & ~Copyable
    ) throws(MaskingError) {
        try secret.value.withBytes { bytes throws(MaskingError) in
            if case .unmasked = MaskedSecret.assess(bytes, secret.policy) { return }
            let traits = PatternTraits(owner: position, form: .raw)
            try insertValue(bytes, traits, secret.policy, into: &sink)
            try insertVariants(bytes, traits, secret.policy, into: &sink)
            try insertLines(bytes, traits, secret.policy, into: &sink)
            try insertPassword(bytes, traits, secret.policy, into: &sink)
            try insertFields(bytes, traits, secret.policy, into: &sink)
        }
    }

    /// A value trimmed, unquoted, with other line ends and with none.
    private mutating func insertVariants(
        _ bytes: Span<UInt8>,
        _ traits: PatternTraits,
        _ policy: MaskedSecret.Policy,
        into sink: inout some PatternSink & ~Copyable
    ) throws(MaskingError) {
        var traits = traits
        let trimmed = bytes.trimmedRange
        if trimmed.count < bytes.count, !trimmed.isEmpty {
            traits.form = .trimmed
            try insertValue(bytes.extracting(trimmed), traits, policy, into: &sink)
        }
        if let unquoted = bytes.unquotedRange(in: trimmed) {
            traits.form = .unquoted
            try insertValue(bytes.extracting(unquoted), traits, policy, into: &sink)
        }
        try insertLineEnds(bytes.extracting(trimmed), traits, into: &sink)
        try insertBrokenWords(bytes.extracting(trimmed), traits, into: &sink)
    }

    /// A value as it is, escaped and encoded.
    mutating func insertValue(
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
        traits.publicCount = PublicPrefix.count(of: bytes)
        try sink.insert(bytes, traits)
        guard bytes.count >= Self.fewestEncodedSecretBytes else { return }
        try insertEscaped(bytes, traits, into: &sink)
        try insertBase64(bytes, traits, into: &sink)
        try insertHex(bytes, traits, into: &sink)
    }
}
