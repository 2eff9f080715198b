internal import AgeFormat
package import SecretMemory

/// Opens vault files with the keys that the user has, as section "Unlocking" of docs/vault-file.md lists them.
package struct VaultUnlocker: Sendable {
    /// What to ask the user for.
    package struct Prompt: Hashable, Sendable {
        package enum Subject: Hashable, Sendable {
            case vault(path: String)
            case identity(path: String)
        }

        package var subject: Subject
        /// How many tries there are, this one included; fewer than `VaultUnlocker.promptLimit` after a wrong one.
        package var attemptsRemaining: Int
    }

    package static let promptLimit = 3

    package var environment: KeyEnvironment
    /// The fingerprint that the data key has to have; `WITHSECRETS_VAULT_PIN` counts where this is `nil`.
    package var pin: String?
    /// Asks for a passphrase without echo, `nil` where the user gave none. `nil` where nobody can be asked.
    package var prompt: (@Sendable (Prompt) -> Secret?)?
    /// Slows down guessing at the prompt, across processes; `nil` where there is nowhere to remember.
    package var attempts: PassphraseAttempts?
    /// Told of each passphrase that was tried, wherever it came from, and whether it fitted: for the audit log.
    package var notePassphrase: (@Sendable (_ fits: Bool) -> Void)?
    /// Asked before each derivation of a key from a passphrase, which takes long and cannot be cut short; `nil` where there is
    /// all the time.
    package var isOutOfTime: (@Sendable () -> Bool)?

    package init(
        environment: KeyEnvironment = .process,
        pin: String? = nil,
        prompt: (@Sendable (Prompt) -> Secret?)? = nil,
        attempts: PassphraseAttempts? = nil
    ) {
        self.environment = environment
        self.pin = pin
        self.prompt = prompt
        self.attempts = attempts
    }

    /// Finds a key that opens the file, and checks pin and MAC with it.
    package func unlock(_ file: VaultFile, path: String) throws(VaultError) -> UnlockedVault {
        var search = UnlockSearch(file: file, path: path, unlocker: self)
        let found = try search.run()
        if let pin = pin ?? environment.text("WITHSECRETS_VAULT_PIN"), pin != found.dataKey.fingerprint {
            throw VaultError(.wrongPin(actual: found.dataKey.fingerprint), path: path)
        }
        let opening = UnlockedVault.Opening(
            source: found.source,
            credentials: search.credentials,
            passphrases: found.passphrase.map { [$0] } ?? []
        )
        return try UnlockedVault(file, path: path, dataKey: found.dataKey, opening: opening)
    }

    /// Where `vault init` puts an identity that it makes, and where unlocking looks for one.
    package var defaultIdentityPath: String? {
        environment.configFolder.map { "\($0)/withsecrets/identity.txt" }
    }
}
