internal import AgeFormat
package import SecretMemory

/// Who may open the vault. Each change leaves at least one key.
extension UnlockedVault {
    /// Lets whoever has one of these recipients' identities open the vault. Those who may already are passed over.
    package mutating func addRecipients(_ texts: [String]) throws(VaultError) {
        var recipients = file.recipients
        for text in texts {
            let recipient = try parse(text)
            guard !recipients.contains(where: { (try? parse($0)) == recipient }) else { continue }
            recipients.append(text)
        }
        try sealForRecipients(recipients)
    }

    /// Takes a recipient off the list. Who has the data key or an old copy of the file can still read that; so the data
    /// key has to be rotated, and each value changed where it comes from.
    package mutating func removeRecipient(_ text: String) throws(VaultError) {
        let recipient = try parse(text)
        var remaining: [String] = []
        for other in file.recipients where try parse(other) != recipient { remaining.append(other) }
        guard remaining.count < file.recipients.count else { throw VaultError(.noSuchKey, path: path) }
        guard !remaining.isEmpty || !file.passphraseKeys.isEmpty else { throw VaultError(.lastKey, path: path) }
        try sealForRecipients(remaining)
    }

    /// Lets whoever knows this passphrase open the vault.
    ///
    /// - Parameter label: whose it is, for `keys list`.
    package mutating func addPassphrase(_ passphrase: Secret, label: String? = nil) throws(VaultError) {
        try addPassphrase(passphrase, label: label, cost: .usual)
    }

    mutating func addPassphrase(
        _ passphrase: Secret,
        label: String?,
        cost: PassphraseDerivation.Cost
    ) throws(VaultError) {
        guard file.passphraseKeys.count < VaultLimits.passphraseKeys else {
            throw VaultError(.tooManyKeys(limit: VaultLimits.passphraseKeys), path: path)
        }
        if let label, !VaultText.isValid(label) { throw VaultError(.invalidText, path: path) }
        file.keys.append(.passphrase(try makeKey(for: passphrase, label: label, cost: cost)))
    }

    /// Removes one of the passphrase keys.
    ///
    /// - Parameter number: 1 is the first of them.
    package mutating func removePassphrase(number: Int) throws(VaultError) {
        guard file.passphraseKeys.indices.contains(number - 1) else { throw VaultError(.noSuchKey, path: path) }
        guard file.keys.count > 1 else { throw VaultError(.lastKey, path: path) }
        var seen = 0
        file.keys.removeAll { key in
            guard case .passphrase = key else { return false }
            seen += 1
            return seen == number
        }
    }

    func makeKey(
        for passphrase: Secret,
        label: String?,
        cost: PassphraseDerivation.Cost
    ) throws(VaultError) -> VaultFile.PassphraseKey {
        do throws(PassphraseDerivation.NotEnoughMemory) {
            return try PassphraseDerivation.seal(
                dataKey,
                under: passphrase,
                cost: cost,
                label: label,
                id: file.id,
                randomness: randomness
            )
        } catch {
            throw VaultError(.notEnoughMemory(byteCount: error.byteCount), path: path)
        }
    }

    /// Seals the data key for these recipients in one age file, in place of all that there were.
    mutating func sealForRecipients(_ texts: [String]) throws(VaultError) {
        guard texts.count <= VaultLimits.ageStanzas else {
            throw VaultError(.tooManyKeys(limit: VaultLimits.ageStanzas), path: path)
        }
        let others = file.keys.filter { if case .passphrase = $0 { true } else { false } }
        guard !texts.isEmpty else {
            file.keys = others
            return
        }
        var recipients: [AgeRecipient] = []
        for text in texts { recipients.append(try parse(text)) }
        do throws(AgeError) {
            let sealed = try AgeFile.encrypt(dataKey.secret.copy(), to: recipients, randomness: randomness)
            file.keys = [.age(VaultFile.AgeKey(recipients: texts, sealed: sealed))] + others
        } catch {
            throw VaultError(.invalidRecipient(error), path: path)
        }
    }

    private func parse(_ text: String) throws(VaultError) -> AgeRecipient {
        guard text.utf8.count <= VaultLimits.textByteCount else {
            throw VaultError(.invalidRecipient(.malformedRecipient), path: path)
        }
        do throws(AgeError) {
            return try AgeRecipient(parsing: text)
        } catch {
            throw VaultError(.invalidRecipient(error), path: path)
        }
    }
}
