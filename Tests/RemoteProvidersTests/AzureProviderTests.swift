import Glibc
import ManifestFormat
import SecretProviders
import Testing

@testable import RemoteProviders

struct AzureProviderTests {
    let server: FakeServer

    init() throws {
        server = try FakeServer.shared("fake_azure.py")
    }

    private func test(_ environment: [String: String] = [:], references: [String: String] = [:]) -> RemoteTest {
        let own = ["PATH": "/nowhere", "AZURE_POD_IDENTITY_AUTHORITY_HOST": "http://127.0.0.1:1"]
        return RemoteTest(environment: own.merging(environment) { $1 }, references: references)
    }

    private static let secret = ["AZURE_CLIENT_ID": "client", "AZURE_CLIENT_SECRET": "client-secret-1"]

    private func settings(_ more: [String: String] = [:]) -> [String: String] {
        ["address": server.address, "authority": server.address, "insecure_http": "true"].merging(more) { $1 }
    }

    private func fetch(
        _ test: RemoteTest,
        _ path: String,
        _ options: [String: String] = [:],
        _ more: [String: String] = [:]
    ) -> Outcome {
        test.fetch(test.configuration(.azure, settings(more)), path, options)
    }

    @Test(arguments: [
        ("v/openai", [:], Outcome.found("sk-new")),
        ("v/openai", ["version": "v1"], .found("sk-old")),
        ("v/openai/v1", [:], .found("sk-old")),
        ("v/openai", ["version": "v9"], .absent(.noSuchVersion)),
        ("v/nope", [:], .absent(.noSuchPath)),
        ("v/db_password", [:], .found("pw")),
        ("v/contract-flaky", [:], .found("finally")),
    ])
    func secretsAreRead(_ path: String, _ options: [String: String], _ expected: Outcome) {
        #expect(fetch(test(Self.secret), path, options) == expected)
    }

    @Test(arguments: ["openai", "v/a/b/c", "v//x", "evil.test/x", "v/x?y", "v.evil.test/x", "../x"])
    func whatIsNoPathIsAnError(_ path: String) {
        #expect(fetch(test(Self.secret), path).failure == .misconfigured)
    }

    @Test func nothingAnywhereIsAbsent() {
        #expect(fetch(test(), "v/openai") == .absent(.notConfigured))
    }

    @Test func aWrongSecretIsARefusal() {
        let outcome = fetch(test(["AZURE_CLIENT_ID": "client", "AZURE_CLIENT_SECRET": "wrong"]), "v/openai")
        #expect(
            outcome
                == .failed(
                    .refused,
                    "azure: the login was refused (401 from \(server.address)) | "
                        + "the client, its tenant or its secret may be wrong or expired"
                )
        )
    }

    @Test func theTenantIsTheChallengesUnlessItIsWritten() {
        #expect(fetch(test(Self.secret), "v/whoami") == .found("token-of-secret:11111111-2222-3333-4444-555555555555"))
        #expect(
            fetch(test(Self.secret), "v/whoami", [:], ["tenant_id": "own-tenant"])
                == .found("token-of-secret:own-tenant")
        )
    }

    @Test func theEntrysSecretIsAReference() {
        let test = test(references: ["S": "client-secret-1"])
        let more = ["client_id": "client", "client_secret": "ref:S", "tenant_id": "own-tenant"]
        #expect(fetch(test, "v/whoami", [:], more) == .found("token-of-secret:own-tenant"))
    }

    @Test func federatedTokensAreExchanged() {
        let home = TemporaryHome()
        home.write("token", "federated-jwt\n")
        let cluster = ["AZURE_CLIENT_ID": "client", "AZURE_FEDERATED_TOKEN_FILE": home.path + "/token"]
        #expect(fetch(test(cluster), "v/whoami") == .found("token-of-federated-jwt"))
        let github = [
            "AZURE_CLIENT_ID": "client", "ACTIONS_ID_TOKEN_REQUEST_URL": server.address + "/github?x=1",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "github-request-token",
        ]
        #expect(fetch(test(github), "v/whoami") == .found("token-of-github-jwt-for-api://AzureADTokenExchange"))
    }

    @Test func managedIdentitiesAreAsked() {
        #expect(
            fetch(test(["AZURE_POD_IDENTITY_AUTHORITY_HOST": server.address]), "v/whoami") == .found("token-of-imds")
        )
        let app = ["IDENTITY_ENDPOINT": server.address + "/msi/token", "IDENTITY_HEADER": "identity-header"]
        #expect(fetch(test(app), "v/whoami") == .found("token-of-app-service:"))
        #expect(fetch(test(app.merging(["IDENTITY_HEADER": "wrong"]) { $1 }), "v/whoami").failure == .refused)
    }

    @Test func aCertificateSigns() throws {
        let home = TemporaryHome()
        let file = home.path + "/certificate.pem"
        let command =
            "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=t -keyout \(home.path)/k -out \(home.path)/c"
            + " 2>/dev/null && cat \(home.path)/k \(home.path)/c > \(file)"
        #expect(unsafe system(command) == 0)
        let server = try FakeServer("fake_azure.py", "--certificate", home.path + "/c")
        let test = test(["AZURE_CLIENT_ID": "client", "AZURE_CLIENT_CERTIFICATE_PATH": file])
        let own = ["address": server.address, "authority": server.address]
        #expect(test.fetch(test.configuration(.azure, own), "v/whoami") == .found("token-of-certificate:client"))
    }

    @Test func theToolIsTheLastResort() {
        let home = TemporaryHome()
        home.write(
            "bin/az",
            """
            #!/bin/sh
            [ "$*" = "account get-access-token --output json --resource https://127.0.0.1" ] || exit 1
            echo '{"accessToken": "token-of-tool"}'
            """,
            mode: 0o755
        )
        let path = ["PATH": home.path + "/bin:/usr/bin:/bin"]
        #expect(fetch(test(path), "v/whoami") == .found("token-of-tool"))
        #expect(fetch(test(path), "v/whoami", [:], ["mode": "api"]) == .absent(.notConfigured))
    }

    @Test func aLoginElsewhereIsRefused() {
        let test = test(Self.secret)
        let outcome = test.fetch(test.configuration(.azure, ["address": server.address]), "v/openai")
        #expect(outcome.message.contains("none of Azure's"))
        #expect(outcome.failure == .refused)
    }

    @Test(arguments: [
        (#"Bearer authorization="https://login.windows.net/T", resource="https://vault.azure.net""#, true),
        (#"Bearer authorization="https://login.windows.net/T", scope="https://vault.azure.net/.default""#, true),
        (#"Bearer authorization="https://login.windows.net/T", resource="https://evil.test""#, false),
        (#"Bearer authorization="https://login.windows.net/T", resource="https://azure.net.evil.test""#, false),
    ])
    func theChallengesResourceHasToBeTheVaults(_ header: String, _ isFor: Bool) throws {
        let challenge = try #require(AzureChallenge(header))
        #expect(challenge.isFor(WebAddress(.https, host: "my.vault.azure.net")) == isFor)
    }

    @Test func cloudsAreToldByTheirHosts() {
        #expect(AzureResource("v/n", version: nil, suffix: "vault.azure.net")?.host == "v.vault.azure.net")
        #expect(
            AzureResource("v.vault.azure.cn/n", version: nil, suffix: "vault.azure.net")?.host == "v.vault.azure.cn"
        )
    }
}
