internal import CProcessShims
internal import Diagnostics
package import EventLoop
internal import ManifestFormat
package import SecretProviders
internal import Synchronization

/// The network providers of one run: their shared connections, and what has to be given back to the services.
///
///     let session = RemoteSession(isTrusted: manifest.isTrusted)
///     session.register(into: &registry)
///     … resolve everything …
///     await session.finishReads(on: loop)         // before anything is forked or replaced
///     … the command is started …
///     session.leases.start { loss in … }          // behind the fork, once inherited descriptors are closed
///     … the command ends, or could not be started …
///     session.leases.endAll(within: .seconds(2))  // on every way out
///
/// Nothing is started, and nothing read, before the first secret of a network provider is asked for.
package final class RemoteSession: Sendable {
    let engine = HTTPEngine()
    /// What of the services outlives resolving; also what the command's supervisor drives.
    package let leases = LeaseKeeper()
    let isTrusted: Bool
    let retries: RetryPolicy
    private let endings = Mutex<[@Sendable () async -> Void]>([])
    private let firstUse = Mutex<(@Sendable () -> Void)?>(nil)

    /// - Parameter isTrusted: whether the manifest was named, or found and trusted. Otherwise a provider whose address,
    ///   proxy, authorities or token file are from the manifest fails before it reads a credential.
    package convenience init(isTrusted: Bool) {
        self.init(isTrusted: isTrusted, retries: RetryPolicy())
    }

    init(isTrusted: Bool, retries: RetryPolicy) {
        self.isTrusted = isTrusted
        self.retries = retries
    }

    /// Makes the kinds `vault`, `aws`, `ssm`, `azure` and `gcp` known.
    package func register(into registry: inout ProviderRegistry) {
        registry.register(.vault) { VaultProvider(self.settings($0, $1)) }
        registry.register(.aws) { SecretsManagerProvider(self.settings($0, $1)) }
        registry.register(.azure) { AzureProvider(self.settings($0, $1)) }
        registry.register(.gcp) { GCPProvider(self.settings($0, $1)) }
        registry.register(.ssm) { ParameterStoreProvider(self.settings($0, $1)) }
    }

    private func settings(_ configuration: ProviderConfiguration, _ context: ProviderContext) -> RemoteSettings {
        let use = firstUse.withLock { use in
            defer { use = nil }
            return use
        }
        use?()
        ws_prepare_libraries()
        return RemoteSettings(configuration, context, self)
    }

    /// Asks for `body` to be called once, when the first network provider is about to be used.
    package func whenFirstUsed(_ body: @escaping @Sendable () -> Void) {
        firstUse.withLock { $0 = body }
    }

    /// Gives back the logins that hold no leases, all at once, and ends all connections and the network's thread: its
    /// descriptors are not closed on exec, and a process with threads is no good to fork. What goes wrong is no error:
    /// the reads are done, and a token that is not given back ends by itself.
    ///
    /// - Parameter limit: how long a service may take to take its login back.
    package func finishReads(on loop: EventLoop, within limit: Duration = .seconds(2)) async {
        let endings = endings.withLock { endings in
            defer { endings = [] }
            return endings
        }
        await loop.forAll(endings, within: limit) { await $0() }
        engine.close()
    }

    /// Ends all connections and the network's thread, whatever is still asked over them.
    package func close() {
        engine.close()
    }

    /// Asks for something to be done when all reads are.
    func whenReadsAreDone(_ ending: @escaping @Sendable () async -> Void) {
        endings.withLock { $0.append(ending) }
    }
}
