internal import SecretMemory

extension SecretForms {
    /// Each line of a secret of several, where it is long enough to be one; PEM armour lines say nothing.
    mutating func insertLines(
        _ bytes: Span<UInt8>,
        _ traits: PatternTraits,
        _ policy: MaskedSecret.Policy,
        into sink: inout some PatternSink & ~Copyable
    ) throws(MaskingError) {
        var traits = traits
        traits.form = .line
        var start = 0
        while start <= bytes.count {
            var end = start
            while end < bytes.count, !bytes[end].isLineEnd { end += 1 }
            if start > 0 || end < bytes.count {
                let line = bytes.extracting(start..<end)
                try insertLine(line, traits, policy, into: &sink)
                try insertLine(line.extracting(line.trimmedRange), traits, policy, into: &sink)
            }
            start = end + 1
        }
    }

    private mutating func insertLine(
        _ line: Span<UInt8>,
        _ traits: PatternTraits,
        _ policy: MaskedSecret.Policy,
        into sink: inout some PatternSink & ~Copyable
    ) throws(MaskingError) {
        guard line.count >= Self.fewestPartBytes, !line.isArmour else { return }
        guard case .masked = MaskedSecret.assess(line, policy) else { return }
        var traits = traits
        traits.publicCount = PublicPrefix.count(of: line)
        try sink.insert(line, traits)
        try insertEscaped(line, traits, into: &sink)
    }

    /// A value of several lines with the line ends of other systems and of terminals, and with none, as it is found
    /// where lines are joined.
    mutating func insertLineEnds(
        _ bytes: Span<UInt8>,
        _ traits: PatternTraits,
        into sink: inout some PatternSink & ~Copyable
    ) throws(MaskingError) {
        guard bytes.holdsLineEnd else { return }
        var traits = traits
        for end in ["\n", "\r\n", "\r\r\n", ""] {
            traits.form = end.isEmpty ? .unwrapped : .lineEnds
            scratch.truncate(to: 0)
            var index = 0
            while index < bytes.count {
                if bytes[index].isLineEnd {
                    // One end a line, so that empty lines stay; a terminal adds CRs before the LF.
                    while bytes[index] == 0x0D, index + 1 < bytes.count, bytes[index + 1].isLineEnd { index += 1 }
                    scratch.append(end)
                    index += 1
                    while end.isEmpty, index < bytes.count, bytes[index].isBlank { index += 1 }
                } else {
                    scratch.append(bytes[index])
                    index += 1
                }
            }
            try insertScratchPart(traits, into: &sink)
        }
        try insertBody(bytes, traits, into: &sink)
    }

    /// What stands between PEM armour, joined: it is found wrapped at any column, whatever becomes of the armour.
    private mutating func insertBody(
        _ bytes: Span<UInt8>,
        _ traits: PatternTraits,
        into sink: inout some PatternSink & ~Copyable
    ) throws(MaskingError) {
        scratch.truncate(to: 0)
        var hasArmour = false
        var start = 0
        while start < bytes.count {
            var end = start
            while end < bytes.count, !bytes[end].isLineEnd { end += 1 }
            let line = bytes.extracting(start..<end)
            if line.isArmour {
                hasArmour = true
            } else {
                scratch.append(line.extracting(line.trimmedRange))
            }
            start = end + 1
        }
        if hasArmour { try insertScratchPart(traits, into: &sink) }
    }

    /// A value of several words where a line was broken at a blank: each blank left out, and all of them.
    mutating func insertBrokenWords(
        _ bytes: Span<UInt8>,
        _ traits: PatternTraits,
        into sink: inout some PatternSink & ~Copyable
    ) throws(MaskingError) {
        guard bytes.count > fewestWrappedBytes else { return }
        var blanks = 0
        for index in bytes.indices where bytes[index].isBlank { blanks += 1 }
        guard blanks > 0, blanks <= Self.mostBrokenBlanks else { return }
        var traits = traits
        traits.form = .unwrapped
        for left in 0...blanks {
            scratch.truncate(to: 0)
            var seen = 0
            for index in bytes.indices {
                if bytes[index].isBlank {
                    seen += 1
                    // The last round leaves all of them out.
                    if seen - 1 == left || left == blanks { continue }
                }
                scratch.append(bytes[index])
            }
            if scratch.withBytes({ $0.mayBeWrapped }) { try insertScratchPart(traits, into: &sink) }
        }
    }

    private func insertScratchPart(
        _ traits: PatternTraits,
        into sink: inout some PatternSink & ~Copyable
    ) throws(MaskingError) {
        guard scratch.count >= Self.fewestPartBytes else { return }
        try scratch.withBytes { text throws(MaskingError) in
            var traits = traits
            traits.publicCount = PublicPrefix.count(of: text)
            traits.isDelimited = false
            try sink.insert(text, traits)
        }
    }
}

extension Span<UInt8> {
    fileprivate var holdsLineEnd: Bool {
        for index in indices where self[index].isLineEnd { return true }
        return false
    }

    /// `-----BEGIN …-----` or `-----END …-----` (RFC 7468 §2).
    fileprivate var isArmour: Bool {
        let trimmed = extracting(trimmedRange)
        guard trimmed.count > 10, trimmed.starts(with: "-----") else { return false }
        return trimmed.extracting(last: 5).starts(with: "-----")
    }
}
