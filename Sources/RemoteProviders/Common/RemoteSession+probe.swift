internal import EventLoop
package import ManifestFormat
package import SecretProviders

/// Whether something answers where a provider is.
package enum Reachability: Sendable {
    /// It answered, whatever it said: the address, and how long that took.
    case answered(address: String, Duration)
    /// Where it is cannot be told before a secret is asked for; why.
    case unknown(String)
    case failed(ProviderError)
}

extension RemoteSession {
    /// What is long for an answer when nothing but the way is asked about.
    private static let probeTimeout = Duration.seconds(5)

    /// Asks a provider's address for its root, once and without any credential: names, routes, proxies and certificates are
    /// what can be wrong then.
    package func probe(_ configuration: ProviderConfiguration, _ context: ProviderContext) async -> Reachability {
        var configuration = configuration
        configuration.timeout = min(configuration.timeout ?? Self.probeTimeout, Self.probeTimeout)
        let settings = RemoteSettings(configuration, context, self)
        do throws(ProviderError) {
            guard let (address, service) = try await settings.place else { return .unknown("no address is set") }
            let start = context.loop.now
            _ = try await service.send(HTTPRequest(.get, address, "/"))
            return .answered(address: address.origin, context.loop.now - start)
        } catch {
            return .failed(error)
        }
    }
}

extension RemoteSettings {
    /// Where requests go, and how; `nil` where the references or the credentials decide that.
    fileprivate var place: (address: WebAddress, service: HTTPService)? {
        get async throws(ProviderError) {
            switch configuration.kind {
            case .vault:
                guard let vault = try VaultSettings(self) else { return nil }
                return (vault.address, once(try await makeService(vault.transport)))
            case .aws, .ssm:
                let aws = try await AWSEnvironment(self)
                guard let region = aws.region else { return nil }
                let service = configuration.kind == .aws ? AWSService.secretsManager : .parameterStore
                return (try aws.address(of: service, in: region), once(aws.service))
            case .azure, .gcp:
                guard let text = configuration.text("address") else { return nil }
                guard let address = WebAddress(text) else { throw .badAddress(name, from: "'address'") }
                return (address, once(try await makeService(transportOptions)))
            case .env, .vaultfile, .file, .dotenv, .exec:
                return nil
            }
        }
    }

    private func once(_ service: HTTPService) -> HTTPService {
        var service = service
        service.retries.attempts = 1
        return service
    }
}
