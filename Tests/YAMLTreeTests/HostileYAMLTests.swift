import Testing

@testable import YAMLTree

/// Documents made to cost memory, time or stack. Each has to be over within a moment.
@Suite(.timeLimit(.minutes(15)))
struct HostileYAMLTests {
    private func reason(_ text: String, rules: YAMLRules = .manifest) -> YAMLError.Reason? {
        let bytes = Array(text.utf8)
        do throws(YAMLErrors) {
            _ = try YAMLDocument.parse(bytes.span, named: "f", rules: rules)
            return nil
        } catch {
            return error.all.last?.reason
        }
    }

    @Test(arguments: ["[", "{a: ", "- ", "? ", "{? [", "&a [", "!x ["])
    func aMebibyteOfNestingIsRefused(unit: String) {
        let text = String(repeating: unit, count: (1 << 20) / unit.utf8.count)
        #expect(reason(text) == .tooDeep(limit: 64))
    }

    @Test func blocksThatGoDeepAreRefused() {
        let lines = (0..<1000).map { String(repeating: " ", count: $0) + "a:" }
        #expect(reason(lines.joined(separator: "\n")) == .tooDeep(limit: 64))
    }

    @Test func anAliasBombIsRefused() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<30 {
            let uses = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(uses)]\n"
        }
        #expect(reason(text) == .tooManyNodes(limit: YAMLRules.manifest.nodeLimit))
    }

    @Test func aliasesCannotBeStackedBeyondTheDepth() {
        var text = "- &a0 [x]\n"
        for level in 1..<1000 { text += "- &a\(level) [*a\(level - 1)]\n" }
        #expect(reason(text) == .tooDeep(limit: 64))
    }

    @Test func aHundredThousandKeysAreNotQuadratic() throws {
        let bytes = Array((0..<100_000).map { "k\($0): v\n" }.joined().utf8)
        let root = try YAMLDocument.parse(
            bytes.span,
            named: "f",
            rules: YAMLRules(byteLimit: 4 << 20, nodeLimit: 1 << 20, allowsAliases: true)
        )
        #expect(root.entries?.count == 100_000)
    }

    @Test func sizeIsCheckedFirst() {
        #expect(reason(String(repeating: "\u{0}", count: (1 << 20) + 1)) == .tooLarge(limit: 1 << 20))
        #expect(reason("a: " + String(repeating: "x", count: (1 << 20) - 3)) == nil)
    }

    @Test(arguments: UInt64(1)...20)
    func randomTextNeverTrapsTheReader(seed: UInt64) {
        var state = seed &* 0x9E37_79B9_7F4A_7C15
        let alphabet = Array("ab: -[]{},&*!|>'\"%@`#?\\\n\n  \t~<é\u{FEFF}\u{2028}".unicodeScalars)
        for _ in 0..<300 {
            var text = ""
            for _ in 0..<40 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text.unicodeScalars.append(alphabet[Int(state >> 33) % alphabet.count])
            }
            let first = reason(text)
            #expect(first == reason(text), "seed \(seed)")
            // libyaml's own view of the input must never be stricter than the check that gives places.
            if case .syntax("control characters are not allowed", _, _) = first { Issue.record("seed \(seed)") }
        }
    }
}
