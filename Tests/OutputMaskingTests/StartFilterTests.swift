import SecretMemory
import TestSupport
import Testing

@testable import OutputMasking

/// The filter in front of the automaton changes how fast the output comes, never what it is.
struct StartFilterTests {
    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24])
    func whatIsSkippedHoldsNothing(shortest: Int) throws {
        let seed = propertySeed()
        var generator = SeededGenerator(seed: seed)
        for round in 0..<16 {
            let alphabet = Array("abcdeABCDE01".utf8)
            let patterns = (0..<(1 + generator.below(12))).map { owner in
                var traits = PatternTraits(owner: owner, form: .raw)
                if generator.isLucky(oneIn: 4) { traits.leading = UInt8(1 + generator.below(20)) }
                if generator.isLucky(oneIn: 4) { traits.trailing = UInt8(1 + generator.below(20)) }
                return OpenPattern(
                    bytes: generator.bytes(shortest + generator.below(24), from: alphabet),
                    traits: traits
                )
            }
            let automaton = try MaskAutomaton(names: patterns.indices.map { "\($0)" }) { (trie) throws(MaskingError) in
                for pattern in patterns { try trie.insert(pattern.bytes.span, pattern.traits) }
            }
            let stream = self.stream(of: patterns, &generator)
            let expected = Masker(automaton, isFiltered: false).output(for: stream)
            for _ in 0..<4 {
                let cuts = (0..<generator.below(12)).map { _ in generator.below(stream.count + 1) }
                let output = Masker(automaton).output(for: stream, cutAt: cuts)
                guard output != expected else { continue }
                let place = zip(output, expected).prefix { $0 == $1 }.count
                Issue.record(
                    """
                    seed \(seed), round \(round), cut at \(cuts), at \(place)
                    patterns \(patterns.map { "\($0.bytes.visible) \($0.traits)" }.joined(separator: "\n  "))
                    expected \(expected[max(0, place - 60)...].prefix(160).map { $0 }.visible)
                    output   \(output[max(0, place - 60)...].prefix(160).map { $0 }.visible)
                    """
                )
                return
            }
        }
    }

    /// Lines of noise with patterns in it: whole, in parts, broken by line ends and control sequences at any place.
    private func stream(of patterns: [OpenPattern], _ generator: inout SeededGenerator) -> [UInt8] {
        let gaps = ["\n", "\r\n", "\n  ", "\n\n", "\u{1B}[1m", "\u{1B}[m", "\u{1B}]0;a\u{7}", "\n\u{1B}[1m\t"]
        let noise = Array("xyzXYZ890 .:/=\t".utf8)
        var stream: [UInt8] = []
        while stream.count < 4000 {
            stream += generator.bytes(generator.below(60), from: noise)
            var piece = patterns[generator.below(patterns.count)].bytes
            if generator.isLucky(oneIn: 3) { piece = Array(piece.prefix(generator.below(piece.count + 1))) }
            for _ in 0..<max(0, generator.below(6) - 2) {
                piece.insert(
                    contentsOf: Array(gaps[generator.below(gaps.count)].utf8),
                    at: generator.below(piece.count + 1)
                )
            }
            stream += piece
            if generator.isLucky(oneIn: 3) { stream += Array("\n".utf8) }
            if generator.isLucky(oneIn: 40) { stream += [UInt8](repeating: 0x20, count: generator.below(600)) }
        }
        return stream
    }
}
