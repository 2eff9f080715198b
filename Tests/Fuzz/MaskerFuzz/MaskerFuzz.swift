internal import FuzzTarget
internal import Glibc

@testable import OutputMasking

/// What the masker writes does not depend on the filter or on how the stream is cut, and is what the oracle says.
@main
struct MaskerFuzz: FuzzTarget {
    static func check(_ input: [UInt8]) throws {
        let sample = FuzzCase(input)
        let text = try MaskText.Template("<{name}>")
        let names = sample.patterns.map { "\($0.traits.owner)" }
        let automaton = try MaskAutomaton(names: names, text: text) { (trie) throws(MaskingError) in
            for pattern in sample.patterns { try trie.insert(pattern.bytes.span, pattern.traits) }
        }
        let expected = output(Masker(automaton, isFiltered: false), sample, cuts: [])
        sample.compare(output(Masker(automaton), sample, cuts: []), expected, "the filter")
        sample.compare(output(Masker(automaton), sample, cuts: sample.cuts), expected, "the cuts \(sample.cuts)")
        let everywhere = Array(sample.stream.indices.dropFirst())
        sample.compare(output(Masker(automaton), sample, cuts: everywhere), expected, "a cut at each byte")
        guard sample.stream.count <= 160 else { return }
        let oracle = Oracle(patterns: sample.patterns, stream: sample.stream, pauses: sample.pauses)
        sample.compare(expected, oracle.output { text.bytes(naming: names[$0]) }, "the engine")
    }

    private static func output(_ masker: Masker, _ sample: FuzzCase, cuts: [Int]) -> [UInt8] {
        var result: [UInt8] = []
        let collect = { (piece: UnsafeRawBufferPointer) in unsafe result.append(contentsOf: piece) }
        var start = 0
        for cut in Set(cuts + sample.pauses).sorted() + [sample.stream.count] {
            let chunk = Array(sample.stream[start..<cut])
            unsafe chunk.withUnsafeBytes { unsafe masker.consume($0, emit: collect) }
            start = cut
            if sample.pauses.contains(cut) { unsafe masker.releaseIdle(emit: collect) }
        }
        unsafe masker.finish(emit: collect)
        return result
    }
}

extension FuzzCase {
    /// Stops with all that is needed to try the case again; nothing in it is anybody's secret.
    fileprivate func compare(_ output: [UInt8], _ expected: [UInt8], _ cause: String) {
        guard output != expected else { return }
        print(
            """
            not what is expected, because of \(cause); pauses \(pauses)
            patterns \(patterns.map { "\($0.bytes.visible) \($0.traits)" }.joined(separator: "\n  "))
            stream   \(stream.visible)
            expected \(expected.visible)
            output   \(output.visible)
            """
        )
        fflush(nil)
        preconditionFailure("not what is expected")
    }
}
