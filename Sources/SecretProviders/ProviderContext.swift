package import EventLoop
package import ManifestFormat
package import SecretMemory

/// What providers may use of the world around them; everything here can be replaced in tests.
package struct ProviderContext: Sendable {
    /// Waits for descriptors, children and deadlines, and runs tasks.
    package var loop: EventLoop
    /// When the run's time for resolving is over, for what occupies the loop's thread, where no timer can end it; `nil` where
    /// there is no limit. The resolver sets it.
    package var deadline: Instant?
    /// A variable of our own environment, read straight into locked memory; `nil` where it is not set.
    package var environment: @Sendable (String) -> Secret?
    /// Names of all variables of our own environment.
    package var environmentNames: @Sendable () -> [String]
    /// Asks on the terminal, without echo; `nil` where nobody can be asked. Whoever calls it does so within
    /// `loop.pausingDeadlines`: the time it takes does not count against the run's timeout.
    package var prompt: (@Sendable (String) -> Secret?)?
    /// Takes a credential that was used or obtained on the way, so that the masker knows it too. The name is what a
    /// report calls it: `VAULT_TOKEN`, `secrets.vault.yaml passphrase`.
    package var noteCredential: @Sendable (_ name: String, Secret) -> Void
    /// Told of each passphrase of a vault file that was tried, and whether it fitted; for the audit log.
    package var notePassphrase: @Sendable (_ fits: Bool) -> Void
    /// Takes the name of an inherited variable that the command must not see because it opened our vault file.
    package var withholdVariable: @Sendable (String) -> Void
    /// Takes a line for `-v`: names, sources and times, and what `exec` programs print to stderr; `nil` without `-v`.
    /// A line of a program may hold what it is about to hand over, so lines are shown through a masker that knows all
    /// values of the run, or not before those are there.
    package var noteDetail: (@Sendable (String) -> Void)?
    /// Shown what is waited for once that takes longer than a second, whenever it changes, and `nil` when it is over.
    package var showProgress: (@Sendable (ResolvingProgress?) -> Void)?
    /// Resolves a chain that a provider's setting is written as, such as `secret_id: env:SECRET_ID`; `nil` where no
    /// step has it. The resolver puts its own in place.
    package var resolve: @Sendable ([SecretReference]) async throws(ProviderError) -> Secret?

    /// Everything from this process: its environment, nobody to ask, nothing noted.
    package init(loop: EventLoop) {
        self.loop = loop
        environment = { ProcessEnvironment.value(of: $0) }
        environmentNames = { ProcessEnvironment.names() }
        noteCredential = { _, _ in }
        notePassphrase = { _ in }
        withholdVariable = { _ in }
        resolve = { _ throws(ProviderError) in nil }
    }

    /// A variable as text that is no secret, such as HOME; `nil` where it is not set or empty.
    func text(of name: String) -> String? {
        environment(name)?.withBytes { bytes in
            bytes.isEmpty ? nil : unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
        }
    }
}
