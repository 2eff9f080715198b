package import ManifestFormat

/// Makes providers of the kinds that are linked into this program.
package struct ProviderRegistry: Sendable {
    /// Makes one provider from its entry under `providers`, or from an entry without settings where a kind is used
    /// under its own name. It does no I/O: what is not configured shows when something is fetched.
    package typealias Factory =
        @Sendable (ProviderConfiguration, ProviderContext) throws(ProviderError) -> any SecretProvider

    private var factories: [(kind: ProviderKind, make: Factory)] = []

    package init() {}

    package mutating func register(_ kind: ProviderKind, _ factory: @escaping Factory) {
        factories.append((kind, factory))
    }

    package func makeProvider(
        _ configuration: ProviderConfiguration,
        _ context: ProviderContext
    ) throws(ProviderError) -> any SecretProvider {
        guard let factory = factories.last(where: { $0.kind == configuration.kind }) else {
            throw .notLinked(configuration)
        }
        return try factory.make(configuration, context)
    }

    /// The kinds that need no network: `env`, `file`, `dotenv`, `exec`, `vaultfile`. One registry serves one run: it
    /// remembers the vault files that were opened.
    package static var local: ProviderRegistry {
        var registry = ProviderRegistry()
        let vaults = OpenVaults()
        registry.register(.env) { EnvironmentProvider(context: $1) }
        registry.register(.file) { FileProvider(configuration: $0, context: $1) }
        registry.register(.dotenv) { DotenvProvider(configuration: $0, context: $1) }
        registry.register(.exec) { ExecProvider(configuration: $0, context: $1) }
        registry.register(.vaultfile) { VaultFileProvider(configuration: $0, context: $1, vaults: vaults) }
        return registry
    }
}
