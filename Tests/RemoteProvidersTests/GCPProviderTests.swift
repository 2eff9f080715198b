import Glibc
import ManifestFormat
import SecretMemory
import SecretProviders
import Testing

@testable import RemoteProviders

struct GCPProviderTests {
    let server: FakeServer
    let home = TemporaryHome()

    init() throws {
        server = try FakeServer.shared("fake_gcp.py")
    }

    private func test(_ environment: [String: String] = [:]) -> RemoteTest {
        let own = ["PATH": "/nowhere", "HOME": home.path, "GCE_METADATA_HOST": "127.0.0.1:1"]
        return RemoteTest(environment: own.merging(environment) { $1 })
    }

    private func fetch(
        _ path: String,
        _ options: [String: String] = [:],
        _ environment: [String: String] = [:],
        _ more: [String: String] = [:]
    ) -> Outcome {
        let test = test(environment)
        let settings = ["address": server.address, "token_address": server.address].merging(more) { $1 }
        return test.fetch(test.configuration(.gcp, settings), path, options)
    }

    private func writeUser(_ more: String = "") {
        home.write(
            ".config/gcloud/application_default_credentials.json",
            #"{"type": "authorized_user", "client_id": "c", "client_secret": "cs", "refresh_token": "refresh-1"\#(more)}"#
        )
    }

    @Test(arguments: [
        ("p/openai", [:], Outcome.found("sk-new")),
        ("p/openai", ["version": "1"], .found("sk-old")),
        ("p/openai", ["version": "stable"], .found("sk-old")),
        ("projects/p/secrets/openai", [:], .found("sk-new")),
        ("projects/p/secrets/openai/versions/1", [:], .found("sk-old")),
        ("projects/p/locations/europe-west1/secrets/near", [:], .found("regional")),
        ("p/openai", ["version": "9"], .absent(.noSuchVersion)),
        ("p/openai", ["version": "disabled"], .absent(.noSuchVersion)),
        ("p/nope", [:], .absent(.noSuchPath)),
        ("p/empty", [:], .found("")),
        ("p/contract-flaky", [:], .found("finally")),
        ("p/damaged", [:], .failed(.malformed, "")),
    ])
    func secretsAreRead(_ path: String, _ options: [String: String], _ expected: Outcome) {
        writeUser()
        let outcome = fetch(path, options)
        if let reason = expected.failure {
            #expect(outcome.failure == reason)
        } else {
            #expect(outcome == expected)
        }
    }

    @Test func nothingAnywhereIsAbsent() {
        #expect(fetch("p/openai") == .absent(.notConfigured))
    }

    @Test func aNamedFileThatIsMissingIsAFailure() {
        let outcome = fetch("p/openai", [:], ["GOOGLE_APPLICATION_CREDENTIALS": "/nowhere.json"])
        #expect(outcome == .failed(.misconfigured, "gcp: there is no file /nowhere.json"))
    }

    @Test func theQuotaProjectGoesAlong() {
        writeUser(#", "quota_project_id": "payer""#)
        #expect(fetch("p/whoami") == .found("Bearer token-of-user payer"))
    }

    @Test func aServiceAccountSigns() throws {
        #expect(
            unsafe system(
                "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out \(home.path)/k 2>/dev/null"
            ) == 0
        )
        let server = try FakeServer("fake_gcp.py", "--key", home.path + "/k")
        let key = Secret(copying: home.read("k"))
        let file = JSONBody.object([
            ("type", .text("service_account")), ("client_email", .text("app@p")), ("private_key", .secret(key)),
            ("private_key_id", .text("id")), ("token_uri", .text("https://oauth2.googleapis.com/token")),
        ])
        home.write("account.json", file.encoded().plainCopy())
        let test = test(["GOOGLE_APPLICATION_CREDENTIALS": home.path + "/account.json"])
        let settings = ["address": server.address, "token_address": server.address]
        #expect(test.fetch(test.configuration(.gcp, settings), "p/whoami") == .found("Bearer token-of-app@p"))
    }

    private func external(_ source: String, _ more: String = "", type: String = "jwt") {
        home.write(
            "external.json",
            """
            {"type": "external_account", "audience": "//iam.googleapis.com/pool", "credential_source": \(source)\(more),
             "subject_token_type": "\(type)", "token_url": "https://sts.googleapis.com/v1/token"}
            """
        )
    }

    private var named: [String: String] { ["GOOGLE_APPLICATION_CREDENTIALS": home.path + "/external.json"] }

    @Test func foreignTokensAreExchanged() {
        home.write("jwt", "file-jwt\n")
        external(#"{"file": "\#(home.path)/jwt"}"#)
        #expect(fetch("p/whoami", [:], named) == .found("Bearer token-of-file-jwt"))
        external(
            #"""
            {"url": "\#(server.address)/identity", "headers": {"X-Own": "header"},
             "format": {"type": "json", "subject_token_field_name": "value"}}
            """#
        )
        #expect(fetch("p/whoami", [:], named) == .found("Bearer token-of-url-jwt"))
        external(#"{"environment_id": "aws1"}"#, type: "urn:ietf:params:aws:token-type:aws4_request")
        let keys = ["AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": "s", "AWS_REGION": "eu-west-1"]
        #expect(fetch("p/whoami", [:], named.merging(keys) { $1 }) == .found("Bearer token-of-aws"))
    }

    @Test func programsNeedTheOptIn() {
        home.write(
            "program",
            "#!/bin/sh\necho '{\"success\": true, \"version\": 1, \"id_token\": \"program-jwt\"}'\n",
            mode: 0o755
        )
        external(#"{"executable": {"command": "\#(home.path)/program --x"}}"#)
        #expect(fetch("p/whoami", [:], named).message.contains("ALLOW_EXECUTABLES=1"))
        let allowed = named.merging(["GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES": "1"]) { $1 }
        #expect(fetch("p/whoami", [:], allowed) == .found("Bearer token-of-program-jwt"))
    }

    @Test func serviceAccountsAreImpersonated() {
        home.write("jwt", "file-jwt\n")
        let url = "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/app@p:generateAccessToken"
        external(#"{"file": "\#(home.path)/jwt"}"#, #", "service_account_impersonation_url": "\#(url)""#)
        #expect(fetch("p/whoami", [:], named) == .found("Bearer token-of-app@p"))
        home.write(
            "external.json",
            """
            {"type": "impersonated_service_account", "service_account_impersonation_url": "\(url)", "delegates": [],
             "source_credentials": {"type": "authorized_user", "client_id": "c", "client_secret": "cs",
             "refresh_token": "refresh-1"}}
            """
        )
        #expect(fetch("p/whoami", [:], named) == .found("Bearer token-of-app@p"))
    }

    @Test(arguments: [
        "https://evil.test/token", "http://sts.googleapis.com/token", "https://sts.googleapis.com.evil.test/x",
    ])
    func tokensAreAskedForAtGooglesAlone(_ url: String) {
        let test = test(["GOOGLE_APPLICATION_CREDENTIALS": home.path + "/user.json"])
        home.write(
            "user.json",
            #"{"type": "authorized_user", "client_id": "c", "client_secret": "cs", "refresh_token": "r", "token_uri": "\#(url)"}"#
        )
        let outcome = test.fetch(test.configuration(.gcp, ["address": server.address]), "p/openai")
        #expect(outcome.message.contains("is not Google's"))
    }

    @Test func theMetadataServerIsAsked() {
        let host = String(server.address.dropFirst("http://".count))
        #expect(fetch("p/whoami", [:], ["GCE_METADATA_HOST": host]) == .found("Bearer token-of-metadata"))
    }

    @Test func theToolIsTheLastResort() {
        home.write("bin/gcloud", "#!/bin/sh\necho token-of-tool\n", mode: 0o755)
        let path = ["PATH": home.path + "/bin:/usr/bin:/bin"]
        #expect(fetch("p/whoami", [:], path) == .found("Bearer token-of-tool"))
        #expect(fetch("p/whoami", [:], path, ["mode": "api"]) == .absent(.notConfigured))
    }

    @Test(arguments: [
        "openai", "a/b/c", "projects/p/", "projects/p/secrets", "p/../x", "projects/p/locations/evil.test/secrets/x",
    ])
    func whatIsNoPathIsAnError(_ path: String) {
        #expect(GCPResource(path, version: nil) == nil)
    }

    @Test func checksumsAreThoseOfTheStandard() {
        // RFC 3720 B.4: 32 bytes of zeros, and of ones.
        #expect(crc32c([UInt8](repeating: 0, count: 32).span) == 0x8A91_36AA)
        #expect(crc32c([UInt8](repeating: 0xFF, count: 32).span) == 0x62A8_AB43)
    }
}
