import ManifestFormat
import SecretProviders
import Testing

@testable import RemoteProviders

/// `env_from` on what the services have: KV paths, JSON secrets, parameters below a path.
struct GroupTests {
    private func vault(_ groups: String) throws -> Resolution {
        let server = try FakeServer.shared("fake_vault.py")
        let manifest = "version: 1\nproviders: { vault: { address: \(server.address) } }\nenv_from:\n\(groups)\n"
        return try ManifestRun(manifest, ["VAULT_TOKEN": "root-token"]).resolve()
    }

    @Test func aKVPathGivesItsFields() throws {
        let resolution = try vault("  - { from: vault:secret/app, prefix: APP_, names: upper }")
        #expect(resolution.errorTexts == [])
        #expect(
            resolution.values == [
                "APP_DB": "pw", "APP_N": "5", "APP_NESTED": #"{"a": [1, "x", null, true]}"#, "APP_OPENAI": "sk-v2",
            ]
        )
        #expect(try vault("  - { from: 'vault:kv1/team/app' }").values == ["token": "t1", "ttl": "30m"])
        #expect(try vault("  - { from: 'vault:secret/app?version=1' }").values == ["db": "pw", "openai": "sk-v1"])
        #expect(try vault("  - { from: 'vault:secret/document#n' }").values == ["b": "[1]"])
    }

    @Test func globsChoose() throws {
        let resolution = try vault(
            "  - { from: vault:secret/app, prefix: X_, include: ['*n*', db], exclude: [X_nested] }"
        )
        #expect(resolution.errorTexts == [])
        #expect(resolution.values == ["X_db": "pw", "X_n": "5", "X_openai": "sk-v2"])
    }

    @Test func collisionsAreNamed() throws {
        let resolution = try vault(
            "  - { from: 'vault:secret/app', include: [db] }\n  - { from: 'vault:secret/app?version=1', include: [db] }"
        )
        #expect(resolution.errors.count == 1)
        #expect(
            resolution.errorTexts[0].hasPrefix(
                "env_from vault:secret/app?version=1: db comes from env_from vault:secret/app (withsecrets.yaml:4:5) as well"
            )
        )
    }

    @Test func whatWouldRunCodeIsRefused() throws {
        let resolution = try vault("  - { from: vault:secret/document, names: upper }")
        #expect(resolution.values["A"] == "value-of-a")
        #expect(resolution.errorTexts.count == 1)
        #expect(resolution.errorTexts[0].contains("the secret sets PATH, which can run code in the command"))
    }

    @Test func anAbsentPathAndAFailureStayApart() throws {
        #expect(try vault("  - { from: vault:secret/nope, required: false }").errorTexts == [])
        #expect(try vault("  - { from: vault:secret/nope }").errors.count == 1)
        #expect(try vault("  - { from: vault:secret/contract-nonjson, required: false }").errors.count == 1)
        let chained = try vault("  - { from: ['vault:secret/contract-nonjson', 'vault:kv1/team/app'] }")
        #expect(chained.values == [:])
    }

    /// The same document from every service that holds texts, and Vault's fields.
    @Test(arguments: Service.all)
    func aJSONSecretGivesItsFields(_ service: Service) throws {
        let server = try FakeServer.shared(service.script)
        let name = "\(service.kind.rawValue):\(service.prefix)\(service.document)"
        let manifest = """
            version: 1
            providers:
            \(service.entry(at: server.address))
            env_from:
              - { from: "\(name)", prefix: S_, names: upper }
              - { from: "\(name)#n", names: keep, prefix: n_ }
            """
        let resolution = try ManifestRun(manifest, service.environment).resolve()
        #expect(resolution.errorTexts == [])
        #expect(resolution.values.filter { $0.key != "S_N" } == ["S_A": "value-of-a", "S_PATH": "x", "n_b": "[1]"])
        #expect(resolution.values["S_N"]?.filter { $0 != " " } == #"{"b":[1]}"#)
    }

    /// Against moto, which knows pages and paths.
    @Test func parametersBelowAPathAreFields() throws {
        let moto = try FakeServer.shared("fake_moto.py")
        let key = moto.announcement.member("keys")?.member("reader")
        let environment = [
            "AWS_ACCESS_KEY_ID": key?.member("id")?.publicText ?? "",
            "AWS_SECRET_ACCESS_KEY": key?.member("secret")?.publicText ?? "", "AWS_REGION": "eu-west-1",
            "AWS_ENDPOINT_URL": moto.address,
        ]
        let groups = """
            version: 1
            env_from:
              - { from: "ssm:/app/", prefix: APP_, names: upper }
              - { from: "ssm:/bulk/", prefix: B, include: ["1?", B2] }
              - { from: aws:app/openai, names: upper }
            """
        let resolution = try ManifestRun(groups, environment).resolve()
        #expect(resolution.errorTexts == [])
        var expected = ["APP_DB_PASSWORD": "pw-2", "APP_TOKEN": "tok", "KEY": "sk-new", "B2": "value-2"]
        for index in 10...19 { expected["B\(index)"] = "value-\(index)" }
        #expect(resolution.values == expected)
        let collision = try ManifestRun(
            "version: 1\nenv_from:\n  - { from: 'ssm:/app/' }\n  - { from: 'ssm:/app/', include: [token] }\n",
            environment
        ).resolve()
        #expect(collision.errorTexts.count == 1)
        #expect(collision.errorTexts[0].contains("token comes from env_from ssm:/app/"))
    }
}
