import Diagnostics
import EventLoop
import Glibc
import ManifestFormat
import SecretMemory
import SecretProviders
import Synchronization

@testable import RemoteProviders

/// A run of network providers without a manifest: an environment of its own, and what they noted.
final class RemoteTest: Sendable {
    let session: RemoteSession
    private let state = Mutex(State())

    private struct State {
        var environment: [String: String] = [:]
        var credentials: [(name: String, value: String)] = []
        var details: [String] = []
        var references: [String: String] = [:]
    }

    init(isTrusted: Bool = true, environment: [String: String] = [:], references: [String: String] = [:]) {
        let quick = RetryPolicy(attempts: 3, firstPause: .milliseconds(5), longestPause: .milliseconds(20))
        session = RemoteSession(isTrusted: isTrusted, retries: quick)
        state.withLock { state in
            // Nothing of the machine's, and no address outside of loopback.
            state.environment = environment.merging(["AWS_EC2_METADATA_DISABLED": "true"]) { given, _ in given }
            state.references = references
        }
    }

    var credentials: [(name: String, value: String)] { state.withLock { $0.credentials } }
    var details: [String] { state.withLock { $0.details } }

    /// A setting in short: text, `true`, or `ref:NAME` for a reference to what `references` holds.
    func configuration(
        _ kind: ProviderKind,
        name: String? = nil,
        timeout: Duration? = .seconds(5),
        _ settings: [String: String] = [:]
    ) -> ProviderConfiguration {
        var configuration = ProviderConfiguration(name: name ?? kind.rawValue, kind: kind)
        configuration.timeout = timeout
        for (key, value) in settings {
            configuration.settings[key] =
                if value == "true" {
                    .flag(true)
                } else if value.hasPrefix("ref:") {
                    .secret([
                        SecretReference(
                            address: SecretAddress(provider: "env", path: String(value.dropFirst(4)), folder: "/")
                        )
                    ])
                } else {
                    .text(value)
                }
        }
        return configuration
    }

    func context(_ loop: EventLoop) -> ProviderContext {
        var context = ProviderContext(loop: loop)
        context.environment = { [self] name in
            state.withLock { $0.environment[name].map { Secret(copying: $0) } }
        }
        context.environmentNames = { [self] in state.withLock { $0.environment.keys.sorted() } }
        context.noteCredential = { [self] name, secret in
            let value = secret.plainCopy()
            state.withLock { $0.credentials.append((name, value)) }
        }
        context.noteDetail = { [self] detail in state.withLock { $0.details.append(detail) } }
        context.resolve = { [self] chain throws(ProviderError) in
            let value = state.withLock { state in chain.first?.address.path.flatMap { state.references[$0] } }
            return value.map { Secret(copying: $0) }
        }
        return context
    }

    /// Fetches on a loop of its own, all through one provider.
    func fetch(_ configuration: ProviderConfiguration, _ addresses: [SecretAddress]) -> [Result<Lookup, ProviderError>]
    {
        let loop = EventLoop()
        var registry = ProviderRegistry()
        session.register(into: &registry)
        do throws(ProviderError) {
            let provider = try registry.makeProvider(configuration, context(loop))
            let outcomes = Outcomes(count: addresses.count)
            loop.runBlocking {
                await provider.fetch(all: addresses) { index, outcome in
                    outcomes.all.withLock { $0[index] = outcome }
                }
            }
            return outcomes.all.withLock { $0.compactMap(\.self) }
        } catch {
            return addresses.map { _ in .failure(error) }
        }
    }

    private final class Outcomes: Sendable {
        let all: Mutex<[Result<Lookup, ProviderError>?]>
        init(count: Int) {
            all = Mutex(Array(repeating: nil, count: count))
        }
    }

    func fetch(_ configuration: ProviderConfiguration, _ path: String, _ options: [String: String] = [:]) -> Outcome {
        let address = SecretAddress(provider: configuration.name, path: path, options: options, folder: "/")
        return Outcome(fetch(configuration, [address])[0])
    }

    func finishReads() {
        let loop = EventLoop()
        loop.runBlocking { [session] in await session.finishReads(on: loop) }
    }
}

/// An outcome as a test compares it.
enum Outcome: Hashable, CustomStringConvertible {
    case found(String)
    case absent(Absence.Reason)
    case failed(ProviderError.Reason, String)

    init(_ result: Result<Lookup, ProviderError>) {
        switch result {
        case .success(.found(let payload)):
            switch payload.content {
            case .text(let secret), .object(let secret): self = .found(secret.plainCopy())
            case .fields(let fields):
                self = .found(fields.map { "\($0.name)=\($0.value.plainCopy())" }.joined(separator: ";"))
            }
        case .success(.absent(let absence)): self = .absent(absence.reason)
        case .failure(let error): self = .failed(error.reason, ([error.message] + error.hints).joined(separator: " | "))
        }
    }

    var failure: ProviderError.Reason? {
        if case .failed(let reason, _) = self { reason } else { nil }
    }

    var message: String {
        if case .failed(_, let message) = self { message } else { "" }
    }

    var description: String {
        switch self {
        case .found(let value): "found \(value)"
        case .absent(let reason): "absent (\(reason.rawValue))"
        case .failed(let reason, let message): "failed (\(reason.rawValue)): \(message)"
        }
    }
}
