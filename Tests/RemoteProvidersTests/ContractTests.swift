import EventLoop
import ManifestFormat
import ProviderContract
import SecretProviders
import Testing

@testable import RemoteProviders

/// What every provider has to make of a service that misbehaves: always a failure of the right class, never an absence
/// or a value, and nothing of what the service said.
struct ContractTests {
    static let outcomes: [(word: String, reason: ProviderError.Reason)] = [
        ("refused", .refused), ("unavailable", .unreachable), ("timeout", .timedOut), ("cut", .unreachable),
        ("endless", .malformed), ("drip", .timedOut), ("nonjson", .malformed), ("types", .malformed),
        ("redirect", .malformed),
    ]

    private func fetch(
        _ service: Service,
        _ paths: [String],
        at address: String,
        _ more: [String: String] = [:],
        timeout: Duration = .seconds(5)
    ) -> Outcome {
        let test = RemoteTest(
            environment: service.environment.merging(["PATH": "/nowhere"]) { $1 },
            references: service.environment
        )
        let settings = service.settings.mapValues { $0.replacing("ADDRESS", with: address) }.merging(more) { $1 }
        let configuration = test.configuration(service.kind, timeout: timeout, settings)
        let addresses = paths.map {
            SecretAddress(provider: service.kind.rawValue, path: service.prefix + $0, folder: "/")
        }
        let outcome = Outcome(test.fetch(configuration, addresses)[paths.count - 1])
        // A fake that refuses echoes all that it was sent.
        for told in ["echoed-by-the-server"] + service.credentials {
            #expect(!outcome.message.contains(told))
            #expect(!test.details.contains { $0.contains(told) })
        }
        return outcome
    }

    @Test(arguments: Service.all, outcomes)
    func aServiceThatMisbehavesIsAFailure(_ service: Service, _ expected: (word: String, reason: ProviderError.Reason))
        throws
    {
        let server = try FakeServer.shared(service.script)
        let isSlow = expected.word == "timeout" || expected.word == "drip"
        let path = "contract-\(expected.word)-x"
        let timeout = isSlow ? Duration.milliseconds(700) : .seconds(10)
        let outcome = fetch(service, [path], at: server.address, timeout: timeout)
        #expect(outcome.failure == expected.reason, "\(outcome)")
        if service.kind == .vault {
            // The same where the engine was looked up before, for another secret.
            let second = fetch(service, ["app", path], at: server.address, timeout: timeout)
            #expect(second.failure == expected.reason, "\(second)")
        }
    }

    /// A run that is over waits for no service.
    @Test(arguments: Service.all)
    func aReadThatIsCancelledEnds(_ service: Service) throws {
        let server = try FakeServer.shared(service.script)
        let test = RemoteTest(
            environment: service.environment.merging(["PATH": "/nowhere"]) { $1 },
            references: service.environment
        )
        let settings = service.settings.mapValues { $0.replacing("ADDRESS", with: server.address) }
        let loop = EventLoop()
        var registry = ProviderRegistry()
        test.session.register(into: &registry)
        let configuration = test.configuration(service.kind, timeout: nil, settings)
        let provider = try registry.makeProvider(configuration, test.context(loop))
        let path = service.prefix + "contract-timeout-x"
        let address = SecretAddress(provider: service.kind.rawValue, path: path, folder: "/")
        let contract = ProviderContract(loop: loop, plantedValue: "echoed-by-the-server")
        #expect(contract.violations(.cancelled, .init(provider, address)).isEmpty)
    }

    @Test(arguments: Service.all)
    func nobodyListeningIsAFailure(_ service: Service) {
        let outcome = fetch(service, ["app"], at: "http://127.0.0.1:1")
        #expect(outcome.failure == .unreachable, "\(outcome)")
    }

    @Test(arguments: Service.all, ["good", "othername", "expired", "unknown"])
    func certificatesAreChecked(_ service: Service, _ kind: String) throws {
        let server = try FakeServer.shared(service.script, "--tls")
        let address = "https://127.0.0.1:\(server.port(kind))"
        let outcome = fetch(service, ["nope"], at: address, ["ca_file": server.folder + "/ca.pem"])
        switch kind {
        case "good":
            #expect(outcome == .absent(.noSuchPath), "\(outcome)")
            // Without the authority nobody is trusted.
            #expect(fetch(service, ["nope"], at: address).failure == .unreachable)
        case "othername":
            #expect(outcome.failure == .unreachable)
            #expect(outcome.message.contains("is for another name"), "\(outcome)")
        default:
            #expect(outcome.failure == .unreachable)
            #expect(outcome.message.contains("could not be verified"), "\(outcome)")
        }
    }
}
