/// A pattern for names of variables: `*` for any characters, `?` for one, `[abc]`, `[a-z]`, `[!a-z]` for one of a set.
///
/// As in fnmatch(3) without flags, on bytes; a `[` that is not closed stands for itself. Linear in practice: of several
/// stars only the last is ever tried again.
package struct Glob: Hashable, Sendable {
    package let text: String
    private let pattern: [UInt8]

    package init(_ text: String) {
        self.text = text
        pattern = Array(text.utf8)
    }

    /// Whether it holds no wildcard, so that it matches only its own text.
    package var isLiteral: Bool {
        !pattern.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "[") }
    }

    package func matches(_ name: String) -> Bool {
        var name = name
        return name.withUTF8 { matches(unsafe $0.span) }
    }

    package func matches(_ name: Span<UInt8>) -> Bool {
        var patternIndex = 0
        var nameIndex = 0
        var retry: (pattern: Int, name: Int)?
        while nameIndex < name.count {
            if patternIndex < pattern.count, pattern[patternIndex] == UInt8(ascii: "*") {
                retry = (patternIndex, nameIndex)
                patternIndex += 1
            } else if let next = elementEnd(at: patternIndex, matching: name[nameIndex]) {
                patternIndex = next
                nameIndex += 1
            } else if let (star, start) = retry {
                retry = (star, start + 1)
                (patternIndex, nameIndex) = (star + 1, start + 1)
            } else {
                return false
            }
        }
        return pattern[patternIndex...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    /// The index behind the pattern's element at `start` when that matches `byte`.
    private func elementEnd(at start: Int, matching byte: UInt8) -> Int? {
        guard start < pattern.count else { return nil }
        switch pattern[start] {
        case UInt8(ascii: "?"):
            return start + 1
        case UInt8(ascii: "["):
            guard let set = set(at: start) else { return byte == pattern[start] ? start + 1 : nil }
            return set.contains(byte) ? set.end : nil
        case let literal:
            return literal == byte ? start + 1 : nil
        }
    }

    private struct ByteSet {
        var ranges: [ClosedRange<UInt8>] = []
        var isInverted = false
        var end: Int

        func contains(_ byte: UInt8) -> Bool {
            ranges.contains { $0.contains(byte) } != isInverted
        }
    }

    private func set(at start: Int) -> ByteSet? {
        var set = ByteSet(end: start)
        var index = start + 1
        if index < pattern.count, pattern[index] == UInt8(ascii: "!") || pattern[index] == UInt8(ascii: "^") {
            set.isInverted = true
            index += 1
        }
        let first = index
        while index < pattern.count {
            if pattern[index] == UInt8(ascii: "]"), index > first {
                set.end = index + 1
                return set
            }
            if index + 2 < pattern.count, pattern[index + 1] == UInt8(ascii: "-"),
                pattern[index + 2] != UInt8(ascii: "]"),
                pattern[index] <= pattern[index + 2]
            {
                set.ranges.append(pattern[index]...pattern[index + 2])
                index += 3
            } else {
                set.ranges.append(pattern[index]...pattern[index])
                index += 1
            }
        }
        return nil
    }
}
