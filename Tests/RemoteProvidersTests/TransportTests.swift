import ManifestFormat
import SecretMemory
import SecretProviders
import Testing

@testable import RemoteProviders

/// Proxies, names and client certificates, against Vault's fake over TLS.
struct TransportTests {
    private func fetch(
        _ server: FakeServer,
        _ settings: [String: String] = [:],
        _ environment: [String: String] = [:],
        host: String = "localhost",
        certificate: String = "good"
    ) -> Outcome {
        let own = [
            "VAULT_ADDR": "https://\(host):\(server.port(certificate))", "VAULT_TOKEN": "root-token",
            "VAULT_CACERT": server.folder + "/ca.pem",
        ]
        let test = RemoteTest(environment: own.merging(environment) { $1 })
        return test.fetch(test.configuration(.vault, settings), "team/old/app")
    }

    private static let found = Outcome.found(#"{"only": "old"}"#)

    @Test func authoritiesComeFromTheUsualPlaces() throws {
        let server = try FakeServer.shared("fake_vault.py", "--tls")
        let file = server.folder + "/ca.pem"
        #expect(fetch(server) == Self.found)
        #expect(fetch(server, ["ca_file": file], ["VAULT_CACERT": ""]) == Self.found)
        #expect(fetch(server, [:], ["VAULT_CACERT": "", "SSL_CERT_FILE": file]) == Self.found)
        // Many systems set both; a folder that is not there does no harm beside a file.
        let both = ["VAULT_CACERT": "", "SSL_CERT_FILE": file, "SSL_CERT_DIR": "/nowhere:" + server.folder]
        #expect(fetch(server, [:], both) == Self.found)
        #expect(fetch(server, [:], both.merging(["SSL_CERT_DIR": "/nowhere"]) { $1 }) == Self.found)
        #expect(fetch(server, [:], ["VAULT_CACERT": ""]).failure == .unreachable)
        #expect(fetch(server, ["insecure_tls": "true"], ["VAULT_CACERT": ""]) == Self.found)
        #expect(
            fetch(server, ["ca_file": "/nowhere.pem"])
                == .failed(.misconfigured, "vault: there is no file /nowhere.pem")
        )
        let key = fetch(server, ["ca_file": server.folder + "/client.key"])
        #expect(key.failure == .misconfigured)
    }

    /// A port where nobody listens is told as that, also where TLS would be spoken.
    @Test func aRefusedConnectionIsNoTroubleWithTLS() {
        let test = RemoteTest(environment: ["VAULT_ADDR": "https://127.0.0.1:1", "VAULT_TOKEN": "root-token"])
        let outcome = test.fetch(test.configuration(.vault), "secret/app")
        #expect(outcome.message.hasPrefix("vault cannot be reached: https://127.0.0.1:1 refused the connection"))
    }

    @Test func theCertificateMayBeForANameThatIsTold() throws {
        let server = try FakeServer.shared("fake_vault.py", "--tls")
        #expect(fetch(server, certificate: "othername").failure == .unreachable)
        #expect(fetch(server, ["tls_server_name": "elsewhere.test"], certificate: "othername") == Self.found)
        #expect(fetch(server, ["tls_server_name": "wrong.test"], certificate: "othername").failure == .unreachable)
    }

    @Test func aClientCertificateIsShown() throws {
        let server = try FakeServer.shared("fake_vault.py", "--tls")
        let certificate = ["client_cert": server.folder + "/client.pem", "client_key": server.folder + "/client.key"]
        #expect(fetch(server, certificate, certificate: "client") == Self.found)
        #expect(fetch(server, certificate: "client").failure == .unreachable)
        #expect(fetch(server, ["client_cert": server.folder + "/client.pem"]).failure == .misconfigured)
    }

    @Test func proxiesAreUsed() throws {
        let server = try FakeServer.shared("fake_vault.py", "--tls")
        let proxy = try FakeServer("fake_proxy.py", "--credentials", "user:pass word")
        let good = "http://user:pass%20word@127.0.0.1:\(proxy.port)"
        #expect(fetch(server, ["proxy": good]) == Self.found)
        #expect(try proxy.log().map(\.path).contains("localhost:\(server.port("good"))"))
        let wrong = fetch(server, ["proxy": "http://user:wrong@127.0.0.1:\(proxy.port)"])
        #expect(wrong.failure == .refused)
        #expect(!wrong.message.contains("wrong"))
        // Loopback is asked directly, whatever the environment says.
        #expect(fetch(server, [:], ["HTTPS_PROXY": "http://127.0.0.1:1"]) == Self.found)
        #expect(fetch(server, ["proxy": "http://127.0.0.1:1"]).failure == .unreachable)
        #expect(fetch(server, ["proxy": "https://127.0.0.1:1"]).failure == .misconfigured)
    }

    /// The proxy of the tests sends every name to this machine.
    @Test func theEnvironmentsProxyIsForOthers() throws {
        let server = try FakeServer.shared("fake_vault.py", "--tls")
        let proxy = try FakeServer("fake_proxy.py")
        let environment = ["HTTPS_PROXY": "http://127.0.0.1:\(proxy.port)"]
        #expect(fetch(server, [:], environment, host: "elsewhere.test", certificate: "othername") == Self.found)
        let excepted = environment.merging(["NO_PROXY": ".test"]) { $1 }
        #expect(fetch(server, [:], excepted, host: "elsewhere.test", certificate: "othername").failure == .unreachable)
    }

    @Test(arguments: [
        ("*", "https://vault.test", true), ("vault.test", "https://vault.test", true),
        ("vault.test", "https://a.vault.test", true), ("ault.test", "https://vault.test", false),
        (".test", "https://vault.test", true), ("*.test", "https://vault.test", true),
        ("vault.test:8200", "https://vault.test:8200", true), ("vault.test:8200", "https://vault.test", false),
        ("10.0.0.0/8", "https://10.1.2.3", true), ("10.0.0.0/8", "https://11.1.2.3", false),
        ("10.1.2.3", "https://10.1.2.3", true), ("fd00::/8", "https://[fd00::1]", true),
        ("other.test, vault.test", "https://VAULT.test", true), ("", "https://vault.test", false),
    ])
    func exceptionsAreReadAsCurlReadsThem(_ list: String, _ address: String, _ isExcepted: Bool) throws {
        var rules = ProxyRules()
        rules.https = .proxy(try #require(Proxy(Secret(copying: "http://proxy.test:3128"))))
        rules.exceptions = ProxyRules.Exception.parse(list)
        #expect((rules.proxy(for: try #require(WebAddress(address))) == nil) == isExcepted)
    }

    @Test(arguments: [
        ("http://proxy.test", "http://proxy.test:80"), ("proxy.test:3128", "http://proxy.test:3128"),
        ("http://u:p@proxy.test:3128/", "http://proxy.test:3128"), ("socks5://proxy.test", "socks5://proxy.test:1080"),
        ("http://[::1]:3128", "http://::1:3128"),
    ])
    func proxiesAreWrittenInSeveralWays(_ text: String, _ expected: String) {
        #expect(Proxy(Secret(copying: text))?.description == expected)
    }

    @Test(arguments: [
        "", "http://", "https://proxy.test", "ftp://proxy.test", "proxy test", "proxy.test:0", "socks5://u:p@h",
    ])
    func whatIsNoProxyIsNone(_ text: String) {
        #expect(Proxy(Secret(copying: text)) == nil)
    }

    @Test(arguments: [
        ("https://vault.test", "https://vault.test"), ("HTTPS://Vault.Test:8200/", "https://vault.test:8200"),
        ("http://[::1]:8200", "http://[::1]:8200"), ("https://vault.test:443/v/", "https://vault.test"),
    ])
    func addressesAreRead(_ text: String, _ origin: String) {
        #expect(WebAddress(text)?.origin == origin)
    }

    @Test(arguments: [
        "", "vault.test", "ftp://vault.test", "https://", "https://user@vault.test", "https://vault.test?x",
        "https://a b",
        "https://vault.test/#x", "https://vault.test:99999", "https://vault.test:x", "https://[::1",
        "https://vault.test/../x",
        "https://vault.test\r\nX: y", "https://vaült.test",
    ])
    func whatIsNoAddressIsNone(_ text: String) {
        #expect(WebAddress(text) == nil)
    }

    @Test func pausesGrowAndEnd() {
        let policy = RetryPolicy(attempts: 4, firstPause: .milliseconds(100), longestPause: .milliseconds(300))
        let pauses = (1...4).map { policy.pause(after: $0, retryAfter: nil, random: 1) }
        #expect(pauses == [.milliseconds(100), .milliseconds(200), .milliseconds(300), nil])
        #expect(policy.pause(after: 1, retryAfter: nil, random: 0) == .milliseconds(50))
        #expect(policy.pause(after: 1, retryAfter: .seconds(3), random: 0) == .seconds(3))
        #expect(policy.pause(after: 1, retryAfter: .seconds(60), random: 0) == nil)
    }
}
