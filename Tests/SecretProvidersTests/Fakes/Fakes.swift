internal import Diagnostics
internal import EventLoop
internal import ManifestFormat
internal import SecretMemory
internal import Synchronization

@testable import SecretProviders

/// A provider that answers from a table and remembers what it was asked.
final class FakeProvider: SecretProvider {
    enum Reply: Sendable {
        case text(String)
        case object(String)
        case fields([(String, String)])
        case absent(Absence.Reason, isWorthAWarning: Bool = false)
        case failed(ProviderError.Reason)
        /// Waits for ever.
        case silence
    }

    private let loop: EventLoop
    private let answers: [String: Reply]
    private let calls = Mutex<[[String]]>([])

    init(_ loop: EventLoop, _ answers: [String: Reply]) {
        self.loop = loop
        self.answers = answers
    }

    /// The paths of each call, sorted.
    var askedFor: [[String]] { calls.withLock { $0 } }

    func fetch(_ address: SecretAddress) async throws(ProviderError) -> Lookup {
        let path = address.path ?? ""
        switch answers[path] {
        case .text(let text): return .found(SecretPayload(.text(Secret(copying: text)), origin: "fake"))
        case .object(let json): return .found(SecretPayload(.object(Secret(copying: json))))
        case .fields(let fields):
            return .found(SecretPayload(.fields(fields.map { ($0.0, Secret(copying: $0.1)) })))
        case .absent(let reason, let isWorthAWarning):
            return .absent(Absence(reason, "\(path) is not there", isWorthAWarning: isWorthAWarning))
        case .failed(let reason): throw ProviderError(reason, "\(address.provider) failed for \(path)")
        case .silence:
            await loop.sleep(until: loop.now + .seconds(3600))
            throw ProviderError(.cancelled, "\(path) was cancelled")
        case nil: return .absent(Absence(.noSuchPath, "\(path) is not there"))
        }
    }

    func fetch(all addresses: [SecretAddress], answer: @escaping Answer) async {
        calls.withLock { $0.append(addresses.map { $0.path ?? "" }.sorted()) }
        await fetch(all: addresses, atATime: addresses.count, answer: answer)
    }
}

/// A context whose environment is a table.
func makeContext(_ loop: EventLoop, environment: [String: String] = [:]) -> ProviderContext {
    var context = ProviderContext(loop: loop)
    context.environment = { environment[$0].map { Secret(copying: $0) } }
    context.environmentNames = { environment.keys.sorted() }
    return context
}

/// A run over fake providers: `vault`, and `aws` where a second one is wanted.
struct FakeRun {
    let loop = EventLoop()
    let vault: FakeProvider
    let aws: FakeProvider
    var manifest = Manifest()
    var environment: [String: String] = [:]
    var timeout = Duration.seconds(30)
    var only: [String]?

    init(vault: [String: FakeProvider.Reply] = [:], aws: [String: FakeProvider.Reply] = [:]) {
        self.vault = FakeProvider(loop, vault)
        self.aws = FakeProvider(loop, aws)
    }

    func resolve() -> Resolution {
        var registry = ProviderRegistry.local
        registry.register(.vault) { [vault] _, _ in vault }
        registry.register(.aws) { [aws] _, _ in aws }
        let resolver = Resolver(
            manifest,
            registry: registry,
            context: makeContext(loop, environment: environment),
            timeout: timeout,
            only: only
        )
        return loop.runBlocking { await resolver.resolve() }
    }

    mutating func add(
        _ name: String,
        _ chain: SecretReference...,
        also change: (inout Manifest.Variable) -> Void = { _ in }
    ) {
        add(name, .chain(chain), change)
    }

    mutating func add(_ name: String, template: String, also change: (inout Manifest.Variable) -> Void = { _ in }) {
        guard let template = try? Template(parsing: template) else { return }
        add(name, .template(template), change)
    }

    mutating func add(_ name: String, literal: String, also change: (inout Manifest.Variable) -> Void = { _ in }) {
        add(name, .literal(literal), change)
    }

    private mutating func add(
        _ name: String,
        _ source: Manifest.Variable.Source,
        _ change: (inout Manifest.Variable) -> Void
    ) {
        var variable = Manifest.Variable(name: name, source: source)
        variable.location = Diagnostic.Location(file: "m.yaml", line: manifest.variables.count + 3, column: 3)
        change(&variable)
        manifest.variables.append(variable)
    }

    mutating func addGroup(_ chain: SecretReference..., also change: (inout Manifest.VariableGroup) -> Void = { _ in })
    {
        var group = Manifest.VariableGroup(chain: chain)
        group.location = Diagnostic.Location(file: "m.yaml", line: 50 + manifest.groups.count, column: 3)
        change(&group)
        manifest.groups.append(group)
    }
}

func reference(_ provider: String, _ path: String? = nil, _ field: String? = nil) -> SecretReference {
    SecretReference(address: address(provider, path), field: field.map { .name($0) })
}

func address(_ provider: String, _ path: String? = nil, folder: String = "/nowhere") -> SecretAddress {
    SecretAddress(provider: provider, path: path, folder: folder)
}

extension Secret {
    /// For values that tests made up.
    var text: String {
        withBytes { bytes in
            String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
        }
    }

    var bytes: [UInt8] {
        withBytes { bytes in bytes.indices.map { bytes[$0] } }
    }
}

extension Resolution {
    /// Name and value of what is exported and set.
    var values: [String: String] {
        Dictionary(
            uniqueKeysWithValues: variables.filter(\.isExported).compactMap { variable in
                variable.value.map { (variable.name, $0.text) }
            }
        )
    }

    var errorTexts: [String] { errors.map(\.text) }
    var warningTexts: [String] { warnings.map(\.text) }
}

extension Diagnostic {
    fileprivate var text: String { "\(subject ?? ""): \(message)" }
}

extension SecretProvider {
    /// One fetch, run to its end.
    func fetched(_ address: SecretAddress, on loop: EventLoop) -> Result<Lookup, ProviderError> {
        loop.runBlocking {
            do throws(ProviderError) {
                return .success(try await fetch(address))
            } catch {
                return .failure(error)
            }
        }
    }

    func text(_ address: SecretAddress, on loop: EventLoop) -> String? {
        guard case .success(.found(let payload)) = fetched(address, on: loop), case .text(let secret) = payload.content
        else { return nil }
        return secret.text
    }

    func error(_ address: SecretAddress, on loop: EventLoop) -> ProviderError? {
        guard case .failure(let error) = fetched(address, on: loop) else { return nil }
        return error
    }

    func absence(_ address: SecretAddress, on loop: EventLoop) -> Absence? {
        guard case .success(.absent(let absence)) = fetched(address, on: loop) else { return nil }
        return absence
    }
}
