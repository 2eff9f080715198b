import Testing

@testable import ManifestFormat

struct ReferenceParserTests {
    private let parser = ReferenceParser(
        kinds: ReferenceParser.builtInKinds.merging(["prod-vault": .vault, "op": .exec]) { $1 },
        folder: "/folder"
    )

    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var path: String?
        var field: SecretReference.Field?
        var options: [String: String] = [:]
        var arguments: [String] = []

        var testDescription: String { text }
    }

    @Test(arguments: [
        Case(text: "env", path: "NAME"),
        Case(text: "env:GH_TOKEN", path: "GH_TOKEN"),
        Case(text: "vaultfile:openai/api_key", path: "openai/api_key"),
        Case(text: "prod-vault:secret/app#a%23b", path: "secret/app", field: .name("a#b")),
        Case(
            text: "vault:secret/app#/a~1b/0?version=3",
            path: "secret/app",
            field: .pointer(["a/b", "0"]),
            options: ["version": "3"]
        ),
        Case(
            text: "aws:arn:aws:secretsmanager:eu-west-1:1:secret:x?stage=AWSPREVIOUS",
            path: "arn:aws:secretsmanager:eu-west-1:1:secret:x",
            options: ["stage": "AWSPREVIOUS"]
        ),
        Case(text: "file:/run/a%3Fb%25?raw=true", path: "/run/a?b%", options: ["raw": "true"]),
        Case(text: "dotenv", path: ".env", field: .name("NAME")),
        Case(text: "dotenv:.env.local#OTHER", path: ".env.local", field: .name("OTHER")),
        Case(text: "exec:op read op://a/b?x=y#z", path: "op", arguments: ["op", "read", "op://a/b?x=y#z"]),
        Case(text: "exec:op read 'op://a b?raw=true'", path: "op", arguments: ["op", "read", "op://a b?raw=true"]),
        Case(
            text: "exec:get it#field?raw=true",
            path: "get",
            field: .name("field"),
            options: ["raw": "true"],
            arguments: ["get", "it"]
        ),
        Case(text: #"op:x "a\"b\n" c\ d '' $HOME"#, path: "x", arguments: ["x", #"a"b\n"#, "c d", "", "$HOME"]),
        Case(text: "exec:echo 100%", path: "echo", arguments: ["echo", "100%"]),
        // A mark is a mark whatever accent follows it.
        Case(
            text: "vault:\u{301}a#/\u{301}b/~1\u{301}?version=3",
            path: "\u{301}a",
            field: .pointer(["\u{301}b", "/\u{301}"]),
            options: ["version": "3"]
        ),
        Case(
            text: "exec:echo '\u{610}a?raw=true'\u{610}?raw=true",
            path: "echo",
            options: ["raw": "true"],
            arguments: ["echo", "\u{610}a?raw=true\u{610}"]
        ),
    ])
    func aReferenceIsReadInItsParts(_ expected: Case) throws {
        let reference = try parser.parse(expected.text, for: "NAME")
        #expect(reference.address.path == expected.path)
        #expect(reference.field == expected.field)
        #expect(reference.address.options == expected.options)
        #expect(reference.address.arguments == expected.arguments)
    }

    @Test(arguments: [
        ("", ManifestProblem.Reason.emptyReference),
        ("vualt:x", .unknownProvider("vualt", suggestion: "vault")),
        ("sk-live-9f8e7d6c5b4a", .notAReference),
        ("postgres://user:hunter2@host/db", .notAReference),
        ("vault", .missingPath(provider: "vault", example: "vault:secret/app#password")),
        ("file:a#", .emptyField),
        ("file:a?raw=yes", .badOptionValue(option: "raw", expected: "true or false")),
        ("file:a?raw", .malformedOption),
        ("vault:a?version=1#f", .fieldAfterOptions),
        ("file:100%", .malformedPercent),
        ("file:%00", .containsNUL),
        ("vault:a#/x~2", .malformedPointer),
        ("exec:", .emptyCommand),
        ("exec:'a", .unclosedQuote),
        ("env:A?x=y", .unknownOption("x", suggestion: nil, known: [])),
    ])
    func whatIsNoReferenceIsToldApart(text: String, reason: ManifestProblem.Reason) {
        #expect(throws: ManifestProblem(reason)) {
            try parser.parse(text, for: nil)
        }
    }
}
