internal import SecretMemory

extension MaskedSecret {
    /// What becomes of a secret in output.
    package enum Assessment: Hashable, Sendable {
        /// Masked wherever it stands.
        case masked
        /// Of 3 to 5 bytes: masked only where no letter or digit touches it.
        case maskedBetweenDelimiters
        case unmasked(Reason)
    }

    package enum Reason: Hashable, Sendable {
        case empty
        /// White space alone.
        case blank
        /// Of 1 or 2 bytes.
        case tooShort
        /// A word of the stop list, such as `true` or `production`.
        case commonWord
    }

    static let longestDelimited = 5
    static let shortestDelimited = 3

    /// Whether this secret is masked, and if not, why; `check` and `run` warn by name.
    package var assessment: Assessment {
        value.withBytes { Self.assess($0, policy) }
    }

    static func assess(_ bytes: Span<UInt8>, _ policy: Policy) -> Assessment {
        guard !bytes.isEmpty else { return .unmasked(.empty) }
        if policy == .always { return .masked }
        let trimmed = bytes.trimmedRange
        guard !trimmed.isEmpty else { return .unmasked(.blank) }
        let unquoted = bytes.unquotedRange(in: trimmed) ?? trimmed
        guard !StopList.contains(bytes.extracting(trimmed)), !StopList.contains(bytes.extracting(unquoted)) else {
            return .unmasked(.commonWord)
        }
        if bytes.count > longestDelimited { return .masked }
        return bytes.count >= shortestDelimited ? .maskedBetweenDelimiters : .unmasked(.tooShort)
    }
}

extension Span<UInt8> {
    /// What is left without white space at both ends.
    var trimmedRange: Range<Int> {
        var low = 0
        var high = count
        while low < high, self[low].isSpace { low += 1 }
        while high > low, self[high - 1].isSpace { high -= 1 }
        return low..<high
    }

    /// What is left of `range` without the pair of quotes around it; nil where there is none, or nothing between.
    func unquotedRange(in range: Range<Int>) -> Range<Int>? {
        guard range.count > 2, self[range.lowerBound] == self[range.upperBound - 1] else { return nil }
        guard self[range.lowerBound] == UInt8(ascii: "\"") || self[range.lowerBound] == UInt8(ascii: "'") else {
            return nil
        }
        return range.lowerBound + 1..<range.upperBound - 1
    }
}
