import Testing

@testable import ManifestFormat

struct ManifestLoaderTests {
    @Test func theExampleOfTheContractLoads() throws {
        let (manifest, messages) = load(
            """
            version: 1
            providers:
              prod-vault: { kind: vault, address: https://vault.internal:8200, auth: { method: kubernetes, role: app } }
              team:       { kind: vaultfile, path: secrets.vault.yaml }
              aws:        { kind: aws, region: eu-west-1 }
            env:
              OPENAI_API_KEY: [vaultfile:openai/api_key, vault:secret/app#openai, aws:app/openai, env]
              GITHUB_TOKEN: env:GH_TOKEN
              DB_PASSWORD:
                from: [prod-vault:database/creds/app#password]
              DATABASE_URL: { template: "postgres://app:${DB_PASSWORD}@db:5432/app" }
              TLS_KEY:      { from: aws:tls/key, as: file }
              LOG_LEVEL:    { value: debug }
              SENTRY_DSN:   { from: env, required: false }
            env_from:
              - { from: vault:secret/shared, prefix: APP_, names: upper }
            mask:
              text: "***"
              env: ["*_TOKEN", "*_PASSWORD"]
            run: { pty: auto, clean_env: false, pass: [PATH, HOME], unset: [VAULT_TOKEN], stop_timeout: 10s }
            profiles:
              dev: { env: { DB_PASSWORD: { value: dev } } }
            """
        )
        #expect(messages == [])
        let loaded = try #require(manifest)
        #expect(
            loaded.variables.map(\.name) == [
                "OPENAI_API_KEY", "GITHUB_TOKEN", "DB_PASSWORD", "DATABASE_URL", "TLS_KEY", "LOG_LEVEL", "SENTRY_DSN",
            ]
        )
        #expect(
            loaded.variable(named: "OPENAI_API_KEY").map(chain) == [
                "vaultfile:openai/api_key", "vault:secret/app#openai", "aws:app/openai", "env:OPENAI_API_KEY",
            ]
        )
        #expect(loaded.variable(named: "TLS_KEY")?.delivery == .file(mode: 0o400, owner: nil))
        #expect(loaded.variable(named: "SENTRY_DSN")?.isRequired == false)
        #expect(loaded.provider(named: "prod-vault")?.text("auth.role") == "app")
        #expect(loaded.run.stopTimeout == .seconds(10))
        #expect(loaded.groups.first?.prefix == "APP_")
    }

    private func chain(_ variable: Manifest.Variable) -> [String] {
        guard case .chain(let chain) = variable.source else { return [] }
        return chain.map(\.description)
    }

    @Test func allMistakesAreReportedInLineOrder() {
        let (_, messages) = load(
            """
            version: 1
            evn: {}
            env:
              1BAD: env:X
              TOKEN: vualt:secret/app#token
              PASTED: sk-live-9f8e7d6c5b4a39281706f5e4d3c2b1a0
              BOTH: { from: env, value: x }
              NOTHING: { required: true }
              NULLED:
              OPTION: file:/x?rwa=true
              SHAPE: { from: env, patern: x }
              STEP: [env:X, { exce: [pass, show, key] }]
              LIST: { from: { sk-live-9f8e7d6c: [pass] } }
            run: { stop_timeout: soon }
            """
        )
        #expect(
            messages == [
                "withsecrets.yaml:2:1: unknown key 'evn'",
                "withsecrets.yaml:4:3: not a variable's name",
                "withsecrets.yaml:5:10: unknown provider 'vualt'",
                "withsecrets.yaml:6:11: not a reference",
                "withsecrets.yaml:7:22: only one of 'from', 'value' can be given",
                "withsecrets.yaml:8:12: the variable has no source",
                "withsecrets.yaml:9:10: a variable is null",
                "withsecrets.yaml:10:11: unknown option of a reference 'rwa'",
                "withsecrets.yaml:11:23: unknown key 'patern'",
                "withsecrets.yaml:12:19: unknown provider 'exce'",
                "withsecrets.yaml:13:19: a list under the name of no 'exec' provider",
                "withsecrets.yaml:14:22: not a duration",
            ]
        )
    }

    @Test func aProfileLaysItselfOver() throws {
        let text = """
            version: 1
            on_error: next
            providers: { team: { kind: vaultfile, path: a.yaml } }
            env: { A: env:ONE, B: env:TWO }
            profiles:
              dev:
                providers: { team: { kind: vaultfile, path: b.yaml } }
                env: { B: { value: dev }, C: team:x/y }
            """
        let plain = try #require(load(text).manifest)
        #expect(plain.variables.map(\.name) == ["A", "B"])
        #expect(plain.onError == .next)
        let dev = try #require(load(text, profile: "dev").manifest)
        #expect(dev.variables.map(\.name) == ["A", "B", "C"])
        #expect(dev.provider(named: "team")?.text("path")?.hasSuffix("/b.yaml") == true)
        #expect(load(text, profile: "dve").messages == ["--profile: the manifest has no profile 'dve'"])
    }

    @Test func mistakesOfAnUnusedProfileShowToo() {
        let (_, messages) = load(
            """
            version: 1
            env: { A: env }
            profiles: { dev: { env: { B: enw:X } } }
            """
        )
        #expect(messages == ["withsecrets.yaml:3:30: unknown provider 'enw'"])
    }

    @Test func anExtendedManifestLiesUnder() throws {
        let (manifest, messages) = load(files: [
            "base/withsecrets.yaml": """
            version: 1
            env: { A: file:one, B: file:two }
            run: { pass: [PATH], unset: [X] }
            """,
            "withsecrets.yaml": """
            version: 1
            extends: base/withsecrets.yaml
            env: { B: file:three }
            run: { pass: [HOME] }
            """,
        ])
        #expect(messages == [])
        let loaded = try #require(manifest)
        let folders = loaded.variables.compactMap { variable -> String? in
            guard case .chain(let chain) = variable.source else { return nil }
            return chain[0].address.folder.hasSuffix("/base") ? "base" : "top"
        }
        #expect(folders == ["base", "top"])
        #expect(loaded.run.pass.map(\.text) == ["HOME"])
        #expect(loaded.run.unset.map(\.text) == ["X"])
    }

    @Test func extendingInACircleIsAnError() {
        let (_, messages) = load(files: [
            "withsecrets.yaml": "version: 1\nextends: ./other.yaml\n",
            "other.yaml": "version: 1\nextends: ./withsecrets.yaml\n",
        ])
        #expect(
            messages == [
                "./other.yaml:2:10: manifests extend one another in a circle: "
                    + "withsecrets.yaml -> ./other.yaml -> withsecrets.yaml"
            ]
        )
    }

    @Test func aCycleOfTemplatesIsNamed() {
        let (_, messages) = load(
            """
            version: 1
            env:
              A: { template: "${B}" }
              B: { template: "x${C}" }
              C: { template: "${A}" }
            """
        )
        #expect(messages == ["withsecrets.yaml:3:3: A: templates use one another in a cycle: A -> B -> C -> A"])
    }

    @Test(arguments: [
        ("${A", "withsecrets.yaml:2:21: a '${' that is not closed"),
        ("x $A", "withsecrets.yaml:2:23: a '$' that starts no ${NAME}"),
        ("${A-b}", "withsecrets.yaml:2:21: no variable's name between '${' and '}'"),
        ("${MISSING}", "withsecrets.yaml:2:8: B: the template uses a variable that the manifest does not have"),
    ])
    func aMalformedTemplateIsPointedAt(template: String, message: String) {
        #expect(
            load("version: 1\nenv: { B: { template: \"\(template)\" } }").messages.map {
                $0.replacing("2:24", with: "2:21").replacing("2:26", with: "2:23")
            } == [message]
        )
    }

    @Test func optionsOfTheCommandLineComeOverAll() throws {
        let overrides = [
            ManifestLoader.Override(name: "A", reference: "env:OTHER"),
            ManifestLoader.Override(name: "NEW", reference: "file:x"),
        ]
        let manifest = try #require(load("version: 1\nenv: { A: env }", overrides: overrides).manifest)
        #expect(manifest.variables.map(\.name) == ["A", "NEW"])
        #expect(
            load("version: 1", overrides: [.init(name: "X", reference: "evn:Y")]).messages == [
                "--env X: unknown provider 'evn'"
            ]
        )
    }

    @Test(arguments: [
        "", "[]", "text", "version: 2", "env: {}", "version: 1\nenv: []", "version: 1\nversion: 1",
        "version: 1\n---\nversion: 1", "version: 1\nenv: { <<: { A: env } }", "version: 1\nenv: { A: !!str env }",
        "version: 1\nenv: { WITHSECRETS_FILE: env }", "version: 1\nenv: { A: [] }",
        "version: 1\nenv: { A: { value: null } }",
        "version: 1\nproviders: { x: { kind: nothing } }", "version: 1\nproviders: { env: { kind: vault } }",
        "version: 1\nproviders: { v: { kind: vault, auth: { token: hvs.CAESIJ } } }",
        "version: 1\nenv: { A: { value: \"a\\0b\" } }", "version: 1\nenv: { A: { from: env, pattern: '(' } }",
        "version: 1\nenv: { A: { from: env, as: { file: { mode: \"999\" } } } }",
        "version: 1\nmask: { text: \"a\\e[31m\" }", "version: 1\nenv: { A: { exec: [ls], required: false } }",
        "version: 1\nenv: { A: { exec: [] } }", "version: 1\nenv: { A: 'exec:' }",
        "version: 1\nenv: { A: 'exec:a \"b' }",
    ])
    func whatIsNoManifestIsRefusedWithOnePlace(text: String) {
        let (manifest, messages) = load(text)
        #expect(manifest == nil)
        #expect(messages.count == 1, "\(messages)")
        #expect(messages.allSatisfy { $0.hasPrefix("withsecrets.yaml:") }, "\(messages)")
    }
}
