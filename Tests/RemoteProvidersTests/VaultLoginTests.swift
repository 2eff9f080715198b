import ManifestFormat
import SecretMemory
import SecretProviders
import Testing

@testable import RemoteProviders

struct VaultLoginTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var method: String
        var settings: [String: String] = [:]
        var environment: [String: String] = [:]
        var testDescription: String { method }
    }

    static let good = [
        Case(method: "approle", settings: ["auth.role_id": "role-1", "auth.secret_id": "ref:SECRET_ID"]),
        Case(method: "userpass", settings: ["auth.username": "bob", "auth.password": "ref:BOB"]),
        Case(method: "ldap", settings: ["auth.username": "ann", "auth.password": "ref:ANN"]),
        Case(method: "jwt", settings: ["auth.role": "ci", "auth.token": "ref:JWT"]),
        Case(method: "jwt", settings: ["auth.role": "ci"], environment: ["VAULT_ID_TOKEN": "identity-jwt"]),
        Case(method: "jwt", settings: ["auth.role": "ci", "auth.mount": "custom", "auth.token": "ref:JWT"]),
        Case(method: "cert", settings: ["auth.role": "web"]),
        Case(
            method: "aws",
            settings: ["auth.role": "app", "auth.server_id": "vault.test"],
            environment: ["AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": "s"]
        ),
    ]

    static let references = [
        "SECRET_ID": "secret-id-1", "BOB": "bobpw", "ANN": "annpw", "JWT": "identity-jwt", "WRONG": "wrong-credential",
        "WRAPPED": "wrapping-token",
    ]

    private func fetch(_ server: FakeServer, _ login: Case) -> (Outcome, RemoteTest) {
        let environment = ["VAULT_ADDR": server.address].merging(login.environment) { $1 }
        let test = RemoteTest(environment: environment, references: Self.references)
        let settings = login.settings.merging(["auth.method": login.method]) { $1 }
        return (test.fetch(test.configuration(.vault, settings), "team/old/app"), test)
    }

    @Test(arguments: good)
    func everyMethodLogsIn(_ login: Case) throws {
        let server = try FakeServer.shared("fake_vault.py")
        let (outcome, test) = fetch(server, login)
        #expect(outcome == (login.method == "userpass" ? outcome : .found(#"{"only": "old"}"#)))
        #expect(test.credentials.contains { $0.name == "vault login token" && $0.value.hasPrefix("s.") })
    }

    /// GitLab puts its token into a variable (`id_tokens`); GitHub's is asked for.
    @Test func theIdentityOfAJobLogsIn() throws {
        let server = try FakeServer("fake_vault.py")
        let github = [
            "ACTIONS_ID_TOKEN_REQUEST_URL": server.address + "/github?api-version=2.0",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "github-request-token",
        ]
        let found = Outcome.found(#"{"only": "old"}"#)
        let own = Case(method: "jwt", settings: ["auth.role": "ci"], environment: github)
        #expect(fetch(server, own).0 == found)
        let audience = ["auth.role": "ci", "auth.audience": "https://vault.test"]
        let (outcome, test) = fetch(server, Case(method: "jwt", settings: audience, environment: github))
        #expect(outcome == found)
        #expect(test.credentials.contains { $0.value == "identity-jwt-for-https://vault.test" })
        #expect(test.credentials.contains { $0.value == "github-request-token" })
        let asked = try server.log().filter { $0.path == "/github" }
        #expect(asked.map(\.query) == ["api-version=2.0", "api-version=2.0&audience=https%3A%2F%2Fvault.test"])
        #expect(asked.allSatisfy { $0.headers["x-vault-token"] == nil })
        // GitLab's comes first, as what was put there by hand.
        let gitlab = github.merging(["VAULT_ID_TOKEN": "identity-jwt"]) { $1 }
        #expect(fetch(server, Case(method: "jwt", settings: ["auth.role": "ci"], environment: gitlab)).0 == found)
        #expect(try server.log().count { $0.path == "/github" } == 2)
    }

    @Test func anIdentityThatIsNotGivenIsAFailure() throws {
        let server = try FakeServer.shared("fake_vault.py")
        let job = ["ACTIONS_ID_TOKEN_REQUEST_URL": server.address + "/github"]
        let refused = job.merging(["ACTIONS_ID_TOKEN_REQUEST_TOKEN": "not-that-one"]) { $1 }
        let outcome = fetch(server, Case(method: "jwt", settings: ["auth.role": "ci"], environment: refused)).0
        #expect(outcome.failure == .refused)
        #expect(!outcome.message.contains("not-that-one"))
        let none = fetch(server, Case(method: "jwt", settings: ["auth.role": "ci"], environment: job)).0
        #expect(none.message.contains("in GitHub Actions the job needs 'id-token: write'"))
    }

    @Test func aServiceAccountLogsIn() throws {
        let server = try FakeServer.shared("fake_vault.py")
        let home = TemporaryHome()
        home.write("token", "service-account-jwt\n")
        let login = Case(method: "kubernetes", settings: ["auth.role": "app", "auth.token_file": home.path + "/token"])
        #expect(fetch(server, login).0 == .found(#"{"only": "old"}"#))
        let missing = Case(method: "kubernetes", settings: ["auth.role": "app", "auth.token_file": "/nowhere"])
        #expect(fetch(server, missing).0.failure == .misconfigured)
    }

    @Test(arguments: [
        Case(method: "approle", settings: ["auth.role_id": "role-1", "auth.secret_id": "ref:WRONG"]),
        Case(method: "userpass", settings: ["auth.username": "bob", "auth.password": "ref:WRONG"]),
        Case(method: "jwt", settings: ["auth.role": "ci", "auth.token": "ref:WRONG"]),
        Case(method: "jwt", settings: ["auth.role": "ci", "auth.mount": "nowhere", "auth.token": "ref:JWT"]),
    ])
    func aWrongCredentialIsARefusal(_ login: Case) throws {
        let server = try FakeServer.shared("fake_vault.py")
        let outcome = fetch(server, login).0
        #expect(outcome.failure == .refused)
        #expect(outcome.message.hasPrefix("vault refused the login by \(login.method) (400 from \(server.address))"))
        #expect(!outcome.message.contains("wrong-credential"))
    }

    @Test func aWrappedSecretIDIsUnwrappedOnce() throws {
        let server = try FakeServer("fake_vault.py")
        let settings = ["auth.role_id": "role-1", "auth.secret_id": "ref:WRAPPED", "auth.wrapped": "true"]
        #expect(fetch(server, Case(method: "approle", settings: settings)).0 == .found(#"{"only": "old"}"#))
        let second = fetch(server, Case(method: "approle", settings: settings)).0
        #expect(second.message.contains("did not unwrap the secret id"))
    }

    @Test func ourOwnTokenIsGivenBackAfterTheReads() throws {
        let server = try FakeServer("fake_vault.py")
        let (_, test) = fetch(server, Self.good[0])
        test.finishReads()
        let log = try server.log()
        #expect(log.map(\.path).filter { $0.hasSuffix("revoke-self") }.count == 1)
        #expect(log.map(\.path).filter { $0.hasSuffix("/login") }.count == 1)
    }

    @Test func aTokenThatWeWereGivenStays() throws {
        let server = try FakeServer("fake_vault.py")
        let test = RemoteTest(environment: ["VAULT_ADDR": server.address, "VAULT_TOKEN": "root-token"])
        _ = test.fetch(test.configuration(.vault), "secret/app")
        test.finishReads()
        #expect(try server.log().allSatisfy { !$0.path.contains("revoke") })
    }

    @Test func tokensComeFromTheUsualPlaces() throws {
        let server = try FakeServer.shared("fake_vault.py")
        let home = TemporaryHome()
        func outcome(_ environment: [String: String] = [:]) -> Outcome {
            let own = ["VAULT_ADDR": server.address, "HOME": home.path, "PATH": home.path + "/bin:/bin:/usr/bin"]
            let test = RemoteTest(environment: own.merging(environment) { $1 })
            return test.fetch(test.configuration(.vault), "team/old/app")
        }
        let found = Outcome.found(#"{"only": "old"}"#)
        #expect(outcome() == .absent(.notConfigured))
        home.write("bin/vault", "#!/bin/sh\n[ \"$*\" = 'print token' ] && echo root-token\n", mode: 0o755)
        #expect(outcome() == found)
        home.write(".vault-token", "unknown-token\n")
        #expect(outcome().failure == .refused)
        home.write("helper", "#!/bin/sh\n[ \"$1\" = get ] && echo root-token\n", mode: 0o755)
        home.write(".vault", "token_helper = \"\(home.path)/helper\"\n")
        #expect(outcome() == found)
        #expect(outcome(["VAULT_TOKEN": "unknown-token"]).failure == .refused)
    }
}
