import Diagnostics
import Testing

@testable import YAMLTree

private func parse(_ text: String, rules: YAMLRules = .manifest) throws(YAMLErrors) -> YAMLNode {
    let bytes = Array(text.utf8)
    return try YAMLDocument.parse(bytes.span, named: "f.yaml", rules: rules)
}

private func problems(_ bytes: [UInt8], rules: YAMLRules = .manifest) -> [String] {
    do throws(YAMLErrors) {
        _ = try YAMLDocument.parse(bytes.span, named: "f.yaml", rules: rules)
        return []
    } catch {
        return error.all.map { "\($0.location.line):\($0.location.column) \($0.diagnostic.message)" }
    }
}

private func problems(_ text: String, rules: YAMLRules = .manifest) -> [String] {
    problems(Array(text.utf8), rules: rules)
}

/// A tree in one line, with the place of each node.
private func outline(_ node: YAMLNode) -> String {
    let place = "@\(node.location.line):\(node.location.column)"
    switch node.content {
    case .scalar(let text, _): return (node.isNull ? "null" : "'\(text)'") + place
    case .sequence(let elements): return "[" + elements.map(outline).joined(separator: " ") + "]" + place
    case .mapping(let entries):
        let inside = entries.map { entry in
            "\(entry.key)@\(entry.keyLocation.line):\(entry.keyLocation.column)=\(outline(entry.value))"
        }
        return "{" + inside.joined(separator: " ") + "}" + place
    }
}

struct YAMLDocumentTests {
    @Test func everyNodeAndKeyKnowsItsPlace() throws {
        let root = try parse("a: 1\nb:\n  - x\n  - {c: 'd'}\n\"é\": ~\n")
        #expect(
            outline(root)
                == "{a@1:1='1'@1:4 b@2:1=['x'@3:5 {c@4:6='d'@4:9}@4:5]@3:3 é@5:1=null@5:6}@1:1"
        )
        #expect(root["b"]?.elements?.first?.location.text == "f.yaml:3:5")
    }

    @Test func scalarsAreTextAsWritten() throws {
        let root = try parse("[8080, yes, 0x1F, '~', null, 2026-11-21]")
        #expect(root.elements?.map(\.text) == ["8080", "yes", "0x1F", "~", nil, "2026-11-21"])
    }

    @Test func aByteOrderMarkIsPassedOver() throws {
        #expect(outline(try parse("\u{FEFF}a: b")) == "{a@1:1='b'@1:4}@1:1")
    }

    @Test func anAliasStandsWhereItIsUsed() throws {
        let root = try parse("a: &x {k: v}\nb: *x\n")
        #expect(outline(root) == "{a@1:1={k@1:8='v'@1:11}@1:4 b@2:1={k@1:8='v'@1:11}@2:4}@1:1")
    }

    @Test func allThatCanBeToldIsToldTogether() {
        let text = "a: 1\na: 2\n<<: {b: 1}\n? [x]\n: y\nc: !!str z\nd: \"\\0\"\n"
        #expect(
            problems(text) == [
                "2:1 this key stands twice",
                "3:1 the merge key << is not read",
                "4:3 a key has to be text",
                "6:4 a tag stands here, and tags are not read",
                "7:4 a NUL stands here",
            ]
        )
    }

    @Test(arguments: [
        ("", "1:1 the file is empty"),
        ("# only a comment\n", "1:1 the file is empty"),
        ("---\n", "1:1 the file is empty"),
        ("a: 1\n---\nb: 2\n", "2:1 a second document starts here"),
        ("a: *b", "1:4 no anchor of this name stands before this alias"),
        ("a: &b [*b]", "1:8 this alias stands inside its own anchor"),
        ("%TAG !e! tag:e.com,2000:\n---\na: b", "1:1 a tag stands here, and tags are not read"),
        ("a: !x b", "1:4 a tag stands here, and tags are not read"),
        ("a: ! b", "1:4 a tag stands here, and tags are not read"),
        ("a:\n\tb: c", "2:1 not YAML: found character that cannot start any token"),
        ("a: b: c", "1:5 not YAML: mapping values are not allowed in this context"),
        ("a: [1, 2", "2:1 not YAML: did not find expected ',' or ']'"),
        ("a: 'open", "1:9 not YAML: found unexpected end of stream"),
        ("é: 1\nb: \u{0}", "2:4 a NUL stands here"),
        ("é: 1\r\nb: \u{7}", "2:4 the control character U+0007 stands here"),
        ("a: b\u{FEFF}", "1:5 the control character U+FEFF stands here"),
        ("a: \u{1F511}\u{9B}", "1:5 the control character U+009B stands here"),
    ])
    func whatIsWrongHasAPlace(text: String, problem: String) {
        #expect(problems(text) == [problem])
    }

    @Test(
        arguments: [
            [0x61, 0x3A, 0x20, 0xFF], [0x61, 0x3A, 0x20, 0xC0, 0x80], [0x61, 0x3A, 0x20, 0xED, 0xA0, 0x80],
            [0x61, 0x3A, 0x20, 0xE2, 0x82], [0x61, 0x3A, 0x20, 0xF4, 0x90, 0x80, 0x80], [0x61, 0x3A, 0x20, 0x80],
            [0x61, 0x3A, 0x20, 0xE0, 0x80, 0x80],
        ] as [[UInt8]]
    )
    func invalidUTF8HasAPlace(bytes: [UInt8]) {
        #expect(problems(bytes) == ["1:4 a byte here is not UTF-8"])
    }

    @Test(arguments: [[0xFF, 0xFE, 0x61, 0x00], [0xFE, 0xFF, 0x00, 0x61]] as [[UInt8]])
    func utf16IsNamed(bytes: [UInt8]) {
        #expect(problems(bytes) == ["1:1 the file is UTF-16"])
    }

    @Test func whatWasFoundBeforeASyntaxErrorIsKept() {
        #expect(problems("a: 1\na: 2\nb: [").first == "2:1 this key stands twice")
        #expect(problems("a: 1\na: 2\nb: [").count == 2)
    }

    @Test func aVaultFileHasNeitherAnchorsNorAliases() {
        #expect(
            problems("a: &x 1\nb: *x\n", rules: .vaultFile) == [
                "1:4 an anchor stands here, and this kind of file has none",
                "2:4 an alias stands here, and this kind of file has none",
            ]
        )
    }

    @Test func noMessageQuotesTheFile() {
        let secret = "hunter2hunter2"
        let texts = [
            "a: *\(secret)", "\(secret): 1\n\(secret): 2", "a: !\(secret) x", "a: \(secret): \(secret)",
            "'\(secret)", "a: \"\\q\(secret)\"", "%\(secret) x\n---\na", "- \(secret)\nb: [",
        ]
        for text in texts {
            do throws(YAMLErrors) {
                _ = try parse(text)
                Issue.record("accepted")
            } catch {
                #expect(!"\(error) \(error.diagnostics)".contains(secret))
            }
        }
    }

    @Test func everyStyleIsRemembered() throws {
        let root = try parse("- a\n- 'a'\n- \"a\"\n- |\n  a\n- >\n  a\n")
        let styles = root.elements?.map { node in
            if case .scalar(_, let style) = node.content { "\(style)" } else { "" }
        }
        #expect(styles == ["plain", "singleQuoted", "doubleQuoted", "literal", "folded"])
    }

    @Test func keysThatAreManyAreStillCompared() {
        let lines = (0..<40).map { "key\($0): 1" } + ["key7: 2", "key39: 2"]
        #expect(
            problems(lines.joined(separator: "\n")) == ["41:1 this key stands twice", "42:1 this key stands twice"]
        )
    }

    @Test func tagsAreKeptWhereTheRulesSaySo() throws {
        var rules = YAMLRules(byteLimit: 1000, nodeLimit: 100, allowsAliases: true)
        let text = Array(
            "A: !var a/b\nB: !file:var:default='x' c\nC: !!str 1\nD: plain\nE: &e !m {F: !var g}\nG: *e\n".utf8
        )
        #expect(throws: YAMLErrors.self) { _ = try YAMLDocument.parse(text.span, named: "x", rules: rules) }
        rules.keepsTags = true
        let root = try YAMLDocument.parse(text.span, named: "x", rules: rules)
        let tags = root.entries?.map(\.value.tag)
        #expect(tags == ["!var", "!file:var:default='x'", "tag:yaml.org,2002:str", nil, "!m", "!m"])
        #expect(root["A"]?.text == "a/b")
        #expect(root["G"]?["F"]?.tag == "!var")
    }
}
