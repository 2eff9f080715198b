internal import SecretMemory

/// Joins two versions of a vault file that came from one, as a merge driver of git does.
///
/// Each of the three is an opened vault, so each was checked by its own MAC. Entries are merged one by one: what one side
/// changed is taken, and what both changed in different ways is a conflict, which is named, and nothing is made.
package enum VaultMerge {
    /// - Parameters:
    ///   - base: what both came from.
    ///   - ours: the side whose data key the result keeps, unless only the other side rotated.
    ///   - acceptsKeys: whether values may be sealed for a data key, or left to readers, that one side alone brought.
    ///   - knowsKeyOfOurs: whether our data key is the one that this machine saw last of the vault.
    /// - Throws: `mergeConflicts`, or `differentVaults`.
    package static func merge(
        base: UnlockedVault,
        ours: UnlockedVault,
        theirs: UnlockedVault,
        acceptsKeys: Bool = false,
        knowsKeyOfOurs: Bool = false
    ) throws(VaultError) -> UnlockedVault {
        guard base.file.id == ours.file.id, base.file.id == theirs.file.id else {
            throw VaultError(.differentVaults, path: ours.path)
        }
        var conflicts: [MergeConflict] = []
        let keysOfTheirs = ours.file.keys == base.file.keys && theirs.file.keys != base.file.keys
        var result = keysOfTheirs ? theirs : ours
        if ours.file.keys != base.file.keys, theirs.file.keys != base.file.keys, ours.file.keys != theirs.file.keys {
            conflicts.append(.keys)
        } else if !acceptsKeys {
            let isRekeyedByOurs = ours.fingerprint != base.fingerprint && ours.fingerprint != theirs.fingerprint
            if keysOfTheirs { conflicts.append(.keysOfTheirs) }
            if isRekeyedByOurs, !knowsKeyOfOurs { conflicts.append(.dataKeyOfOurs) }
        }
        if let settings = choose(base.file.settings, ours.file.settings, theirs.file.settings) {
            result.file.settings = settings
        } else {
            conflicts.append(.settings)
        }
        let names = Set(base.names).union(ours.names).union(theirs.names).sorted(by: SecretName.precedes)
        var entries: [Side] = []
        for name in names {
            let (old, our, their) = (Side(base, name), Side(ours, name), Side(theirs, name))
            if try our.isSame(as: their) {
                entries.append(our)
            } else if try old.isSame(as: their) {
                entries.append(our)
            } else if try old.isSame(as: our) {
                entries.append(their)
            } else {
                conflicts.append(.secret(name))
            }
        }
        guard conflicts.isEmpty else { throw VaultError(.mergeConflicts(conflicts), path: ours.path) }
        result.file.secrets = []
        for side in entries {
            guard let entry = side.entry else { continue }
            result.file.secrets.append(try result.adopt(entry, from: side.vault))
        }
        result.file = result.finished(generation: max(ours.file.generation, theirs.file.generation) + 1)
        return result
    }

    private static func choose<Value: Equatable>(_ base: Value, _ ours: Value, _ theirs: Value) -> Value? {
        if ours == theirs || theirs == base { return ours }
        return ours == base ? theirs : nil
    }

    /// One secret as one side has it, or not.
    private struct Side {
        let vault: UnlockedVault
        let entry: VaultFile.Entry?

        init(_ vault: UnlockedVault, _ name: String) {
            self.vault = vault
            entry = vault.file.entry(named: name)
        }

        /// Whether both say the same, under whatever data key. Two values of one second have the same version and times,
        /// so the values themselves are compared where their ciphertexts differ.
        func isSame(as other: Side) throws(VaultError) -> Bool {
            guard let entry, let theirs = other.entry else { return entry == nil && other.entry == nil }
            if entry == theirs, vault.fingerprint == other.vault.fingerprint { return true }
            guard entry.description == theirs.description, entry.created == theirs.created,
                entry.versions.count == theirs.versions.count
            else { return false }
            for (left, right) in zip(entry.versions, theirs.versions) {
                guard left.number == right.number, left.changed == right.changed, left.expires == right.expires else {
                    return false
                }
                let value = try vault.value(of: entry.name, version: left.number)
                guard value.isEqual(to: try other.vault.value(of: entry.name, version: right.number)) else {
                    return false
                }
            }
            return true
        }
    }
}

extension UnlockedVault {
    /// An entry of another version of this vault, under this one's data key.
    fileprivate func adopt(_ entry: VaultFile.Entry, from other: UnlockedVault) throws(VaultError) -> VaultFile.Entry {
        guard other.fingerprint != fingerprint else { return entry }
        var adopted = entry
        seal(try other.value(of: entry.name), as: &adopted.current, of: entry)
        for (index, version) in entry.previous.enumerated() {
            seal(try other.value(of: entry.name, version: version.number), as: &adopted.previous[index], of: entry)
        }
        return adopted
    }
}
