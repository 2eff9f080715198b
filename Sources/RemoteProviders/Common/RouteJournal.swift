internal import ManifestFormat
internal import SecretProviders
internal import Synchronization

/// What one provider instance notes of its way to the service, for `explain` and `check`.
final class RouteJournal: Sendable {
    private let state = Mutex(State())

    private struct State {
        var login: String?
        var trouble: String?
        /// Of what was asked last, whatever it was for: a failed login has no other.
        var last = ProviderRoute()
        /// Of reads, by what was read: a provider may ask several hosts.
        var reads: [SecretAddress: ProviderRoute] = [:]
    }

    init() {}

    /// - Parameter login: how it authenticates, in words without a credential.
    func note(login: String) {
        state.withLock { $0.login = login }
    }

    /// - Parameter read: what is read there; `nil` for a login and what else is on the way.
    func note(_ address: WebAddress, over transport: Transport, isMetadata: Bool = false, read: SecretAddress? = nil) {
        let route = ProviderRoute(
            endpoint: address.origin,
            authorities: address.scheme == .https ? transport.authorities : nil,
            proxy: isMetadata ? nil : transport.proxies.proxy(for: address)?.description
        )
        state.withLock { state in
            if let read {
                state.reads[read] = route
            } else {
                state.last = route
            }
        }
    }

    /// - Parameter trouble: why the last request is repeated, in words without a credential; `nil` once one was answered.
    func note(trouble: String?) {
        state.withLock { $0.trouble = trouble }
    }

    /// `nil` where nothing was asked.
    func route(for address: SecretAddress) -> ProviderRoute? {
        state.withLock { state in
            var route = state.reads[address] ?? state.last
            route.login = state.login
            route.trouble = state.trouble
            return route == ProviderRoute() ? nil : route
        }
    }
}
