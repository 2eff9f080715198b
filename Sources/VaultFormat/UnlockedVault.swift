internal import AgeFormat
internal import Diagnostics
package import SecretMemory

/// A vault file together with its data key. Its MAC was found right before this was made.
package struct UnlockedVault: Sendable {
    /// How the file was opened.
    package struct Opening: Sendable {
        package var source: KeySource
        /// The texts of all identities and passphrases that were read, so that they can be masked.
        package var credentials: [Secret]
        /// Passphrases that are known to fit a key, to seal a new data key for them.
        var passphrases: [Secret] = []
    }

    package internal(set) var file: VaultFile
    /// As the user would name it.
    package let path: String
    package let opening: Opening
    var dataKey: DataKey
    let randomness: Randomness

    /// What a pin is compared with.
    package var fingerprint: String { dataKey.fingerprint }

    /// - Throws: `tampered` where the file is not what was written with this key.
    init(
        _ file: VaultFile,
        path: String,
        dataKey: DataKey,
        opening: Opening,
        randomness: Randomness = .system
    ) throws(VaultError) {
        (self.file, self.path, self.dataKey, self.opening) = (file, path, dataKey, opening)
        self.randomness = randomness
        guard dataKey.isAuthentic(file) else {
            throw VaultError(.tampered(entries: changedEntries), path: path)
        }
    }

    /// A new vault without secrets, not yet sealed for anybody.
    init(newAt path: String, opening: Opening, randomness: Randomness) {
        file = VaultFile(
            id: randomness.bytes(16),
            generation: 1,
            settings: VaultFile.Settings(),
            keys: [],
            secrets: [],
            mac: []
        )
        (self.path, self.opening, self.randomness) = (path, opening, randomness)
        dataKey = DataKey(generatingFrom: randomness)
    }

    /// The names of the entries with a value that was not written under this name, version and times.
    private var changedEntries: [String] {
        file.secrets.filter { entry in
            !entry.versions.allSatisfy { version in
                dataKey.isAuthentic(version.value, associated: file.associated(with: version, of: entry))
            }
        }.map(\.name)
    }
}

// MARK: - Reading

extension UnlockedVault {
    package var names: [String] { file.names }

    /// The value of a secret.
    ///
    /// - Parameter version: an earlier one that is still kept; `nil` is the present one.
    package func value(of name: String, version number: UInt64? = nil) throws(VaultError) -> Secret {
        let entry = try entry(named: name)
        guard let version = number.map({ entry.version($0) }) ?? entry.current else {
            throw VaultError(.noSuchVersion(known: entry.versions.map(\.number)), path: path, name: name)
        }
        guard let value = dataKey.open(version.value, associated: file.associated(with: version, of: entry)) else {
            throw VaultError(.tampered(entries: [name]), path: path, name: name)
        }
        return Secret(value)
    }

    /// What is known about a secret besides its values.
    package func entry(named name: String) throws(VaultError) -> VaultFile.Entry {
        guard let entry = file.entry(named: name) else {
            let suggestion = nearestName(to: name, among: file.names)
            throw VaultError(.noSuchSecret(suggestion: suggestion), path: path, name: name)
        }
        return entry
    }

    /// The secrets whose value has expired by `time`, or will have.
    package func expiring(by time: VaultTime) -> [VaultFile.Entry] {
        file.secrets.filter { $0.isExpired(at: time) }
    }
}
