internal import Diagnostics
internal import EventLoop
internal import ManifestFormat
internal import RemoteProviders
internal import SecretProviders

/// Whether the services of the manifest answer.
extension DoctorReport {
    /// Asks each address once, without credentials.
    ///
    /// - Parameter isAllowed: not for `--offline`, and not where a manifest that nobody has trusted says where to ask.
    mutating func checkProviders(of loaded: LoadedManifest, isAllowed: Bool) {
        let providers = loaded.manifest.usedProviders.filter { $0.kind.isRemote }
        for provider in loaded.manifest.providers where !provider.kind.isRemote {
            add(.ok, "provider \(provider.name)", "configured, \(provider.kind.rawValue)")
        }
        guard isAllowed else {
            for provider in providers {
                let address = provider.text("address").map { ", \(printable($0))" } ?? ""
                add(.ok, "provider \(provider.name)", "configured, \(provider.kind.rawValue)\(address); not asked")
            }
            return
        }
        let outcomes = Self.probe(providers)
        for (provider, outcome) in zip(providers, outcomes) {
            let subject = "provider \(provider.name)"
            switch outcome {
            case .answered(let address, let time):
                add(.ok, subject, "\(address) answers, \(Int(time / .milliseconds(1))) ms")
            case .unknown(let reason):
                add(.note, subject, "\(provider.kind.rawValue); not asked: \(reason)")
            case .failed(let error):
                add(.problem, subject, error.message, remedy: error.hints.first)
            }
        }
    }

    private static func probe(_ providers: [ProviderConfiguration]) -> [Reachability] {
        guard !providers.isEmpty else { return [] }
        let loop = EventLoop()
        let remote = RemoteSession(isTrusted: true)
        let context = ProviderContext(loop: loop)
        return loop.runBlocking {
            let outcomes = await withTaskGroup(of: (Int, Reachability).self) { group in
                for (index, provider) in providers.enumerated() {
                    group.addTask { (index, await remote.probe(provider, context)) }
                }
                return await group.reduce(into: [Int: Reachability]()) { $0[$1.0] = $1.1 }
            }
            await remote.finishReads(on: loop)
            return providers.indices.map { outcomes[$0] ?? .unknown("nothing came back") }
        }
    }
}

extension ProviderKind {
    fileprivate var isRemote: Bool {
        switch self {
        case .vault, .aws, .ssm, .azure, .gcp: true
        case .env, .vaultfile, .file, .dotenv, .exec: false
        }
    }
}

extension Manifest {
    /// Those under `providers`, and the kinds that references name without an entry there.
    fileprivate var usedProviders: [ProviderConfiguration] {
        var result = providers
        var references = groups.flatMap(\.chain)
        for variable in variables {
            if case .chain(let chain) = variable.source { references += chain }
        }
        for name in references.map(\.address.provider) where !result.contains(where: { $0.name == name }) {
            if let kind = ProviderKind(rawValue: name) { result.append(ProviderConfiguration(name: name, kind: kind)) }
        }
        return result
    }
}
