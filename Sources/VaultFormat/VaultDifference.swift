/// What changed between two versions of a vault file, by name. No key is needed, and no value is known.
package struct VaultDifference: Hashable, Sendable {
    package var added: [String] = []
    package var removed: [String] = []
    /// Another value.
    package var changed: [String] = []
    /// The same value with another expiry, description or history.
    package var annotated: [String] = []
    package var keysChanged = false
    package var settingsChanged = false

    package init(from old: VaultFile, to new: VaultFile) {
        var before: [String: VaultFile.Entry] = [:]
        for entry in old.secrets { before[entry.name] = entry }
        // A rotation encrypts everything anew: then versions and times tell.
        for entry in new.secrets {
            guard let earlier = before.removeValue(forKey: entry.name) else {
                added.append(entry.name)
                continue
            }
            if earlier.created != entry.created || earlier.current.number != entry.current.number
                || earlier.current.changed != entry.current.changed
            {
                changed.append(entry.name)
            } else if earlier.current.expires != entry.current.expires || earlier.description != entry.description
                || earlier.previous.map(\.number) != entry.previous.map(\.number)
            {
                annotated.append(entry.name)
            }
        }
        removed = before.keys.sorted(by: SecretName.precedes)
        keysChanged = old.keys != new.keys
        settingsChanged = old.settings != new.settings
    }
}
