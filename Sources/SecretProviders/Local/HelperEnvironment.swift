internal import SecretMemory

/// The environment of the programs that `exec` references name: ours without `WITHSECRETS_*`, so that no passphrase or
/// setting of ours reaches them. Resolved values never stand in our environment.
struct HelperEnvironment: ~Copyable {
    /// Entries NAME=VALUE, each ended by a NUL; they hold the secrets that our environment holds.
    let block: SecretBytes
    let count: Int

    init(_ context: ProviderContext) {
        var block = SecretBytes(capacity: 4096)
        var count = 0
        for name in context.environmentNames() where !name.hasPrefix("WITHSECRETS_") {
            guard let value = context.environment(name) else { continue }
            block.append(name)
            block.append(UInt8(ascii: "="))
            value.withBytes { block.append($0) }
            block.append(0)
            count += 1
        }
        block.append(0)
        self.block = block
        self.count = count
    }
}
