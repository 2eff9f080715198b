import Diagnostics
import SecretMemory
import Testing

@testable import SecretExport

struct ExportTests {
    private let two = samples(["it's", "a\nb"])

    @Test func eachFormatLooksAsItsReadersExpect() throws {
        #expect(try exportedText(.shell, two) == "export A0='it'\\''s'\nexport A1='a\nb'\n")
        #expect(try exportedText(.dotenv, two) == "A0=\"it's\"\nA1='a\nb'\n")
        #expect(try exportedText(.json, two) == "{\n  \"A0\": \"it's\",\n  \"A1\": \"a\\nb\"\n}\n")
        #expect(try exportedText(.yaml, two) == "\"A0\": \"it's\"\n\"A1\": \"a\\nb\"\n")
        #expect(try exportedText(.systemd, two) == "A0=\"it's\"\nA1=\"a\nb\"\n")
        #expect(try exportedText(.docker, samples(["it's \"x\" "])) == "A0=it's \"x\" \n")
        #expect(try exportedText(.gitlab, samples(["it's x"])) == "A0=it's x\n")
        #expect(
            try exportedText(.k8s, two) == """
                apiVersion: v1
                kind: Secret
                metadata:
                  name: "withsecrets"
                type: Opaque
                data:
                  "A0": "aXQncw=="
                  "A1": "YQpi"

                """
        )
    }

    @Test func aHeredocsDelimiterIsNeverTheSame() throws {
        let first = try exportedText(.github, two).split(separator: "\n")
        let second = try exportedText(.github, two).split(separator: "\n")
        #expect(first[0].hasPrefix("A0<<withsecrets_"))
        #expect(first[0] != second[0])
        #expect(first[2] == first[0].dropFirst(4))
    }

    @Test(arguments: zip(ExportFormat.allCases, ["", "{}\n", "{}\n", "", "", "", "", "", nil]))
    func nothingIsWrittenAsNothing(format: ExportFormat, text: String?) throws {
        if let text { #expect(try exportedText(format, []) == text) }
        #expect(try exportedText(.k8s, []).hasSuffix("\ndata: {}\n"))
    }

    @Test(arguments: ExportFormat.allCases)
    func whatAFormatCannotHoldIsSaidByName(format: ExportFormat) {
        #expect(reasons(format, [0x61, 0]) == (format.holdsNUL ? [] : [.containsNUL]))
        #expect(reasons(format, [0x61, 0xFF]) == (format.holdsAnyBytes ? [] : [.notUTF8]))
        #expect(reasons(format, Array("a\nb".utf8)) == (format.isLineBased ? [.containsNewline] : []))
        #expect(reasons(format, Array(" a".utf8)) == (format == .gitlab ? [.blankAtAnEnd] : []))
        #expect(reasons(format, Array("a${b}".utf8)) == (format == .dotenv ? [.containsExpansion] : []))
        let end: [ExportError.Reason] =
            switch format {
            case .docker: [.endsInCarriageReturn]
            case .gitlab: [.blankAtAnEnd]
            default: []
            }
        #expect(reasons(format, Array("a\r".utf8)) == end)
        #expect(
            reasons(format, [UInt8](repeating: 0x61, count: 65_533))
                == (format == .docker ? [.tooLong(limit: 65_536)] : [])
        )
        #expect(reasons(format, [UInt8](repeating: 0x61, count: 65_532)) == [])
    }

    @Test func aDotenvValueThatEndsInABackslashGoesWithoutQuotes() throws {
        #expect(try exportedText(.dotenv, samples(["C:\\dir\\", "it's#\\"])) == "A0=C:\\dir\\\nA1=it's#\\\n")
        for text in ["two\nlines\\", " blank\\", "'quote\\", "a #\\", "\u{A0}\\", "tab\t\\"] {
            #expect(reasons(.dotenv, Array(text.utf8)) == [.endsInBackslash])
        }
    }

    @Test func allProblemsAreReportedTogetherWithoutValues() {
        let entries = [
            Sample(name: "GOOD", bytes: [0x61]), Sample(name: "BYTES", bytes: [0xFF]),
            Sample(name: "1BAD", bytes: Array("hunter2".utf8)), Sample(name: "GOOD", bytes: [0x61]),
        ].map(\.entry)
        let error = #expect(throws: ExportErrors.self) { _ = try SecretExporter(.json).export(entries) }
        #expect(
            error?.diagnostics.all == [
                Diagnostic(
                    subject: "BYTES",
                    "the value is not UTF-8, which --format json has no way to write",
                    hints: ["--format k8s and --format yaml hold any value"]
                ),
                Diagnostic(subject: "1BAD", "--format json has no way to write a variable of this name"),
                Diagnostic(subject: "GOOD", "two variables have this name"),
            ]
        )
    }

    @Test func gitHubKeepsSomeNamesToItself() {
        for name in ["NODE_OPTIONS", "GITHUB_TOKEN", "RUNNER_TEMP"] {
            let entry = Sample(name: name, bytes: [0x61]).entry
            let error = #expect(throws: ExportErrors.self) { _ = try SecretExporter(.github).export([entry]) }
            #expect(error?.all.map(\.reason) == [.reservedName])
        }
    }

    @Test(arguments: ["", "Upper", "-a", "a-", "a..b", "a_b", String(repeating: "a", count: 254), "a\nb", "a\"b"])
    func aBadNameForAKubernetesObjectIsRefused(name: String) {
        let exporter = SecretExporter(.k8s, objectName: name)
        let error = #expect(throws: ExportErrors.self) { _ = try exporter.export([]) }
        #expect(error?.all.map(\.reason) == [.badObjectName])
    }

    @Test func kubernetesTakesAMebibyteAndNoMore() {
        #expect(reasons(.k8s, [UInt8](repeating: 1, count: 1 << 20)) == [])
        #expect(reasons(.k8s, [UInt8](repeating: 1, count: 1 << 20 + 1)) == [.allTooLong(limit: 1 << 20)])
    }

    @Test func masksForGitHubAreOneALine() {
        let entries = samples(["one\r\ntwo%\n\nx", "", "three"]).map(\.entry)
        let text = String(decoding: SecretExporter.gitHubMasks(entries).copyOut(), as: UTF8.self)
        #expect(text == "::add-mask::one\n::add-mask::two%25\n::add-mask::three\n")
    }
}

struct ImportTests {
    @Test func aDotenvFileIsReadInItsOrder() throws {
        let entries = try SecretImport.dotenv(SecretBytes(copying: "# x\nB=1\nexport A='it\"s'\n"), named: ".env")
        #expect(entries.map(\.name) == ["B", "A"])
        #expect(entries[1].value.isEqual(to: Secret(copying: "it\"s")))
    }

    @Test func aMalformedDotenvFileIsPointedAtAndNotQuoted() {
        let error = #expect(throws: ImportError.self) {
            _ = try SecretImport.dotenv(SecretBytes(copying: "A=1\nhunter2\n"), named: ".env")
        }
        #expect(error?.diagnostic.location == Diagnostic.Location(file: ".env", line: 2, column: 8))
        #expect(error?.diagnostic.message == "a '=' has to follow the name")
    }

    private func json(_ text: String) throws(ImportError) -> [(String, String)] {
        try SecretImport.json(Secret(copying: text), named: "x.json").map {
            ($0.name, String(decoding: $0.value.copy().copyOut(), as: UTF8.self))
        }
    }

    @Test func objectsInsideGiveNamesWithSlashes() throws {
        let read = try json(#"{"openai": {"api_key": "sk", "n": 1}, "A": [1, {"b": null}], "no": null, "t": true}"#)
        #expect(read.map(\.0) == ["openai/api_key", "openai/n", "A", "t"])
        #expect(read.map(\.1) == ["sk", "1", #"[1, {"b": null}]"#, "true"])
    }

    @Test(arguments: [
        ("[]", "the JSON document is not an object"), ("{", "not JSON: it ends early at byte 2"),
        (#"{"": "x"}"#, "a member of the JSON document has an empty name"),
        (#"{"a/b": "x", "a": {"b": "y"}}"#, "two values have the name 'a/b'"),
    ])
    func otherDocumentsAreRefused(text: String, message: String) {
        let error = #expect(throws: ImportError.self) { _ = try json(text) }
        #expect(error?.diagnostic.message == message)
        #expect(error?.diagnostic.subject == "x.json")
    }

    @Test(arguments: [
        "OPENAI_API_KEY", "X_TOKEN", "X_SECRET", "X_PASSWORD", "AWS_ACCESS_KEY_ID", "DATABASE_URL", "PGPASSWORD",
        "TF_TOKEN_app_terraform_io", "SENTRY_DSN",
    ])
    func secretsAreKnownByTheirNames(name: String) {
        #expect(SecretNameRule.looksSecret(name))
    }

    @Test(arguments: [
        "PATH", "HOME", "TOKEN", "_KEY", "KEYS", "X_KEY_FILE", "x_key", "WITHSECRETS_TOKEN", "WITHSECRETS_IDENTITY",
        "SOPS_AGE_KEY", "", "TF_TOKEN_",
    ])
    func othersAreNot(name: String) {
        #expect(!SecretNameRule.looksSecret(name))
    }

    @Test(arguments: [
        ("OPENAI_API_KEY", "openai/api_key"), ("GH_TOKEN", "github/token"), ("PGPASSWORD", "postgres/password"),
        ("DB_PASSWORD", "db/password"), ("PLAIN", "plain"), ("_X", "_x"), ("X_", "x_"),
    ])
    func variablesBecomeEntriesOfAVault(variable: String, name: String) {
        #expect(SecretNameRule.vaultName(for: variable) == name)
    }
}
