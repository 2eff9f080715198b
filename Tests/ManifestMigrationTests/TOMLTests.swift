import Diagnostics
import Testing

@testable import ManifestMigration

struct TOMLTests {
    private func parse(_ text: String) throws(TOMLError) -> TOMLNode {
        let bytes = Array(text.utf8)
        return try TOMLDocument.parse(bytes.span, named: "x.toml")
    }

    /// The tree on one line.
    private func shown(_ node: TOMLNode) -> String {
        switch node.content {
        case .text(let text): "\"\(text)\""
        case .flag(let flag): "\(flag)"
        case .other(let word): word
        case .array(let elements): "[\(elements.map(shown).joined(separator: ", "))]"
        case .table(let entries): "{\(entries.map { "\($0.key): \(shown($0.value))" }.joined(separator: ", "))}"
        }
    }

    @Test(arguments: [
        ("", "{}"), ("# only\n\n  # comments", "{}"), ("a = 1", "{a: 1}"),
        ("a.b.\"c d\" = 'x'", "{a: {b: {c d: \"x\"}}}"),
        ("a = true # yes\nb=false", "{a: true, b: false}"), ("d = 1979-05-27T07:32:00Z", "{d: 1979-05-27T07:32:00Z}"),
        ("d = 1979-05-27 07:32:00", "{d: 1979-05-27 07:32:00}"),
        ("x = [0xFF, 1_000, -1.5e3, inf]", "{x: [0xFF, 1_000, -1.5e3, inf]}"),
        ("a = [\n 1, # one\n 2,\n]", "{a: [1, 2]}"), ("a = { b = 1, c.d = [] }", "{a: {b: 1, c: {d: []}}}"),
        ("a = {\n b = 1,\n}", "{a: {b: 1}}"), ("[a.b]\nc = 1\n[a]\nd = 2", "{a: {b: {c: 1}, d: 2}}"),
        ("[[a]]\nb = 1\n[[a]]\nb = 2\n[a.c]\nd = 3", "{a: [{b: 1}, {b: 2, c: {d: 3}}]}"),
        (#"a = "q\"\\\t\u00e9\U0001F511""#, "{a: \"q\"\\\té🔑\"}"), (#"a = 'C:\dir'"#, #"{a: "C:\dir"}"#),
        ("a = \"\"\"\none\n  two\\\n   three\"\"\"", "{a: \"one\n  twothree\"}"),
        ("a = '''\nit's\n'''", "{a: \"it's\n\"}"),
        ("a = \"\"\"x\"\"\"\"\"", "{a: \"x\"\"\"}"), ("a = \"x\"\r\nb = 1\r\n", "{a: \"x\", b: 1}"),
        ("\u{FEFF}a = 1", "{a: 1}"),
        ("\"\" = 1", "{: 1}"), ("1234 = 1", "{1234: 1}"),
    ])
    func documentsAreRead(text: String, tree: String) throws {
        #expect(shown(try parse(text)) == tree)
    }

    @Test(arguments: [
        ("a", 1, 2, "a '=' has to follow the key"), ("a = ", 1, 5, "a value has to stand here"),
        ("a = hunter2", 1, 5, "a value has to stand here"), ("= 1", 1, 1, "a key has to stand here"),
        ("a = 1\na = 2", 2, 1, "this key stands twice"), ("a = 1\n[a]", 2, 2, "this key stands twice"),
        ("a = {}\n[a.b]", 2, 4, "this key stands twice"), ("a = []\n[[a]]", 2, 3, "this key stands twice"),
        ("a = \"x", 1, 5, "this text is never closed"), ("a = \"x\ny\"", 1, 5, "this text is never closed"),
        ("a = '''x", 1, 5, "this text is never closed"), ("a = \"\\q\"", 1, 6, "unknown escape"),
        ("a = \"\\u00zz\"", 1, 6, "unknown escape"), ("a = \"\\u0000\"", 1, 6, "unknown escape"),
        ("a = \"\\uD800\"", 1, 6, "unknown escape"), ("a = [1", 1, 5, "this list is never closed"),
        ("a = {b = 1", 1, 5, "this table is never closed"), ("[a\nb = 1", 1, 3, "this table is never closed"),
        ("a = \"x\" y", 1, 9, "text after the value"), ("[a] b", 1, 5, "text after the value"),
        ("a = \"\u{1B}\"", 1, 6, "a control character stands here"),
        ("a = " + String(repeating: "[", count: 100), 1, 37, "lists and tables stand in one another too deep"),
    ])
    func mistakesArePointedAt(text: String, line: Int, column: Int, message: String) {
        let error = #expect(throws: TOMLError.self) { _ = try parse(text) }
        #expect(error?.diagnostic.message == "not TOML: \(message)")
        #expect(error?.location == Diagnostic.Location(file: "x.toml", line: line, column: column))
    }

    @Test func bytesThatAreNoUTF8AreRefused() {
        let bytes: [UInt8] = [0x61, 0x3D, 0xFF]
        #expect(throws: TOMLError.self) { _ = try TOMLDocument.parse(bytes.span, named: "x") }
    }

    @Test func anyPrefixOfADocumentEndsWithoutACrash() {
        let text = "a = \"\"\"x\\\n y\"\"\"\n[b.'c']\nd = [1, { e = true }]\n[[f]]\ng = '''z'''\n"
        var failureCount = 0
        for count in 0...text.unicodeScalars.count {
            let prefix = String(String.UnicodeScalarView(text.unicodeScalars.prefix(count)))
            if (try? parse(prefix)) == nil { failureCount += 1 }
        }
        #expect(failureCount > 20)
    }
}
