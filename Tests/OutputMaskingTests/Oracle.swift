@testable import OutputMasking

/// A pattern in the open, for tests.
struct OpenPattern: Hashable {
    let bytes: [UInt8]
    let traits: PatternTraits
    let mayBeWrapped: Bool

    init(bytes: [UInt8], traits: PatternTraits) {
        self.bytes = bytes
        self.traits = traits
        mayBeWrapped = bytes.span.mayBeWrapped
    }

    /// Whether the first `count` bytes stand in `text` at `start`.
    func stands(in text: [UInt8], at start: Int, first count: Int) -> Bool {
        guard start >= 0, start + count <= text.count else { return false }
        var index = 0
        while index < count {
            if text[start + index] != bytes[index] { return false }
            index += 1
        }
        return true
    }
}

/// Collects what would go into an automaton.
struct PatternCollector: PatternSink {
    var patterns: [OpenPattern] = []

    mutating func insert(_ bytes: Span<UInt8>, _ traits: PatternTraits) throws(MaskingError) {
        patterns.append(OpenPattern(bytes: bytes.indices.map { bytes[$0] }, traits: traits))
    }
}

/// What the masker has to write, worked out the slow and plain way: all occurrences of all patterns, their union.
///
/// It sees the whole stream at once, pauses are positions in it. Patterns hold no ESC.
struct Oracle {
    var patterns: [OpenPattern]
    var stream: [UInt8]
    /// Positions before which the stream paused, ascending.
    var pauses: [Int] = []

    /// A view: which bytes of the stream it shows, and what it takes part in.
    private struct View {
        var positions: [Int]
        var isRaw = false
        var isJoined = false
    }

    private struct Match {
        var start: Int
        var end: Int
        /// When it was known: before reading the byte at this position.
        var known: Int
        var owner: Int
        var sequences: [Range<Int>]
        /// It was found in the stream as it is, so that a control sequence that it touches is not written again.
        var isRaw: Bool
        var isDelimited = false
    }

    /// What decides whose name a run carries.
    private struct Starter {
        var end: Int
        var isLate: Bool
        var start: Int
        var owner: Int

        func isNamed(before other: Starter) -> Bool {
            (end, isLate ? 1 : 0, start, owner) < (other.end, other.isLate ? 1 : 0, other.start, other.owner)
        }
    }

    func output(text: (Int) -> [UInt8]) -> [UInt8] {
        let sequences = controlSequences()
        var inSequence = [Bool](repeating: false, count: stream.count)
        for range in sequences { for index in range { inSequence[index] = true } }
        let views = [
            View(positions: Array(stream.indices), isRaw: true),
            View(positions: stream.indices.filter { !inSequence[$0] }),
            View(positions: joinedPositions(inSequence), isJoined: true),
        ]
        var matches = views.flatMap { self.matches(in: $0, sequences) }
        matches.sort { ($0.known, $0.end, $0.start, $0.owner) < ($1.known, $1.end, $1.start, $1.owner) }

        var covered = [Bool](repeating: false, count: stream.count)
        var starters: [Int: Starter] = [:]
        var rewritten: [Range<Int>: Int] = [:]
        var touched: Set<Range<Int>> = []
        var emitted = 0
        func cover(_ match: Match, isHeld: Bool = false) {
            let start = max(match.start, emitted)
            guard match.end > start else { return }
            for index in start..<match.end { covered[index] = true }
            let starter = Starter(
                end: isHeld ? .max : match.end,
                // Where its start was released, the text was written before a delimiter was seen.
                isLate: match.isDelimited && match.start < emitted,
                start: match.start,
                owner: match.owner
            )
            if starters[start].map({ starter.isNamed(before: $0) }) ?? true { starters[start] = starter }
            for range in match.sequences where range.upperBound > emitted {
                rewritten[range] = max(range.lowerBound, emitted)
            }
            guard match.isRaw else { return }
            for range in sequences where range.upperBound > emitted && range.overlaps(match.start..<match.end) {
                touched.insert(range)
            }
        }
        var next = matches[...]
        for pause in pauses + [stream.count + 1] {
            while let match = next.first, match.known <= pause {
                cover(match)
                next.removeFirst()
            }
            if pause > stream.count { break }
            let held = views.flatMap { heldStarts(in: $0, at: pause, sequences) }
            let frontier = max(emitted, held.map(\.start).min() ?? pause)
            // A control sequence that a secret may yet be part of waits.
            let waiting = rewritten.keys.filter { $0.upperBound > frontier && !touched.contains($0) }
            if let range = waiting.first(where: { $0.contains(frontier) }) {
                emitted = max(emitted, range.lowerBound)
                continue
            }
            emitted = frontier
            while emitted < pause, covered[emitted], !waiting.contains(where: { $0.lowerBound == emitted }) {
                emitted += 1
            }
        }
        for held in views.flatMap({ heldStarts(in: $0, at: stream.count, sequences) }) {
            cover(held, isHeld: true)
        }
        let shown = rewritten.filter { !touched.contains($0.key) }.map { $0.value..<$0.key.upperBound }
        return render(covered, starters, shown, text)
    }

    private func render(
        _ covered: [Bool],
        _ starters: [Int: Starter],
        _ rewritten: [Range<Int>],
        _ text: (Int) -> [UInt8]
    ) -> [UInt8] {
        var result: [UInt8] = []
        for index in stream.indices {
            if covered[index] {
                if index == 0 || !covered[index - 1] { result += text(starters[index]?.owner ?? 0) }
                for range in rewritten where range.lowerBound == index { result += stream[range] }
            } else {
                result.append(stream[index])
            }
        }
        return result
    }

    // MARK: - Occurrences

    private func matches(in view: View, _ sequences: [Range<Int>]) -> [Match] {
        let text = view.positions.map { stream[$0] }
        var result: [Match] = []
        for pattern in patterns where !view.isJoined || pattern.mayBeWrapped {
            let count = pattern.bytes.count
            guard count <= text.count else { continue }
            for start in 0...(text.count - count) where pattern.stands(in: text, at: start, first: count) {
                var first = start
                let end = start + count
                let known = view.positions[end - 1] + 1
                if pattern.traits.isDelimited {
                    if start > 0, text[start - 1].isASCIIAlphanumeric { continue }
                    if known < stream.count, stream[known].isASCIIAlphanumeric, !pauses.contains(known) { continue }
                }
                if start > 0, isLeading(text[start - 1], pattern.traits.leading) { first -= 1 }
                if pattern.traits.isDelimited, isHidden(start, end, text) { continue }
                result.append(match(view, first, end, known, pattern, sequences))
                result += trailing(view, text, end, pattern, sequences)
            }
        }
        return result
    }

    /// Whether a pattern that needs no delimiters ends at `end` too, and is no shorter.
    private func isHidden(_ start: Int, _ end: Int, _ text: [UInt8]) -> Bool {
        patterns.contains { other in
            let first = end - other.bytes.count
            guard !other.traits.isDelimited, other.stands(in: text, at: first, first: other.bytes.count) else {
                return false
            }
            return first <= start || first == start + 1 && isLeading(text[start], other.traits.leading)
        }
    }

    private func match(
        _ view: View,
        _ first: Int,
        _ end: Int,
        _ known: Int,
        _ pattern: OpenPattern,
        _ sequences: [Range<Int>]
    ) -> Match {
        let range = view.positions[first]..<view.positions[end - 1] + 1
        // In the stream as it is there are no control sequences, only bytes.
        let inside = view.isRaw ? [] : sequences.filter { range.contains($0.lowerBound) }
        return Match(
            start: range.lowerBound,
            end: range.upperBound,
            known: known,
            owner: pattern.traits.owner,
            sequences: inside,
            isRaw: view.isRaw,
            isDelimited: pattern.traits.isDelimited
        )
    }

    /// The characters after base64 that share bits with it, or pad it.
    private func trailing(
        _ view: View,
        _ text: [UInt8],
        _ end: Int,
        _ pattern: OpenPattern,
        _ sequences: [Range<Int>]
    ) -> [Match] {
        let code = pattern.traits.trailing
        guard code != 0, end < text.count,
            Base64Boundary.trailingMask(of: text[end]) & Base64Boundary.mask(code) != 0
        else { return [] }
        let owner = ownerOfLongest(endingAt: end, text, view)
        var padding = Base64Boundary.paddingCount(after: text[end], matched: Base64Boundary.mask(code))
        var last = end + 1
        while padding > 0, last < text.count, text[last] == UInt8(ascii: "=") {
            last += 1
            padding -= 1
        }
        return (end..<last).map { index in
            let start = view.positions[index - 1] + 1
            let stop = view.positions[index] + 1
            return Match(
                start: start,
                end: stop,
                known: stop,
                owner: owner,
                sequences: sequences.filter { start <= $0.lowerBound && $0.upperBound <= stop },
                isRaw: view.isRaw
            )
        }
    }

    private func ownerOfLongest(endingAt end: Int, _ text: [UInt8], _ view: View) -> Int {
        var best = (start: Int.max, owner: 0)
        for pattern in patterns where !pattern.traits.isDelimited && (!view.isJoined || pattern.mayBeWrapped) {
            var start = end - pattern.bytes.count
            guard pattern.stands(in: text, at: start, first: pattern.bytes.count) else { continue }
            if start > 0, isLeading(text[start - 1], pattern.traits.leading) { start -= 1 }
            if (start, pattern.traits.owner) < best { best = (start, pattern.traits.owner) }
        }
        return best.owner
    }

    private func isLeading(_ byte: UInt8, _ code: UInt8) -> Bool {
        Base64Boundary.leadingMask(of: byte) & Base64Boundary.mask(code) != 0
    }

    // MARK: - Held starts

    /// The longest start of a pattern, in this view of the first `count` bytes, that may not be shown after a pause.
    private func heldStarts(in view: View, at count: Int, _ sequences: [Range<Int>]) -> [Match] {
        // A sequence that is not complete yet is not part of the view either, nor are bytes of it.
        let open = openSequence(at: count)
        let positions = view.positions.prefix { $0 < min(count, view.isRaw ? count : open) }
        let text = positions.map { stream[$0] }
        var best: Match?
        var longest = 0
        for pattern in patterns where !view.isJoined || pattern.mayBeWrapped {
            for length in stride(from: min(pattern.bytes.count - 1, text.count), to: 0, by: -1)
            where pattern.stands(in: text, at: text.count - length, first: length) {
                var first = text.count - length
                if pattern.traits.isDelimited, first > 0, text[first - 1].isASCIIAlphanumeric { continue }
                if first > 0, isLeading(text[first - 1], pattern.traits.leading) { first -= 1 }
                let depth = text.count - first
                if view.isJoined ? depth < fewestWrappedBytes : depth <= mostReleasedBytes { continue }
                if isPublic(pattern.bytes.prefix(length)) { continue }
                if let best, (best.start, -longest) <= (positions[first], -length) { continue }
                let range = positions[first]..<positions[text.count - 1] + 1
                // Without a line end inside or behind it, it is the business of the simpler views.
                if view.isJoined {
                    let shown = Set(positions).union(sequences.flatMap { Array($0) })
                    if (range.lowerBound..<min(count, open)).allSatisfy(shown.contains) { continue }
                }
                longest = length
                best = Match(
                    start: range.lowerBound,
                    end: range.upperBound,
                    known: count,
                    owner: ownerOfStart(pattern.bytes.prefix(length)),
                    sequences: view.isRaw
                        ? [] : sequences.filter { range.contains($0.lowerBound) && range.contains($0.upperBound - 1) },
                    isRaw: view.isRaw
                )
            }
        }
        return best.map { [$0] } ?? []
    }

    private func isPublic(_ start: ArraySlice<UInt8>) -> Bool {
        patterns.filter { $0.bytes.starts(with: start) }.allSatisfy { $0.traits.publicCount >= start.count }
    }

    private func ownerOfStart(_ start: ArraySlice<UInt8>) -> Int {
        patterns.filter { $0.bytes.count > start.count && $0.bytes.starts(with: start) }.map(\.traits.owner).min() ?? 0
    }

    // MARK: - Views

    private func controlSequences() -> [Range<Int>] {
        var result: [Range<Int>] = []
        var index = 0
        while index < stream.count {
            if stream[index] == .escape, let end = sequenceEnd(from: index) {
                result.append(index..<end)
                index = end
            } else {
                index += 1
            }
        }
        return result
    }

    private func sequenceEnd(from start: Int) -> Int? {
        var sequence = ControlSequence()
        sequence.begin()
        for index in stream.indices.dropFirst(start + 1) {
            switch sequence.read(stream[index]) {
            case .inside: continue
            case .complete: return index + 1
            case .invalid: return nil
            }
        }
        return nil
    }

    /// Where a control sequence starts that the first `count` bytes do not complete; `count` where none.
    private func openSequence(at count: Int) -> Int {
        guard stream.contains(.escape) else { return count }
        var head = self
        head.stream = Array(stream.prefix(count))
        var index = 0
        while index < count {
            guard head.stream[index] == .escape else {
                index += 1
                continue
            }
            if let end = head.sequenceEnd(from: index) {
                index = end
                continue
            }
            var sequence = ControlSequence()
            sequence.begin()
            if !head.stream.dropFirst(index + 1).contains(where: { sequence.read($0) == .invalid }) { return index }
            index += 1
        }
        return count
    }

    /// Without control sequences, and without line ends and the blanks behind them.
    private func joinedPositions(_ inSequence: [Bool]) -> [Int] {
        var result: [Int] = []
        var isInGap = false
        for index in stream.indices where !inSequence[index] {
            let byte = stream[index]
            isInGap = byte.isLineEnd || isInGap && byte.isBlank
            if !isInGap { result.append(index) }
        }
        return result
    }
}

extension [UInt8] {
    /// Readable, for messages of tests whose secrets are made up.
    var visible: String {
        map { byte in
            byte >= 0x20 && byte < 0x7F ? String(UnicodeScalar(byte)) : "\\x" + String(byte, radix: 16)
        }.joined()
    }
}
