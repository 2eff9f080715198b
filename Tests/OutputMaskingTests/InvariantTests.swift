import SecretMemory
import TestSupport
import Testing

@testable import OutputMasking

/// What holds for every output, by its name in the masker's contract (docs/masking.md).
struct InvariantTests {
    static let secrets = ["aXaXaXb", "XaXaXa", "hunter2-hunter2", "0123456789abcdef", "line one of it\nline two of it"]

    static let stream = Array(
        """
        aXaXaXaXb hunter2-hunter2hunter2-hunter2 aXaXa 0123456\u{1B}[1m789abcdef line one of it\r\nline two of it
        MDEyMzQ1Njc4OWFiY2RlZg== xline one of it\u{1B}[0m\n    line two of it aXaXaX 01234567\n89abcdef hunter2-hunter
        """.utf8
    )

    private func automaton(text: String? = nil) throws -> MaskAutomaton {
        try MaskAutomaton(
            Self.secrets.enumerated().map { MaskedSecret(name: "S\($0.offset)", value: Secret(copying: $0.element)) },
            text: text.map { try MaskText.Template($0) }
        )
    }

    @Test func theOutputDoesNotDependOnCuts_I1() throws {
        let automaton = try automaton()
        let whole = Masker(automaton).output(for: Self.stream)
        for first in Self.stream.indices.dropFirst() {
            #expect(Masker(automaton).output(for: Self.stream, cutAt: [first]) == whole, "cut at \(first)")
            for second in stride(from: first + 1, to: Self.stream.count, by: 7) {
                let output = Masker(automaton).output(for: Self.stream, cutAt: [first, second])
                #expect(output == whole, "cut at \(first) and \(second)")
            }
        }
        let everywhere = Array(Self.stream.indices.dropFirst())
        #expect(Masker(automaton).output(for: Self.stream, cutAt: everywhere) == whole)
    }

    @Test func noSecretIsInTheOutput_I2() throws {
        let automaton = try automaton()
        #expect(automaton.text.isSafe)
        let output = String(decoding: Masker(automaton).output(for: Self.stream), as: UTF8.self)
        for secret in Self.secrets { #expect(!output.contains(secret)) }
    }

    @Test func maskingTheOutputAgainChangesNothing_I3() throws {
        let automaton = try automaton()
        let output = Masker(automaton).output(for: Self.stream)
        #expect(Masker(automaton).output(for: output) == output)
    }

    @Test func theTextTellsNoLength_I4() throws {
        let automaton = try automaton()
        for secret in Self.secrets {
            let output = Masker(automaton).output(for: Array("<\(secret)>".utf8))
            #expect(output == Array("<***>".utf8))
        }
    }

    /// Random bytes of many sizes, as a program's download or core dump would be.
    @Test func bytesWithoutASecretPassAsTheyAre() throws {
        let automaton = try automaton()
        let seed = propertySeed()
        var generator = SeededGenerator(seed: seed)
        for count in [0, 1, 2, 7, 8, 23, 24, 63, 64, 65, 4095, 4096, 4097, 65_536, 300_000] {
            var stream = (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            // The high bit keeps any secret out.
            for index in stream.indices where stream[index].isASCIIAlphanumeric { stream[index] |= 0x80 }
            let cuts = (0..<5).map { _ in generator.below(count + 1) }
            let output = Masker(automaton).output(for: stream, cutAt: cuts)
            #expect(output == stream, "\(count) bytes, seed \(seed), cut at \(cuts)")
        }
    }

    /// One start of the pattern at each place: reading 4,096 bytes for each would take minutes.
    @Test func aStreamOfStartsTakesLinearTime() throws {
        let secret = String(repeating: "a", count: 4095) + "b"
        let automaton = try MaskAutomaton([MaskedSecret(name: "S", value: Secret(copying: secret))])
        let stream = [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20)
        let output = Masker(automaton).output(
            for: stream + Array("b".utf8),
            cutAt: Array(stride(from: 0, to: 1 << 20, by: 4096))
        )
        #expect(output == stream.dropLast(4095) + Array("***".utf8))
    }

    /// What waits is at most a form of a secret, however long the stream.
    @Test func whatIsHeldDoesNotGrow() throws {
        let automaton = try automaton()
        let masker = Masker(automaton)
        var read = 0
        var written = 0
        var mostHeld = 0
        let piece = Array("aXaXaX \u{1B}[1mhunter2-\n  hunter2 0123456789abcde\n".utf8)
        for _ in 0..<20_000 {
            unsafe piece.withUnsafeBytes { unsafe masker.consume($0) { written += $0.count } }
            read += piece.count
            mostHeld = max(mostHeld, masker.heldCount)
        }
        #expect(written > read / 2)
        #expect(mostHeld < 256)
    }
}
