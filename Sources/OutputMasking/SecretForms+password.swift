internal import SecretMemory

extension SecretForms {
    /// The password inside a URL, as it stands there and percent-decoded; a user-info without a colon is one too.
    mutating func insertPassword(
        _ bytes: Span<UInt8>,
        _ traits: PatternTraits,
        _ policy: MaskedSecret.Policy,
        into sink: inout some PatternSink & ~Copyable
    ) throws(MaskingError) {
        guard let range = bytes.passwordRange else { return }
        var traits = traits
        traits.form = .password
        let password = bytes.extracting(range)
        let fewest = policy == .always ? 1 : Self.fewestPasswordBytes
        if password.count >= fewest { try insertValue(password, traits, policy, into: &sink) }
        var decoded = SecretBytes(capacity: password.count)
        var index = 0
        while index < password.count {
            if password[index] == UInt8(ascii: "%"), index + 2 < password.count,
                let high = password[index + 1].hexValue, let low = password[index + 2].hexValue
            {
                decoded.append(high << 4 | low)
                index += 3
            } else {
                decoded.append(password[index])
                index += 1
            }
        }
        guard decoded.count < password.count, decoded.count >= fewest else { return }
        try decoded.withBytes { text throws(MaskingError) in
            try insertValue(text, traits, policy, into: &sink)
        }
    }
}

extension Span<UInt8> {
    /// Where the password of a URL stands (RFC 3986 §3.2.1): behind the first `:` of the user-info, up to the last `@`.
    var passwordRange: Range<Int>? {
        guard let start = startOfAuthority else { return nil }
        var end = start
        while end < count, !self[end].endsAuthority { end += 1 }
        // A password that was not encoded may hold what ends an authority.
        let at = lastAt(in: start..<end) ?? lastAt(in: start..<count)
        guard let at else { return nil }
        var colon = start
        while colon < at, self[colon] != UInt8(ascii: ":") { colon += 1 }
        if colon < at { return colon + 1..<at }
        return at - start >= SecretForms.fewestPartBytes && at < end ? start..<at : nil
    }

    /// Whether a URL has user-info before its host.
    var holdsUserInfo: Bool {
        guard let start = startOfAuthority else { return false }
        var index = start
        while index < count, !self[index].endsAuthority {
            if self[index] == UInt8(ascii: "@") { return true }
            index += 1
        }
        return false
    }

    /// What follows `scheme://`, of a value that starts with it.
    private var startOfAuthority: Int? {
        var index = trimmedRange.lowerBound
        let first = index
        while index < count, self[index].isASCIIAlphanumeric || "+-.".utf8.contains(self[index]) || self[index] == 0x3A
        {
            // A colon inside, as in `jdbc:postgresql://`.
            if self[index] == 0x3A, index + 2 < count, self[index + 1] == 0x2F, self[index + 2] == 0x2F {
                return index > first ? index + 3 : nil
            }
            index += 1
        }
        return nil
    }

    private func lastAt(in range: Range<Int>) -> Int? {
        var index = range.upperBound
        while index > range.lowerBound {
            index -= 1
            if self[index] == UInt8(ascii: "@") { return index }
        }
        return nil
    }
}

extension UInt8 {
    fileprivate var endsAuthority: Bool {
        self == UInt8(ascii: "/") || self == UInt8(ascii: "?") || self == UInt8(ascii: "#") || isSpace
    }
}
