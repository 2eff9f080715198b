import ManifestFormat
import SecretMemory
import SecretProviders
import Testing

@testable import RemoteProviders

/// Against a real moto server, which checks signatures and policies.
struct AWSProviderTests {
    let moto: FakeServer

    init() throws {
        moto = try FakeServer.shared("fake_moto.py")
    }

    private func test(as user: String) -> RemoteTest {
        let key = moto.announcement.member("keys")?.member(user)
        return RemoteTest(environment: [
            "AWS_ACCESS_KEY_ID": key?.member("id")?.publicText ?? "",
            "AWS_SECRET_ACCESS_KEY": key?.member("secret")?.publicText ?? "",
            "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": moto.address,
        ])
    }

    @Test(arguments: [
        ("app/openai", [:], Outcome.found(#"{"key": "sk-new"}"#)),
        ("app/openai", ["stage": "AWSPREVIOUS"], .found(#"{"key": "sk-old"}"#)),
        ("app/openai", ["stage": "NEVER"], .absent(.noSuchVersion)),
        ("app/nope", [:], .absent(.noSuchPath)),
        ("app/gone", [:], .absent(.noSuchPath)),
    ])
    func secretsAreRead(_ id: String, _ options: [String: String], _ expected: Outcome) {
        let test = test(as: "reader")
        #expect(test.fetch(test.configuration(.aws), id, options) == expected)
    }

    @Test func aBinarySecretIsItsBytes() throws {
        let test = test(as: "reader")
        let outcome = test.fetch(
            test.configuration(.aws),
            [SecretAddress(provider: "aws", path: "app/binary", folder: "/")]
        )
        guard case .success(.found(let payload)) = outcome[0], case .text(let secret) = payload.content else {
            Issue.record("not found")
            return
        }
        #expect(secret.withBytes { bytes in bytes.indices.map { bytes[$0] } } == [0, 0xFF, 0x10] + Array("bytes".utf8))
    }

    @Test func anARNBringsItsOwnRegion() {
        let test = test(as: "reader")
        let arn = moto.announcement.member("far")?.publicText ?? ""
        #expect(test.fetch(test.configuration(.aws), arn) == .found("far away"))
    }

    /// With the right to batches and without it.
    @Test(arguments: ["reader", "single"])
    func manySecretsAreEachFoundOrAbsent(_ user: String) {
        let test = test(as: user)
        let names = (0..<30).map { "bulk/\($0)" } + ["app/nope", "app/openai"]
        let addresses = names.map { SecretAddress(provider: "aws", path: $0, folder: "/") }
        let outcomes = test.fetch(test.configuration(.aws), addresses).map { Outcome($0) }
        let expected: [Outcome] =
            (0..<30).map { .found("value-\($0)") } + [.absent(.noSuchPath), .found(#"{"key": "sk-new"}"#)]
        #expect(outcomes == expected)
    }

    @Test(arguments: ["reader", "single"])
    func manyParametersAreEachFoundOrAbsent(_ user: String) {
        let test = test(as: user)
        let names = (0..<25).map { "/bulk/\($0)" } + ["/app/nope", "/app/token"]
        let addresses = names.map { SecretAddress(provider: "ssm", path: $0, folder: "/") }
        let outcomes = test.fetch(test.configuration(.ssm), addresses).map { Outcome($0) }
        #expect(outcomes == (0..<25).map { .found("value-\($0)") } + [.absent(.noSuchPath), .found("tok")])
    }

    @Test(arguments: [
        ("/app/db/password", [:], Outcome.found("pw-2")),
        ("/app/db/password", ["version": "1"], .found("pw-1")),
        ("/app/db/password", ["label": "stable"], .found("pw-1")),
        ("/app/db/password", ["version": "9"], .absent(.noSuchVersion)),
        ("/app/nope", [:], .absent(.noSuchPath)),
        ("/app/", [:], .found("db_password=pw-2;token=tok")),
        ("/nothing/", [:], .absent(.noSuchPath)),
    ])
    func parametersAreRead(_ name: String, _ options: [String: String], _ expected: Outcome) {
        let test = test(as: "reader")
        #expect(test.fetch(test.configuration(.ssm), name, options) == expected)
    }

    @Test func aPolicyThatForbidsAReadIsARefusal() {
        let test = test(as: "nobody")
        #expect(
            test.fetch(test.configuration(.aws), "app/openai")
                == .failed(
                    .refused,
                    "aws refused the request (403 AccessDenied from \(moto.address)) | "
                        + "the policy may lack 'secretsmanager:GetSecretValue', or the key's policy 'kms:Decrypt'"
                )
        )
        #expect(test.fetch(test.configuration(.ssm), "/app/token").failure == .refused)
    }

    @Test func aWrongSecretKeyIsARefusal() {
        let key = moto.announcement.member("keys")?.member("reader")?.member("id")?.publicText ?? ""
        let test = RemoteTest(environment: [
            "AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": "wrong", "AWS_REGION": "eu-west-1",
            "AWS_ENDPOINT_URL": moto.address,
        ])
        #expect(test.fetch(test.configuration(.aws), "app/openai").failure == .refused)
    }

    @Test func aRoleIsAssumed() {
        let test = test(as: "reader")
        let role = moto.announcement.member("role")?.publicText ?? ""
        let configuration = test.configuration(.aws, ["role_arn": role])
        #expect(test.fetch(configuration, "app/openai") == .found(#"{"key": "sk-new"}"#))
        #expect(test.credentials.contains { $0.name == "aws session token" })
    }
}
