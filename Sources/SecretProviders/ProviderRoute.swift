/// How a provider asked its service, for `explain` and `check`: names and places, never a credential.
package struct ProviderRoute: Hashable, Sendable {
    /// `https://HOST[:PORT]` of what was asked last.
    package var endpoint: String?
    /// How it authenticated: `approle`, `the token in VAULT_TOKEN`; `nil` where it came to none.
    package var login: String?
    /// Whose certificates are trusted: a file, a folder, `the system's`; `nil` over plain http.
    package var authorities: String?
    /// `SCHEME://HOST:PORT`; `nil` where the service is asked without one.
    package var proxy: String?
    /// Why it is asked once more: what the last attempt failed of; `nil` where that was answered.
    package var trouble: String?

    package init(endpoint: String? = nil, login: String? = nil, authorities: String? = nil, proxy: String? = nil) {
        self.endpoint = endpoint
        self.login = login
        self.authorities = authorities
        self.proxy = proxy
    }
}
