package import SecretMemory

extension UnlockedVault {
    /// Makes a new data key and encrypts everything anew with it, the history included.
    ///
    /// Recipients get the new key without further ado. A passphrase key can be sealed again only with its passphrase.
    ///
    /// - Parameter passphrases: those that are known, beside the one that opened the vault.
    /// - Throws: `passphrasesNeeded` with the passphrase keys, from 1, whose passphrase is not among them; nothing is
    ///   changed then.
    package mutating func rotate(passphrases: [Secret] = []) throws(VaultError) {
        let matched = try match(opening.passphrases + passphrases)
        var values: [[Secret]] = []
        for entry in file.secrets {
            var versions: [Secret] = []
            for version in entry.versions {
                versions.append(try value(of: entry.name, version: version.number))
            }
            values.append(versions)
        }
        dataKey = DataKey(generatingFrom: randomness)
        for (index, versions) in values.enumerated() {
            let entry = file.secrets[index]
            seal(versions[0], as: &file.secrets[index].current, of: entry)
            for (position, version) in versions.dropFirst().enumerated() {
                seal(version, as: &file.secrets[index].previous[position], of: entry)
            }
        }
        let recipients = file.recipients
        var keys: [VaultFile.Key] = []
        for (key, passphrase) in matched {
            let cost = PassphraseDerivation.Cost(opslimit: key.opslimit, memlimit: key.memlimit)
            keys.append(.passphrase(try makeKey(for: passphrase, label: key.label, cost: cost)))
        }
        file.keys = keys
        try sealForRecipients(recipients)
    }

    /// Each passphrase key with the passphrase that opens it.
    private func match(_ passphrases: [Secret]) throws(VaultError) -> [(VaultFile.PassphraseKey, Secret)] {
        var matched: [(VaultFile.PassphraseKey, Secret)] = []
        var unmatched: [Int] = []
        for (index, key) in file.passphraseKeys.enumerated() {
            var found: Secret?
            for passphrase in passphrases where found == nil {
                if try opens(key, passphrase) { found = passphrase }
            }
            if let found { matched.append((key, found)) } else { unmatched.append(index + 1) }
        }
        guard unmatched.isEmpty else { throw VaultError(.passphrasesNeeded(keys: unmatched), path: path) }
        return matched
    }

    private func opens(_ key: VaultFile.PassphraseKey, _ passphrase: Secret) throws(VaultError) -> Bool {
        do throws(PassphraseDerivation.NotEnoughMemory) {
            let opened = try PassphraseDerivation.open(key, with: passphrase, id: file.id)
            return opened?.fingerprint == dataKey.fingerprint
        } catch {
            throw VaultError(.notEnoughMemory(byteCount: error.byteCount), path: path)
        }
    }
}
