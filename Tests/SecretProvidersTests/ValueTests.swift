internal import Diagnostics
internal import ManifestFormat
internal import SecretMemory
import Testing

@testable import SecretProviders

/// What becomes of a value between its provider and the environment.
struct ValueTests {
    @Test func anEmptyVariableIsAbsentAndOtherEmptyValuesAreErrors() {
        var run = FakeRun(vault: ["a": .text("")])
        run.environment = ["A": "", "B": ""]
        run.add("A", reference("env"), reference("vault", "a"))
        run.add("B", reference("env")) { $0.allowsEmpty = true }
        run.add("C", reference("vault", "a")) { $0.allowsEmpty = true }
        let resolution = run.resolve()
        #expect(resolution.values == ["B": "", "C": ""])
        #expect(resolution.errorTexts == ["A: the value of vault:a is empty"])
        #expect(resolution.variables[0].steps.map(\.outcome.word) == ["absent", "malformed"])
    }

    @Test func decodingComesBeforeThePattern() throws {
        let pattern = try Pattern(parsing: "f.o")
        var run = FakeRun(vault: ["a": .text("Zm9v\n"), "b": .text("!"), "c": .text("Zm9vZm9v")])
        for name in ["a", "b", "c"] {
            run.add(name.uppercased(), reference("vault", name)) { ($0.decoding, $0.pattern) = (.base64, pattern) }
        }
        let resolution = run.resolve()
        #expect(resolution.values == ["A": "foo"])
        #expect(
            resolution.errorTexts == [
                "B: the value of vault:b is no base64",
                "C: the value of vault:c does not match the variable's pattern",
            ]
        )
    }

    @Test func aPatternHoldsForLiteralsAndDefaultsToo() throws {
        let pattern = try Pattern(parsing: "[0-9]+")
        var run = FakeRun()
        run.add("A", literal: "x1") { $0.pattern = pattern }
        run.add("B", reference("env")) { ($0.fallback, $0.pattern) = ("x2", pattern) }
        run.add("C", template: "x${D}") { $0.pattern = pattern }
        run.add("D", literal: "1") { $0.pattern = pattern }
        #expect(
            run.resolve().errorTexts
                == ["A", "B", "C"].map { "\($0): the value does not match the variable's pattern" }
        )
    }

    @Test func whatTheEnvironmentCannotHoldIsAnErrorUnlessItIsAFile() {
        let longest = String(repeating: "x", count: 131_072 - "LONGEST".count - 2)
        var run = FakeRun(vault: [
            "nul": .object(#"{"x":"a\u0000b"}"#), "long": .text(longest), "longer": .text(longest + "y"),
        ])
        run.add("LONGEST", reference("vault", "long"))
        run.add("LONGER1", reference("vault", "longer"))
        run.add("NULS", reference("vault", "nul"))
        run.add("FILE", reference("vault", "nul")) { $0.delivery = .file(mode: 0o400, owner: nil) }
        run.add("FILE2", reference("vault", "longer")) { $0.delivery = .file(mode: 0o400, owner: nil) }
        #expect(
            run.resolve().errorTexts == [
                "LONGER1: with its name the value takes 131073 bytes; the kernel's limit is 131072",
                "NULS: the value holds a NUL byte, which no environment can carry",
            ]
        )
    }

    @Test(arguments: [
        (Manifest.Variable.Masking.automatic, true, false), (.always, true, true), (.never, false, false),
    ])
    func secretsAreMaskedAndLiteralsAreNot(masking: Manifest.Variable.Masking, chain: Bool, literal: Bool) {
        var run = FakeRun(vault: ["a": .text("x")])
        run.add("A", reference("vault", "a")) { $0.masking = masking }
        run.add("B", literal: "y") { $0.masking = masking }
        #expect(run.resolve().variables.map(\.isSecret) == [chain, literal])
    }

    // MARK: - Templates

    @Test func templatesInsertWhateverStandsBeforeOrBehindThem() {
        var run = FakeRun(vault: ["a": .text("s3cr3t")])
        run.add("OUTER", template: "<${URL}>")
        run.add("URL", template: "pg://${USER}:${PASS}@db/$$x${PASS}")
        run.add("PASS", reference("vault", "a"))
        run.add("USER", literal: "app")
        run.add("PLAIN", template: "${USER}!")
        let resolution = run.resolve()
        #expect(resolution.values["OUTER"] == "<pg://app:s3cr3t@db/$xs3cr3t>")
        #expect(resolution.values["PLAIN"] == "app!")
        #expect(resolution.variables.map(\.isSecret) == [true, true, true, false, false])
    }

    @Test func aTemplateIsAbsentWhereAPartIs() {
        var run = FakeRun()
        run.add("A", reference("env")) { $0.isRequired = false }
        run.add("B", template: "x${A}")
        run.add("C", template: "y${B}")
        run.add("D", template: "z${A}") { $0.fallback = "default" }
        let resolution = run.resolve()
        #expect(resolution.values == ["D": "default"])
        #expect(resolution.errorTexts == [])
    }

    @Test func aFailedPartIsReportedOnce() {
        var run = FakeRun(vault: ["a": .failed(.refused)])
        run.add("A", reference("vault", "a"))
        run.add("B", template: "x${A}")
        run.add("C", template: "y${B}")
        #expect(run.resolve().errorTexts == ["A: vault failed for a"])
    }

    @Test func mistakesInTemplatesAreNamed() {
        var run = FakeRun()
        run.add("A", template: "${B}")
        run.add("B", template: "${C}")
        run.add("C", template: "${B}")
        run.add("TOKEN", literal: "x") { $0.delivery = .file(mode: 0o400, owner: nil) }
        run.add("D", template: "${TOKEN}")
        run.add("E", template: "${TOKNE}")
        let resolution = run.resolve()
        #expect(
            resolution.errorTexts == [
                "B: templates need one another: B -> C -> B",
                "D: the template inserts 'TOKEN', which is delivered as a file",
                "E: the template inserts 'TOKNE', which the manifest does not name",
            ]
        )
        #expect(resolution.errors[2].hints == ["did you mean 'TOKEN'?"])
    }

    // MARK: - --only

    @Test func onlyResolvesWhatTheNamedNeed() {
        var run = FakeRun(vault: ["a": .text("1"), "b": .failed(.refused)])
        run.add("URL", template: "x${A}")
        run.add("A", reference("vault", "a"))
        run.add("B", reference("vault", "b"))
        run.addGroup(reference("aws", "g"))
        run.only = ["URL"]
        let resolution = run.resolve()
        #expect(resolution.values == ["URL": "x1"])
        #expect(resolution.errorTexts == [])
        #expect(resolution.variables.map(\.name) == ["URL", "A"])
        #expect(run.vault.askedFor == [["a"]])
        #expect(run.aws.askedFor == [])
    }

    @Test func onlyFindsNamesInGroupsAndPointsAtTypos() {
        var run = FakeRun(aws: ["g": .object(#"{"TOKEN":"1","PATH":"2"}"#)])
        run.addGroup(reference("aws", "g"))
        run.only = ["TOKEN"]
        #expect(run.resolve().values == ["TOKEN": "1"])
        #expect(run.resolve().errorTexts == [])
        run.only = ["TOKNE"]
        let resolution = run.resolve()
        #expect(resolution.errorTexts == ["--only: --only names a variable that the manifest does not"])
    }
}
