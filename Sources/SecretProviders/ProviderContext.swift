package import ManifestFormat
package import SecretMemory

/// What providers may use of the world around them; everything here can be replaced in tests.
package struct ProviderContext: Sendable {
    /// A variable of our own environment, read straight into locked memory; `nil` where it is not set.
    package var environment: @Sendable (String) -> Secret?
    /// Names of all variables of our own environment.
    package var environmentNames: @Sendable () -> [String]
    /// Asks on the terminal, without echo; `nil` where nobody can be asked. The time it takes does not count against
    /// the run's timeout.
    package var prompt: (@Sendable (String) -> Secret?)?
    /// Takes a credential that was used or obtained on the way, so that the masker knows it too. The name is what a
    /// report calls it: `VAULT_TOKEN`, `secrets.vault.yaml passphrase`.
    package var noteCredential: @Sendable (_ name: String, Secret) -> Void
    /// Takes the name of an inherited variable that the command must not see because it opened our vault file.
    package var withholdVariable: @Sendable (String) -> Void
    /// Takes a line for `-v`: names, sources and times only.
    package var noteDetail: @Sendable (String) -> Void
    /// Resolves a chain that a provider's setting is written as, such as `secret_id: env:SECRET_ID`.
    package var resolve: @Sendable ([SecretReference]) async throws(ProviderError) -> Secret?
}
