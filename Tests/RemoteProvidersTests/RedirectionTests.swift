import ManifestFormat
import SecretMemory
import SecretProviders
import Testing

@testable import RemoteProviders

/// A standby node of Vault's that sends us to the active one with 307.
struct RedirectionTests {
    private func answer(_ status: Int, _ location: String) -> HTTPAnswer {
        HTTPAnswer(status: status, headers: ["location": location], body: Secret(copying: ""))
    }

    private func request(_ origin: String) throws -> HTTPRequest {
        var request = HTTPRequest(.get, try #require(WebAddress(origin)), "/v1/secret/data/app?version=1")
        request.followsRedirection = true
        return request
    }

    @Test func anotherPortOfTheSameHostIsFollowed() throws {
        let request = try request("https://vault.test:8200")
        let next = answer(307, "https://VAULT.test:8210/v1/secret/data/app?version=1").redirection(of: request)
        #expect(next?.origin == "https://vault.test:8210")
        let behindPath = try self.request("https://vault.test:8200/v")
        let moved = answer(307, "https://vault.test/v/v1/secret/data/app?version=1").redirection(of: behindPath)
        #expect(moved == WebAddress("https://vault.test/v"))
    }

    @Test(arguments: [
        "https://other.test:8210/v1/secret/data/app?version=1",
        "https://vault.test.evil.test:8210/v1/secret/data/app?version=1",
        "https://vault.test:8210@evil.test/v1/secret/data/app?version=1",
        "http://vault.test:8210/v1/secret/data/app?version=1", "https://vault.test:8210/v1/secret/data/other?version=1",
        "https://vault.test:8210/v1/secret/data/app", "https://vault.test:8200/v1/secret/data/app?version=1",
        "/v1/secret/data/app?version=1", "//vault.test:8210/v1/secret/data/app?version=1", "https://vault.test:8210",
        "",
        "://",
    ])
    func nothingElseIs(_ location: String) throws {
        #expect(answer(307, location).redirection(of: try request("https://vault.test:8200")) == nil)
    }

    @Test func otherStatusesAndRequestsAreNot() throws {
        var request = try request("https://vault.test:8200")
        let location = "https://vault.test:8210/v1/secret/data/app?version=1"
        for status in [200, 301, 302, 303, 308] {
            #expect(answer(status, location).redirection(of: request) == nil)
        }
        request.followsRedirection = false
        #expect(answer(307, location).redirection(of: request) == nil)
        let plain = try self.request("http://127.0.0.1:8200")
        #expect(answer(307, "http://127.0.0.1:8210/v1/secret/data/app?version=1").redirection(of: plain) == nil)
    }

    @Test func aStandbyNodeIsFollowedOnce() throws {
        let server = try FakeServer("fake_vault.py", "--tls")
        func fetch(_ kind: String) -> (Outcome, RemoteTest) {
            let test = RemoteTest(
                environment: [
                    "VAULT_ADDR": "https://localhost:\(server.port(kind))", "VAULT_CACERT": server.folder + "/ca.pem",
                ],
                references: ["SECRET_ID": "secret-id-1"]
            )
            let login = ["auth.method": "approle", "auth.role_id": "role-1", "auth.secret_id": "ref:SECRET_ID"]
            return (test.fetch(test.configuration(.vault, login), "team/old/app"), test)
        }
        let (outcome, test) = fetch("standby")
        #expect(outcome == .found(#"{"only": "old"}"#))
        test.finishReads()
        let log = try server.log()
        // The standby is asked each time, and the login is posted whole to both.
        #expect(log.count { $0.path.hasSuffix("/login") } == 2)
        #expect(Set(log.filter { $0.path.hasSuffix("/login") }.map(\.body)).count == 1)
        #expect(log.count { $0.path.hasSuffix("revoke-self") } == 2)
    }

    @Test func aNodeThatSendsElsewhereIsAFailure() throws {
        let server = try FakeServer("fake_vault.py", "--tls")
        let elsewhere = try FakeServer("fake_vault.py")
        for (kind, isFollowed) in [("standby-elsewhere", false), ("standby-circle", true)] {
            let test = RemoteTest(environment: [
                "VAULT_ADDR": "https://localhost:\(server.port(kind))", "VAULT_TOKEN": "root-token",
                "VAULT_CACERT": server.folder + "/ca.pem",
            ])
            let before = try server.log().count
            let outcome = test.fetch(test.configuration(.vault), "team/old/app")
            #expect(outcome.failure == .malformed)
            #expect(outcome.message.contains("vault was sent elsewhere (307 from https://localhost:"))
            #expect(outcome.message.contains("set 'address' or VAULT_ADDR to the active node"))
            #expect(try server.log().count - before == (isFollowed ? 2 : 1))
        }
        #expect(try elsewhere.log().isEmpty)
    }
}
