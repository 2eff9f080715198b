import Diagnostics
import ManifestFormat
import TestSupport
import Testing

@testable import ManifestMigration

/// What a source became, by the manifest's own reader, and what was said about it.
private struct Migrated {
    var manifest: Manifest
    var text: String
    var notes: [String]

    init(_ source: MigrationSource, _ file: String, _ content: String, profile: String? = nil) throws {
        let bytes = Array(content.utf8)
        let result = try Migration(source, file: file).result(from: bytes.span)
        text = result.manifest
        notes = result.notes.map(\.diagnostic).map { "\($0.location?.line ?? 0): \($0.subject ?? "-"): \($0.message)" }
        let folder = TemporaryFolder()
        folder.write("withsecrets.yaml", text)
        do throws(ManifestProblems) {
            let loader = ManifestLoader(file: "withsecrets.yaml", profile: profile, workingDirectory: folder.path)
            manifest = try loader.load().manifest
        } catch {
            Issue.record("does not load: \(error.diagnostics.map(\.message))\n\(text)")
            throw error
        }
    }

    /// `NAME=REFERENCE, REFERENCE` in the manifest's order.
    var variables: [String] {
        manifest.variables.map { variable in
            switch variable.source {
            case .chain(let chain): "\(variable.name)=" + chain.map(shown).joined(separator: ", ")
            case .template: "\(variable.name)=template"
            case .literal: "\(variable.name)=literal"
            }
        }
    }

    private func shown(_ reference: SecretReference) -> String {
        reference.address.arguments.isEmpty ? "\(reference)" : reference.address.arguments.joined(separator: " ")
    }

    var groups: [String] { manifest.groups.flatMap { $0.chain.map(\.description) } }
}

struct MigrationTests {
    @Test func aDotenvFileIsReferredToNotCopied() throws {
        let migrated = try Migrated(
            .dotenv,
            "config/.env",
            "API_KEY=hunter2\nexport DB='pass word'\nmy.dotted=x\nWITHSECRETS_X=1\nEMPTY=\n"
        )
        #expect(
            migrated.variables == [
                "API_KEY=dotenv:config/.env#API_KEY", "DB=dotenv:config/.env#DB", "EMPTY=dotenv:config/.env#EMPTY",
            ]
        )
        #expect(
            migrated.notes == [
                "1: my.dotted: no variable can have this name", "1: WITHSECRETS_X: no variable can have this name",
            ]
        )
        #expect(!migrated.text.contains("hunter2"))
    }

    @Test func anOddPathOfADotenvFileStaysTheSame() throws {
        let migrated = try Migrated(.dotenv, "a #b?c%d&e.env", "A=1")
        guard case .chain(let chain) = migrated.manifest.variables[0].source else { return }
        #expect(chain[0].address.path == "a #b?c%d&e.env")
    }

    @Test func summonsSecretsAreAskedOfSummon() throws {
        let source = """
            common:
              API_KEY: !var prod/sentry/api_key
              CERT: !var:file certs/it's
              USER: !var:default='ad:min':file prod/user
              LEVEL: !int 5
            dev:
              API_KEY: dev-key
              PLAIN: !str hunter2
            prod:
              REGION: !var $region/key
            summon.files:
              - path: x
            """
        let migrated = try Migrated(.summon, "secrets.yml", source, profile: "dev")
        #expect(
            migrated.variables == [
                "API_KEY=env:API_KEY", "CERT=summon --yaml VALUE: !var 'certs/it''s' printenv VALUE",
                "USER=summon --yaml VALUE: !var 'prod/user' printenv VALUE", "LEVEL=env:LEVEL", "PLAIN=env:PLAIN",
            ]
        )
        #expect(migrated.manifest.variable(named: "CERT")?.delivery == .file(mode: 0o400, owner: nil))
        #expect(migrated.manifest.variable(named: "USER")?.delivery == .file(mode: 0o400, owner: nil))
        let plain = "the value stands here in plain text and was not copied; the manifest takes it from the environment"
        #expect(
            migrated.notes == [
                "2: API_KEY: withsecrets has no provider of this kind; it asks 'summon'",
                "3: CERT: withsecrets has no provider of this kind; it asks 'summon'",
                "4: USER: the default was not copied: it may be a secret",
                "4: USER: withsecrets has no provider of this kind; it asks 'summon'",
                "5: LEVEL: \(plain)", "7: API_KEY: \(plain)", "8: PLAIN: \(plain)",
                "10: REGION: a text that is replaced at run time was left out",
                "11: -: files made of several secrets have no counterpart",
            ]
        )
        for secret in ["hunter2", "dev-key", "ad:min"] { #expect(!migrated.text.contains(secret)) }
    }

    @Test func aKnownProviderOfSummonsIsAskedItself() throws {
        let bytes = Array("A: !var a/b c".utf8)
        let migration = Migration(.summon, file: "secrets.yml", summonProvider: "/usr/local/lib/summon/summon-conjur")
        #expect(
            try migration.result(from: bytes.span).manifest.hasSuffix(
                "env:\n  A: { exec: [/usr/local/lib/summon/summon-conjur, \"a/b c\"] }\n"
            )
        )
    }

    @Test func tellersSecondVersionIsCarriedOver() throws {
        let source = """
            providers:
              hashi_1:
                kind: hashicorp
                options: { address: "https://vault.internal:8200", token: hvs.hunter2 }
                maps:
                  - id: keys
                    path: /secret/users/user1
                    keys: { GITHUB_TOKEN: ==, mg: FOO_BAR }
                  - id: all
                    path: secret/shared
                  - id: templated
                    path: "secret/{{ get_env(name='STAGE') }}"
              1aws: { kind: aws_secretsmanager, options: { region: eu-west-1, endpoint_url: "https://u:hunter2@x" }, maps: [{ id: a, path: prod/db, keys: { password: DB_PASSWORD } }] }
              ssm: { kind: ssm, maps: [{ id: a, path: /prod, keys: { token: SSM_TOKEN } }, { id: b, path: /all }] }
              gsm: { kind: google_secretmanager, maps: [{ id: a, path: projects/my-project, keys: { name: G } }] }
              dot: { kind: dotenv, maps: [{ id: a, path: .env, keys: { X: Y } }, { id: b, path: .env.all }] }
              consul: { kind: hashicorp_consul, maps: [] }
            """
        let migrated = try Migrated(.teller, ".teller.yml", source)
        #expect(
            migrated.variables == [
                "GITHUB_TOKEN=hashi_1:secret/users/user1#GITHUB_TOKEN", "FOO_BAR=hashi_1:secret/users/user1#mg",
                "DB_PASSWORD=p1aws:prod/db#password", "SSM_TOKEN=ssm:/prod/token", "G=gcp:my-project/name",
                "Y=dotenv:.env#X",
            ]
        )
        #expect(migrated.groups == ["hashi_1:secret/shared", "dotenv:.env.all"])
        #expect(migrated.manifest.provider(named: "hashi_1")?.text("address") == "https://vault.internal:8200")
        #expect(migrated.manifest.provider(named: "p1aws")?.text("region") == "eu-west-1")
        #expect(
            migrated.notes == [
                "4: hashi_1: 'token' was not copied: it may be a secret",
                "12: -: a text that is replaced at run time was left out",
                "13: 1aws: 'endpoint_url' was not copied: it may be a secret",
                "14: -: all secrets under a path cannot be asked for here",
                "17: consul: the provider is not known, and what it has was left out",
            ]
        )
        #expect(!migrated.text.contains("hunter2"))
    }

    @Test func tellersFirstVersionIsCarriedOver() throws {
        let source = """
            project: billing
            carry_env: true
            opts: { stage: development, region: env:AWS_REGION }
            providers:
              hashicorp_vault:
                env_sync: { path: "secret/data/{{stage}}/billing" }
                env:
                  SMTP_PASS: { path: "secret/data/{{stage}}/wordpress", field: smtp }
                  PLAIN: { path: secret/data/x/y }
              aws_ssm: { env: { FOO: { path: /prod/foo } } }
              aws_secretsmanager: { env_sync: { path: prod/all } }
              google_secretmanager:
                env:
                  MG: { path: projects/44882/secrets/MG_KEY/versions/2 }
                  LAST: { path: projects/44882/secrets/LAST/versions/latest }
              dotenv: { env: { FOO_BAR: { path: ~/my.env } } }
              heroku: { env_sync: { path: app } }
            """
        let migrated = try Migrated(.teller, ".teller.yml", source)
        #expect(
            migrated.variables == [
                "SMTP_PASS=vault:secret/development/wordpress#smtp", "PLAIN=vault:secret/x/y#PLAIN",
                "FOO=ssm:/prod/foo",
                "MG=gcp:44882/MG_KEY?version=2", "LAST=gcp:44882/LAST", "FOO_BAR=dotenv:~/my.env#FOO_BAR",
            ]
        )
        #expect(migrated.groups == ["vault:secret/development/billing", "aws:prod/all"])
        #expect(
            migrated.notes == [
                "2: -: 'carry_env' has no counterpart",
                "17: heroku: the provider is not known, and what it has was left out",
            ]
        )
    }

    @Test func fnoxIsCarriedOver() throws {
        let source = """
            if_missing = "error"
            import = ["x.toml"]
            [providers]
            age = { type = "age", recipients = ["age1x"] }
            aws = { type = "aws-sm", region = "us-east-1", prefix = "myapp/" }
            azure = { type = "azure-sm", vault_url = "https://my-vault.vault.azure.net/", prefix = "myapp-" }
            [providers.vault]
            type = "vault"
            address = "https://vault.example.com:8200"
            path = "secret/myapp"
            token = "hvs.hunter2"
            [providers.op]
            type = "1password"
            vault = "Development"

            [secrets]
            A = { provider = "age", value = "hunter2hunter2", description = "the \\"A\\" one" }
            B = { provider = "aws", value = "database-url", json_path = "credentials.password", if_missing = "ignore" }
            C = { provider = "azure", value = "c", as_file = true }
            D = { provider = "vault", value = "database/url" }
            E = { provider = "vault", value = "api-key" }
            F = { provider = "op", value = "Item/field" }
            G = { default = "hunter2" }
            H = { provider = "aws", value = "h", env = false }
            I = { provider = "nowhere", value = "hunter2" }

            [profiles.prod.providers]
            vault = { type = "vault", path = "prod" }
            [profiles.prod.secrets]
            F = { provider = "op", value = "Item/field" }
            B = { provider = "aws", value = "prod-url" }
            """
        let migrated = try Migrated(.fnox, "fnox.toml", source, profile: "prod")
        #expect(
            migrated.variables == [
                "A=fnox get A", "B=aws:myapp/prod-url", "C=azure:my-vault/myapp-c",
                "D=vault-2:prod/database#url", "E=vault-2:prod/api-key#value",
                "F=fnox get F --profile prod",
                "G=env:G", "I=env:I",
            ]
        )
        let base = try Migrated(.fnox, "fnox.toml", source)
        #expect(base.variables[3] == "D=vault:secret/myapp/database#url")
        #expect(base.variables[1] == "B=aws:myapp/database-url#/credentials/password")
        #expect(base.manifest.variable(named: "B")?.isRequired == false)
        #expect(base.manifest.variable(named: "A")?.isRequired == true)
        #expect(base.manifest.variable(named: "A")?.description == "the \"A\" one")
        #expect(base.manifest.variable(named: "C")?.delivery == .file(mode: 0o400, owner: nil))
        #expect(
            migrated.notes == [
                "2: -: 'import' has no counterpart", "11: vault: 'token' was not copied: it may be a secret",
                "17: A: the value is encrypted here, and asked of the old tool",
                "22: F: withsecrets has no provider of this kind; it asks 'fnox get'",
                "23: G: the default was not copied: it may be a secret",
                "24: H: the secret is not for the environment, and was left out",
                "25: I: the provider is not known, and what it has was left out",
                "30: F: withsecrets has no provider of this kind; it asks 'fnox get'",
            ]
        )
        #expect(!migrated.text.contains("hunter2"))
    }

    @Test func secretSpecIsCarriedOver() throws {
        let source = """
            [project]
            name = "web"
            revision = "1.0"

            [providers]
            env = "env://"
            local = "dotenv:.env.local"
            aws = "awssm://prod@us-east-1"
            hcv = "vault://team@vault.example.com:8200/kv"
            shared = "onepassword+token://hunter2@Shared"

            [profiles.default]
            A = { description = "one", providers = ["env", "local"] }
            B = { description = "two", providers = ["aws"], required = false, default = "hunter2" }
            C = { description = "three", providers = ["hcv"], ref = { item = "db", field = "password" }, as_path = true }
            D = { description = "four", providers = ["shared"] }
            E = { description = "five" }
            URL = { description = "six", composed = "postgres://u:${A}@h/$${x}" }
            BAD = { description = "seven", composed = "postgres://u:hunter2@${A}/" }

            [profiles.production]
            B = { providers = ["hcv"], encoding = "base64" }
            D = { required = false }
            """
        let migrated = try Migrated(.secretspec, "secretspec.toml", source)
        #expect(
            migrated.variables == [
                "A=env:A, dotenv:.env.local#A", "B=aws:secretspec/web/default/B", "C=hcv:kv/db#password",
                "D=secretspec get D", "E=secretspec get E", "URL=template", "BAD=env:BAD",
            ]
        )
        #expect(migrated.manifest.provider(named: "hcv")?.text("namespace") == "team")
        #expect(migrated.manifest.provider(named: "aws")?.text("profile") == "prod")
        #expect(migrated.manifest.variable(named: "B")?.isRequired == false)
        let production = try Migrated(.secretspec, "secretspec.toml", source, profile: "production").manifest
        #expect(production.variable(named: "B")?.decoding == .base64)
        #expect(production.variable(named: "D")?.isRequired == false)
        #expect(
            try Migrated(.secretspec, "secretspec.toml", source, profile: "production").variables == [
                "A=env:A, dotenv:.env.local#A", "B=hcv:kv/secretspec/web/production/B#value", "C=hcv:kv/db#password",
                "D=secretspec get D --profile production", "E=secretspec get E --profile production", "URL=template",
                "BAD=env:BAD",
            ]
        )
        #expect(production.variable(named: "D")?.description == "four")
        let old = "withsecrets has no provider of this kind; it asks 'secretspec get'"
        let plain = "the value stands here in plain text and was not copied; the manifest takes it from the environment"
        #expect(
            migrated.notes == [
                "14: B: the default was not copied: it may be a secret",
                "14: B: the default was not copied: it may be a secret",
                "16: D: \(old)", "17: E: \(old)", "19: BAD: \(plain)", "23: D: \(old)",
            ]
        )
        #expect(!migrated.text.contains("hunter2"))
    }

    @Test(arguments: [
        (MigrationSource.teller, "providers: ["), (.summon, "A: !var {"), (.fnox, "[secrets"),
        (.secretspec, "a = hunter2"),
        (.dotenv, "hunter2"), (.teller, ""),
    ])
    func aBrokenSourceIsPointedAtAndNotQuoted(source: MigrationSource, content: String) {
        let bytes = Array(content.utf8)
        let error = #expect(throws: Diagnostics.self) { _ = try Migration(source, file: "x").result(from: bytes.span) }
        #expect(error?.all.first?.location?.file == "x")
        #expect(error?.all.contains { "\($0)".contains("hunter2") } == false)
    }

    @Test(arguments: MigrationSource.allCases)
    func anythingThatIsEmptyOrOddStillLoads(source: MigrationSource) throws {
        let odd =
            switch source {
            case .teller, .summon: "a: b\nproviders: [x]\n\"p q\": { x: !var y, \"1\": z }\nnull: ~\n"
            case .dotenv: "# nothing\n"
            case .fnox, .secretspec: "a = 1\n[providers]\nx = 1\n[profiles.\"a b\"]\ny = 2\n[secrets]\nnull = 1\n"
            }
        _ = try Migrated(source, "odd file: #1", odd)
    }

    @Test(arguments: [
        (".teller.yml", MigrationSource.teller), ("a/secrets.yml", .summon), (".env", .dotenv), ("prod.env", .dotenv),
        (".env.local", .dotenv), ("fnox.toml", .fnox), ("fnox.local.toml", .fnox), ("./secretspec.toml", .secretspec),
    ])
    func aSourceIsKnownByItsName(path: String, source: MigrationSource) {
        #expect(MigrationSource(fileName: path) == source)
    }

    @Test func otherNamesTellNothing() {
        #expect(MigrationSource(fileName: "config.yml") == nil)
    }

    /// Whatever stands where a value may stand, the manifest does not have it.
    @Test func noPlainValueEverGetsThrough() throws {
        let seed = UInt64.random(in: 1...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789ABCDEF")
        for _ in 0..<40 {
            let secret = "s3" + String((0..<14).map { _ in letters.randomElement(using: &generator) ?? "x" })
            let sources: [(MigrationSource, String)] = [
                (.dotenv, "A=\(secret)\nB='\(secret) x'"),
                (
                    .summon,
                    "A: \(secret)\nB: !str \(secret)\nC: !var:default='\(secret)' p\ndev: { D: !file \(secret) }"
                ),
                (
                    .teller,
                    "providers: { v: { kind: hashicorp, options: { token: \(secret), x: \(secret) }, maps: [] } }"
                ),
                (
                    .fnox,
                    """
                    [providers]
                    v = { type = "vault", path = "a/b", token = "\(secret)", address = "https://x:\(secret)@h" }
                    g = { type = "age" }
                    [secrets]
                    A = { default = "\(secret)" }
                    B = "\(secret)"
                    C = { provider = "g", value = "\(secret)" }
                    D = { provider = "v", value = "x/y", default = "\(secret)" }
                    """
                ),
                (
                    .secretspec,
                    """
                    [providers]
                    o = "onepassword+token://\(secret)@v"
                    [profiles.default]
                    A = { description = "d", default = "\(secret)", providers = ["o"] }
                    B = { description = "d", composed = "x://u:\(secret)@h" }
                    """
                ),
            ]
            for (source, content) in sources {
                let migrated = try Migrated(source, "source", content)
                #expect(!migrated.text.contains(secret), "seed \(seed)")
                #expect(!migrated.notes.joined().contains(secret), "seed \(seed)")
            }
        }
    }
}
