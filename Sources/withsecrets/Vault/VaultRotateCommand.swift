internal import ArgumentParser
internal import Auditing
internal import Diagnostics
internal import SecretMemory
internal import VaultFormat

/// `withsecrets vault rotate`: a new data key, and every value encrypted anew under it.
struct VaultRotateCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Renew the data key and encrypt everything anew.",
        discussion: """
            Who could open the file before and has a copy still reads that copy: change the values at their source as well. The pin \
            changes. Passphrase keys are sealed anew, so their passphrases are needed.

            EXAMPLES:
              withsecrets vault rotate
            """
    )

    @OptionGroup var vault: VaultOptions

    func perform() -> Int32 {
        vault.performing(.vaultRotate) { session, terminal throws(Failure) in
            let path = try session.firstPath()
            let fingerprint = try rotate(path, session, terminal) { (_) throws(VaultError) in }
            try session.record(.done)
            terminal.note("renewed the data key of \(printable(path)); its pin is \(fingerprint)")
            return ExitCode.success
        }
    }
}

/// Makes `change` and renews the data key, asking for the passphrases of keys that have to be sealed anew.
///
/// `WITHSECRETS_PASSPHRASE` is one of them where it is set, whatever opened the file.
///
/// - Returns: the new pin.
func rotate(
    _ path: String,
    _ session: VaultSession,
    _ terminal: Terminal,
    change: (inout UnlockedVault) throws(VaultError) -> Void
) throws(Failure) -> String {
    // One that is at hand may fit a key that was not needed to open the file.
    var passphrases = [Surroundings.secret("WITHSECRETS_PASSPHRASE")].compactMap(\.self)
    while true {
        do throws(VaultError) {
            return try session.updating(path) { (vault) throws(VaultError) in
                try change(&vault)
                try vault.rotate(passphrases: passphrases)
                return vault.fingerprint
            }
        } catch {
            guard case .passphrasesNeeded(let keys) = error.reason, session.unlocker.prompt != nil,
                passphrases.count <= VaultLimits.passphraseKeys,
                let answer = Prompt.secret("Passphrase of key \(keys.first ?? 1) of \(printable(path)): ")
            else { throw session.failure(after: error) }
            passphrases.append(Secret(answer))
        }
    }
}
