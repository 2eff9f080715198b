import Glibc
import ManifestFormat
import SecretMemory
import SecretProviders
import Testing

@testable import RemoteProviders

struct VaultProviderTests {
    let server: FakeServer
    let test: RemoteTest

    init() throws {
        server = try FakeServer.shared("fake_vault.py")
        test = RemoteTest(environment: ["VAULT_ADDR": server.address, "VAULT_TOKEN": "root-token"])
    }

    @Test func theFakeIsHeldToWhatARealServerAnswered() throws {
        let vectors = FakeServer.scripts + "../../Vectors/vault-api/transcript.json"
        #expect(
            unsafe system("PYTHONDONTWRITEBYTECODE=1 python3 \(FakeServer.scripts)fake_vault.py --check \(vectors)")
                == 0
        )
    }

    @Test(arguments: [
        (
            "secret/app", [:],
            Outcome.found(#"{"db": "pw", "n": 5, "nested": {"a": [1, "x", null, true]}, "openai": "sk-v2"}"#)
        ),
        ("secret/app", ["version": "1"], .found(#"{"db": "pw", "openai": "sk-v1"}"#)),
        ("secret/app", ["version": "99"], .absent(.noSuchVersion)),
        ("secret/nope", [:], .absent(.noSuchPath)),
        ("secret/gone", [:], .absent(.noSuchVersion)),
        ("secret/dead", [:], .absent(.noSuchVersion)),
        ("kv1/team/app", [:], .found(#"{"token": "t1", "ttl": "30m"}"#)),
        ("kv1/team/nope", [:], .absent(.noSuchPath)),
        ("team/kv/deep/app", [:], .found(#"{"only": "nested"}"#)),
        ("team/old/app", [:], .found(#"{"only": "old"}"#)),
        ("/secret/app/", ["version": "1"], .found(#"{"db": "pw", "openai": "sk-v1"}"#)),
        ("aws/creds/nope", [:], .absent(.noSuchPath)),
    ])
    func pathsAreReadAsTheToolWritesThem(_ path: String, _ options: [String: String], _ expected: Outcome) {
        #expect(test.fetch(test.configuration(.vault), path, options) == expected)
    }

    @Test func anEngineThatIsNotMountedIsAFailure() {
        let outcome = test.fetch(test.configuration(.vault), "nomount/x")
        #expect(
            outcome
                == .failed(
                    .misconfigured,
                    "vault: no engine is mounted where 'nomount/x' begins (404 from \(server.address)) | "
                        + "the path is written as for 'vault kv get'; a namespace may be missing"
                )
        )
    }

    /// A policy may allow reads and not the look-up of engines.
    @Test(arguments: [
        (
            "secret/app",
            Outcome.found(#"{"db": "pw", "n": 5, "nested": {"a": [1, "x", null, true]}, "openai": "sk-v2"}"#)
        ),
        ("team/kv/deep/app", .found(#"{"only": "nested"}"#)),
        ("kv1/team/app", .found(#"{"token": "t1", "ttl": "30m"}"#)),
        ("secret/nope", .absent(.noSuchPath)),
    ])
    func enginesAreToldApartWithoutTheRightToLook(_ path: String, _ expected: Outcome) {
        let test = RemoteTest(environment: ["VAULT_ADDR": server.address, "VAULT_TOKEN": "blind-token"])
        #expect(test.fetch(test.configuration(.vault), path) == expected)
    }

    @Test func aReadThatThePolicyForbidsIsRefused() {
        for token in ["narrow-token", "blind-token", "unknown-token"] {
            let test = RemoteTest(environment: ["VAULT_ADDR": server.address, "VAULT_TOKEN": token])
            let outcome = test.fetch(test.configuration(.vault), "secret/gone")
            #expect(
                outcome
                    == .failed(
                        .refused,
                        "vault refused the request (403 from \(server.address)) | "
                            + "the token may have expired or its policy may lack read on 'secret/gone'"
                    )
            )
        }
    }

    @Test func whatIsNotConfiguredIsAbsent() {
        let test = RemoteTest()
        #expect(test.fetch(test.configuration(.vault), "secret/app") == .absent(.notConfigured))
        let addressed = RemoteTest(environment: ["VAULT_ADDR": server.address, "PATH": "/nowhere"])
        #expect(addressed.fetch(addressed.configuration(.vault), "secret/app") == .absent(.notConfigured))
    }

    @Test func aConfiguredCredentialThatIsMissingIsAFailure() {
        let outcome = test.fetch(test.configuration(.vault, ["auth.token": "ref:NOWHERE"]), "secret/app")
        #expect(outcome == .failed(.misconfigured, "vault: 'auth.token' names a source that has no value"))
        let file = test.fetch(test.configuration(.vault, ["auth.token_file": "/nowhere/token"]), "secret/app")
        #expect(file == .failed(.misconfigured, "vault: there is no file /nowhere/token"))
    }

    @Test func aSealedServerIsNotAvailable() {
        let outcome = test.fetch(test.configuration(.vault), "secret/sealed")
        #expect(outcome == .failed(.unreachable, "vault is sealed (503 from \(server.address))"))
    }

    @Test func whatMayPassIsAskedAgain() {
        #expect(test.fetch(test.configuration(.vault), "secret/contract-flaky") == .found(#"{"key": "finally"}"#))
    }

    @Test func anEngineThatAnswersWritesIsWrittenTo() {
        let configuration = test.configuration(.vault)
        let options = ["method": "write", "params": "common_name=web.test,ttl=1h"]
        let expected = #"{"certificate": "-----web.test", "private_key": "key-of-pki"}"#
        #expect(test.fetch(configuration, "pki/issue/web", options) == .found(expected))
        #expect(test.fetch(configuration, "pki/issue/web").failure == .misconfigured)
    }

    @Test func fiftySecretsAreOneLookUpAndFiftyReads() throws {
        let server = try FakeServer("fake_vault.py")
        let test = RemoteTest(environment: ["VAULT_ADDR": server.address, "VAULT_TOKEN": "root-token"])
        let addresses = (0..<50).map { SecretAddress(provider: "vault", path: "secret/bulk/\($0)", folder: "/") }
        let outcomes = test.fetch(test.configuration(.vault), addresses).map { Outcome($0) }
        #expect(outcomes == (0..<50).map { .found(#"{"value": "value-of-secret/bulk/\#($0)"}"#) })
        let log = try server.log()
        #expect(log.count { $0.path.contains("internal/ui/mounts") } == 1)
        #expect(log.count == 51)
    }

    @Test func theNamespaceGoesWithEveryRequest() throws {
        let server = try FakeServer("fake_vault.py")
        let test = RemoteTest(environment: ["VAULT_ADDR": server.address, "VAULT_TOKEN": "root-token"])
        let configuration = test.configuration(.vault, ["namespace": "team-a"])
        _ = test.fetch(configuration, "secret/app")
        #expect(try server.log().allSatisfy { $0.headers["x-vault-namespace"] == "team-a" })
    }

    @Test func aManifestThatIsNotTrustedGetsNoToken() throws {
        let server = try FakeServer("fake_vault.py")
        let test = RemoteTest(isTrusted: false, environment: ["VAULT_TOKEN": "root-token"])
        let outcome = test.fetch(test.configuration(.vault, ["address": server.address]), "secret/app")
        #expect(outcome.failure == .misconfigured)
        #expect(try server.log().isEmpty)
        let own = RemoteTest(
            isTrusted: false,
            environment: ["VAULT_ADDR": server.address, "VAULT_TOKEN": "root-token"]
        )
        #expect(own.fetch(own.configuration(.vault), "team/old/app") == .found(#"{"only": "old"}"#))
        let count = try server.log().count
        let options = ["method": "write", "params": "common_name=web.test"]
        #expect(own.fetch(own.configuration(.vault), "pki/issue/web", options).failure == .misconfigured)
        #expect(own.fetch(own.configuration(.vault, ["namespace": "n"]), "secret/app").failure == .misconfigured)
        #expect(try server.log().count == count)
    }

    @Test func plainHTTPGoesToThisMachineAlone() {
        let test = RemoteTest(environment: ["VAULT_ADDR": "http://vault.test:8200", "VAULT_TOKEN": "root-token"])
        #expect(test.fetch(test.configuration(.vault), "secret/app").failure == .misconfigured)
    }

    @Test func skipVerifyAloneIsAnError() {
        let environment = ["VAULT_ADDR": server.address, "VAULT_TOKEN": "root-token", "VAULT_SKIP_VERIFY": "1"]
        let test = RemoteTest(environment: environment)
        #expect(test.fetch(test.configuration(.vault), "secret/app").message.contains("insecure_tls"))
        let insecure = test.configuration(.vault, ["insecure_tls": "true"])
        #expect(test.fetch(insecure, "team/old/app") == .found(#"{"only": "old"}"#))
    }
}
