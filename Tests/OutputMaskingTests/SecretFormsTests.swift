import SecretMemory
import Testing

@testable import OutputMasking

/// The forms of a secret, by known answers.
struct SecretFormsTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let secret: String
        /// What a program prints, every byte of it to be masked.
        let printed: [String]
        var form: MaskForm?

        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "as it is", secret: "s3cr3t", printed: ["s3cr3t"], form: .raw),
        Case(name: "trimmed", secret: "  hunter2-hunter2\n", printed: ["hunter2-hunter2"], form: .trimmed),
        Case(name: "unquoted", secret: "'hunter2 hunter2'", printed: ["hunter2 hunter2"], form: .unquoted),
        Case(
            name: "hex",
            secret: "correct-horse",
            printed: ["636f72726563742d686f727365", "636F72726563742D686F727365"],
            form: .hex
        ),
        Case(
            name: "percent-encoding",
            secret: "a/b c+d&e~f",
            printed: [
                "a%2Fb%20c%2Bd%26e~f", "a%2fb%20c%2bd%26e~f", "a/b%20c%2Bd%26e~f", "a%2Fb+c%2Bd%26e~f",
                "a%2Fb+c%2Bd%26e%7Ef", "a/b%20c+d&e~f",
            ],
            form: .percent
        ),
        Case(
            name: "percent-encoding beyond ASCII",
            secret: "pässwörd",
            printed: ["p%C3%A4ssw%C3%B6rd", "p%c3%a4ssw%c3%b6rd"],
            form: .percent
        ),
        Case(
            name: "JSON",
            secret: "a\"b\\c/d\ne<f>é😀\u{1}",
            printed: [
                #"a\"b\\c/d\ne<f>é😀\u0001"#, #"a\"b\\c\/d\ne<f>é😀\u0001"#, #"a\"b\\c/d\ne<f>\u00e9\ud83d\ude00\u0001"#,
                #"a\"b\\c/d\ne<f>\u00E9\uD83D\uDE00\u0001"#, #"a\"b\\c/d\ne\u003cf\u003eé😀\u0001"#,
                #"a\\\"b\\\\c/d\\ne<f>é😀\\u0001"#,
            ],
            form: .json
        ),
        Case(
            name: "XML and HTML",
            secret: "a<b>&\"c'd",
            printed: [
                "a&lt;b&gt;&amp;\"c'd", "a&lt;b&gt;&amp;&quot;c&#39;d", "a&lt;b&gt;&amp;&quot;c&apos;d",
                "a&lt;b&gt;&amp;&#34;c&#39;d", "a&lt;b&gt;&amp;&quot;c&#x27;d", "a&#60;b&#62;&#38;&#34;c&#39;d",
                "a&#x3c;b&#x3e;&#x26;&#x22;c&#x27;d", "a&#x3C;b&#x3E;&#x26;&#x22;c&#x27;d",
            ],
            form: .markup
        ),
        Case(
            name: "Go's html/template",
            secret: "pass+word&<x>9",
            printed: ["pass&#43;word&amp;&lt;x&gt;9"],
            form: .markup
        ),
        Case(
            name: "shells",
            secret: "it's $5 \"x\"",
            printed: [
                #"it'\''s $5 "x""#, #"it'"'"'s $5 "x""#, #"it's \$5 \"x\""#, #"it\'s $5 "x""#, #"it\'s\ \$5\ \"x\""#,
                #"it's $$5 "x""#, #"it''s $5 "x""#,
            ],
            form: .shell
        ),
        Case(
            name: "string literals",
            secret: "tab\tnul\u{1}é'q\"",
            printed: [
                #"tab\tnul\x01é'q\""#, #"tab\tnul\001é'q\""#, #"tab\tnul\x01é\'q""#, #"tab\tnul\x01\xc3\xa9\'q""#,
                #"tab\tnul\x01\xe9\'q""#, #"tab\tnul\u{1}é'q\""#, #"tab\tnul\001\303\251'q\""#,
            ],
            form: .literal
        ),
        Case(
            name: "each line",
            secret: "first line here\n    second: line\nshort\n",
            printed: ["first line here", "second: line", "    second: line"],
            form: .line
        ),
        Case(
            name: "line ends",
            secret: "first\nsecond\nthird",
            printed: ["first\r\nsecond\r\nthird", "first\r\r\nsecond\r\r\nthird"],
            form: .lineEnds
        ),
        Case(name: "lines joined", secret: "first\n  second\nthird", printed: ["firstsecondthird"], form: .unwrapped),
        Case(
            name: "lines broken between words",
            secret: "correct horse battery staple",
            printed: [
                "correct\nhorse battery staple", "correct horse\r\nbattery staple", "correct\nhorse\nbattery\nstaple",
                "correct\n horse battery staple", "correct hor\nse battery staple",
            ]
        ),
        Case(
            name: "the password in a URL",
            secret: "postgres://app:p%40ss%2Fword@db:5432/app",
            printed: ["p%40ss%2Fword", "p@ss/word"],
            form: .password
        ),
        Case(
            name: "a password that was not encoded",
            secret: "redis://:pa/ss#wo@rd@cache:6379",
            printed: ["pa/ss#wo@rd"],
            form: .password
        ),
        Case(
            name: "the strings of a JSON secret",
            secret: #"{"password": "abc\u00e9\n\"defgh", "list": ["first-one", {"deep": "second-one"}]}"#,
            printed: ["abcé\n\"defgh", "first-one", "second-one"],
            form: .field
        ),
    ]

    @Test(arguments: cases)
    func aFormIsMasked(_ sample: Case) throws {
        let automaton = try MaskAutomaton([MaskedSecret(name: "TOKEN", value: Secret(copying: sample.secret))])
        for printed in sample.printed {
            let stream = Array("[\(printed)]".utf8)
            let masker = Masker(automaton)
            let output = masker.output(for: stream)
            #expect(output == Array("[***]".utf8), "\(printed) gave \(output.visible)")
            if let form = sample.form { #expect(masker.tally.entries.map(\.form) == [form], "\(printed)") }
        }
    }

    @Test(arguments: [
        ("localhost", "at localhost:80"), ("TRUE", "it is TRUE"), ("ab", "ab ab"), ("   ", "a     b"),
        ("\"production\"", "in \"production\""),
    ])
    func whatIsNoSecretIsNotMasked(secret: String, stream: String) throws {
        let automaton = try MaskAutomaton([MaskedSecret(name: "TOKEN", value: Secret(copying: secret))])
        #expect(automaton.isEmpty)
        #expect(Masker(automaton).output(for: Array(stream.utf8)) == Array(stream.utf8))
    }

    @Test(arguments: ["localhost", "ab", " ", "x", "yes"])
    func maskTrueMasksAnyValue(secret: String) throws {
        let automaton = try MaskAutomaton([
            MaskedSecret(name: "TOKEN", value: Secret(copying: secret), policy: .always)
        ])
        #expect(Masker(automaton).output(for: Array("[\(secret)]".utf8)) == Array("[***]".utf8))
    }

    @Test func publicFieldsOfAJSONSecretStayReadable() throws {
        let secret = """
            {"type":"service_account","project_id":"my-project-1","clientId":"1234567890","auth_uri":"token-here-123",
            "private_key":"0123456789abcdef","docs":"https://example.com/docs","login":"https://u:p4ssw0rd@example.com",
            "db":"orders-db","peer":"db.internal.example.com:5432","mail":"ops@example.com","ip":"10.20.30.40"}
            """
        let stream = """
            service_account my-project-1 1234567890 token-here-123 0123456789abcdef https://example.com/docs orders-db
            db.internal.example.com:5432 ops@example.com 10.20.30.40 p4ssw0rd
            """
        let expected = """
            service_account my-project-1 1234567890 token-here-123 *** https://example.com/docs orders-db
            db.internal.example.com:5432 ops@example.com 10.20.30.40 ***
            """
        let secrets = { (policy: MaskedSecret.Policy) in
            [MaskedSecret(name: "GCP", value: Secret(copying: secret.replacing("\n", with: "")), policy: policy)]
        }
        let output = Masker(try MaskAutomaton(secrets(.automatic))).output(for: Array(stream.utf8))
        #expect(output == Array(expected.utf8), "\(output.visible)")
        let wider = Masker(try MaskAutomaton(secrets(.always))).output(for: Array(stream.utf8))
        #expect(wider == Array("*** *** *** *** *** *** ***\n*** *** *** ***".utf8), "\(wider.visible)")
    }

    @Test func armourLinesStayReadable() throws {
        let pem = """
            -----BEGIN PRIVATE KEY-----
            MIIEvQIBADANBgkqhkiG9w0BAQEFAASC
            Xk3pQ7t9
            -----END PRIVATE KEY-----
            """
        let automaton = try MaskAutomaton([MaskedSecret(name: "KEY", value: Secret(copying: pem))])
        func masked(_ text: String) -> String {
            String(decoding: Masker(automaton).output(for: Array(text.utf8)), as: UTF8.self)
        }
        #expect(masked("-----BEGIN PRIVATE KEY-----\n") == "-----BEGIN PRIVATE KEY-----\n")
        #expect(masked("key: \(pem)\n") == "key: ***\n")
        #expect(masked("MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n") == "***\n")
        // Indented, as in YAML, and wrapped at another column.
        #expect(masked(pem.replacing("\n", with: "\n    ")) == "***")
        let solid = pem.replacing("\n", with: "")
        for column in 1...40 {
            let lines = stride(from: 0, to: solid.count, by: column).map {
                String(solid.dropFirst($0).prefix(column))
            }
            let output = masked("<" + lines.joined(separator: "\r\n") + ">").filter { $0 != "\r\n" }
            // Where a line end took a blank's place the armour stays.
            let isMasked = ["<***>", "<-----BEGIN PRIVATE KEY-----***-----END PRIVATE KEY----->"].contains(output)
            #expect(isMasked, "wrapped at \(column): \(output)")
        }
    }
}
