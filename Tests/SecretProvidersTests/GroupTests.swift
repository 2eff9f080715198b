internal import ManifestFormat
import Testing

@testable import SecretProviders

struct GroupTests {
    @Test func everyFieldBecomesAVariable() {
        var run = FakeRun(vault: ["s": .object(#"{"db_host":"h","port":5432,"n":{"a":[1]}}"#)])
        run.addGroup(reference("env", "NONE"), reference("vault", "s")) { ($0.prefix, $0.names) = ("APP_", .upper) }
        let resolution = run.resolve()
        #expect(resolution.values == ["APP_DB_HOST": "h", "APP_PORT": "5432", "APP_N": #"{"a":[1]}"#])
        #expect(resolution.groups[0].names == ["APP_DB_HOST", "APP_PORT", "APP_N"])
        #expect(resolution.variables[0].steps.map(\.outcome.word) == ["absent", "found"])
    }

    @Test func globsChooseAndMask() {
        var run = FakeRun(vault: ["s": .fields([("A_KEY", "1"), ("A_URL", "2"), ("B", "3"), ("A_ID", "4")])])
        run.addGroup(reference("vault", "s")) {
            $0.prefix = "X_"
            $0.include = [Glob("A_*"), Glob("X_B")]
            $0.exclude = [Glob("X_*_ID")]
            $0.mask = [Glob("*_KEY")]
            $0.noMask = [Glob("A_*")]
        }
        let resolution = run.resolve()
        #expect(resolution.values == ["X_A_KEY": "1", "X_A_URL": "2", "X_B": "3"])
        #expect(resolution.variables.map(\.masking) == [.always, .never, .automatic])
        #expect(resolution.variables.map(\.isSecret) == [true, false, true])
    }

    @Test(arguments: [
        "PATH", "IFS", "ENV", "BASH_ENV", "HOME", "NODE_OPTIONS", "LD_PRELOAD", "LD_LIBRARY_PATH", "PYTHONPATH",
        "PYTHONSTARTUP", "GIT_SSH_COMMAND", "PERL5OPT", "RUBYOPT", "JAVA_TOOL_OPTIONS", "DYLD_INSERT_LIBRARIES",
        "BASH_FUNC_x%%", "GCONV_PATH", "PROMPT_COMMAND", "npm_config_node_options", "HTTPS_PROXY", "all_proxy",
        "VAULT_ADDR", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "SSL_CERT_FILE",
    ])
    func dangerousNamesNeedToBeNamed(name: String) {
        var run = FakeRun(vault: ["s": .fields([(name, "x")])])
        run.addGroup(reference("vault", "s")) { $0.include = [Glob("*")] }
        #expect(run.resolve().errors.count == 1)
        run.manifest.groups[0].include = [Glob(name)]
        #expect(run.resolve().errors.count == 0)
        #expect(run.resolve().values == [name: "x"])
        run.manifest.groups[0].include = []
        run.manifest.groups[0].exclude = [Glob(name)]
        #expect(run.resolve().values == [:])
    }

    @Test(arguments: [
        "DATABASE_URL", "API_TOKEN", "PGPASSWORD", "NODE_ENV", "HOMEPAGE", "ENVIRONMENT", "AWS_SECRET_ACCESS_KEY",
    ])
    func ordinaryNamesPass(name: String) {
        #expect(!steersPrograms(variable: name))
    }

    @Test func mistakesAreNamedWithTheirGroup() {
        var run = FakeRun(vault: ["s": .fields([("db-host", "1"), ("", "2"), ("A=B", "3"), ("WITHSECRETS_FILE", "4")])])
        run.addGroup(reference("vault", "s"))
        #expect(
            run.resolve().errorTexts == [
                "env_from vault:s: field 'db-host' gives 'db-host', which is no variable's name",
                "env_from vault:s: field '' gives '', which is no variable's name",
                "env_from vault:s: field 'A=B' gives 'A=B', which is no variable's name",
                "env_from vault:s: the secret sets WITHSECRETS_FILE, a setting of withsecrets itself",
            ]
        )
        run.manifest.groups[0].include = [Glob("db-host")]
        #expect(run.resolve().values == ["db-host": "1"])
    }

    @Test func envBeatsGroupsAndGroupsMayNotMeet() {
        var run = FakeRun(vault: ["s": .fields([("A", "1"), ("B", "2")]), "t": .fields([("B", "3"), ("A", "4")])])
        run.add("A", literal: "mine")
        run.addGroup(reference("vault", "s"))
        run.addGroup(reference("vault", "t"))
        let resolution = run.resolve()
        #expect(resolution.values == ["A": "mine", "B": "2"])
        #expect(resolution.errorTexts == ["env_from vault:t: B comes from env_from vault:s (m.yaml:50:3) as well"])
    }

    @Test func aTemplateMayInsertAField() {
        var run = FakeRun(vault: ["s": .fields([("PASS", "p")])])
        run.add("URL", template: "x${PASS}")
        run.addGroup(reference("vault", "s"))
        #expect(run.resolve().values["URL"] == "xp")
        run.only = ["URL"]
        #expect(run.resolve().values == ["URL": "xp"])
    }

    @Test func aGroupThatIsAbsentOrFailsIsAnErrorOfItsOwn() {
        var run = FakeRun(vault: ["bad": .failed(.refused), "text": .text("hunter2")])
        run.add("URL", template: "x${PASS}")
        run.addGroup(reference("vault", "none"))
        run.addGroup(reference("vault", "bad"))
        run.addGroup(reference("vault", "text"))
        run.addGroup(reference("vault", "none")) { $0.isRequired = false }
        #expect(
            run.resolve().errorTexts == [
                "env_from: not found: vault:none: none is not there", "env_from: vault failed for bad",
                "env_from: vault:text is no JSON document, so no field can be picked: unexpected character at byte 1",
            ]
        )
    }
}
