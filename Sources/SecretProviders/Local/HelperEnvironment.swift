internal import ProcessLaunch
internal import SecretMemory

extension EnvironmentBlock {
    /// The environment of the programs that `exec` references name: ours without `WITHSECRETS_*`, so that no passphrase or
    /// setting of ours reaches them. Resolved values never stand in our environment.
    static func ofHelpers(_ context: ProviderContext) -> EnvironmentBlock {
        var block = EnvironmentBlock.empty()
        for name in context.environmentNames() where !name.hasPrefix("WITHSECRETS_") {
            guard let value = context.environment(name) else { continue }
            block.set(name, to: value)
        }
        return block
    }
}
