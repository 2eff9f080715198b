internal import Diagnostics
package import SecretMemory

extension UnlockedVault {
    /// What becomes of something that a secret may have or not.
    package enum FieldChange<Value: Sendable>: Sendable {
        case keep, clear, set(Value)

        func applied(to old: Value?) -> Value? {
            switch self {
            case .keep: old
            case .clear: nil
            case .set(let value): value
            }
        }
    }

    /// Gives a secret a value; the one before goes to its history.
    ///
    /// - Parameters:
    ///   - expires: a new value has no expiry unless one is given.
    ///   - time: when it was changed.
    package mutating func set(
        _ name: String,
        to value: Secret,
        expires: FieldChange<VaultTime> = .clear,
        description: FieldChange<String> = .keep,
        at time: VaultTime = .now
    ) throws(VaultError) {
        try checkName(name)
        if case .set(let text) = description { try checkText(text, name: name) }
        let old = file.entry(named: name)
        var entry = VaultFile.Entry(
            name: name,
            created: old?.created ?? time,
            current: VaultFile.Version(
                number: (old?.current.number ?? 0) + 1,
                changed: time,
                expires: expires.applied(to: old?.current.expires),
                value: []
            ),
            description: description.applied(to: old?.description),
            previous: Array((old?.versions ?? []).prefix(file.settings.keep))
        )
        seal(value, as: &entry.current, of: entry)
        put(entry)
    }

    /// Changes what is said about a secret, and not its value.
    package mutating func annotate(
        _ name: String,
        expires: FieldChange<VaultTime> = .keep,
        description: FieldChange<String> = .keep
    ) throws(VaultError) {
        if case .set(let text) = description { try checkText(text, name: name) }
        var entry = try entry(named: name)
        let value = try value(of: name)
        entry.description = description.applied(to: entry.description)
        entry.current.expires = expires.applied(to: entry.current.expires)
        seal(value, as: &entry.current, of: entry)  // the expiry is bound into the ciphertext
        put(entry)
    }

    /// Makes an earlier value the present one, as a new version.
    package mutating func restore(_ name: String, version: UInt64, at time: VaultTime = .now) throws(VaultError) {
        try set(name, to: try value(of: name, version: version), at: time)
    }

    /// Removes a secret and its history.
    package mutating func remove(_ name: String) throws(VaultError) {
        let entry = try entry(named: name)
        if let index = file.index(of: entry.name) { file.secrets.remove(at: index) }
    }

    /// Sets how many earlier values are kept, and forgets those beyond it.
    ///
    /// - Returns: how many were forgotten.
    @discardableResult
    package mutating func keep(_ count: Int) -> Int {
        precondition(VaultLimits.keep.contains(count))
        file.settings.keep = count
        var forgotten = 0
        for index in file.secrets.indices where file.secrets[index].previous.count > count {
            forgotten += file.secrets[index].previous.count - count
            file.secrets[index].previous.removeLast(file.secrets[index].previous.count - count)
        }
        return forgotten
    }

    func seal(_ value: Secret, as version: inout VaultFile.Version, of entry: VaultFile.Entry) {
        version.value = dataKey.seal(
            value.copy(),
            associated: file.associated(with: version, of: entry),
            randomness: randomness
        )
    }

    mutating func put(_ entry: VaultFile.Entry) {
        if let index = file.index(of: entry.name) {
            file.secrets[index] = entry
        } else {
            file.secrets.insert(entry, at: file.insertionIndex(of: entry.name))
        }
    }

    private func checkName(_ name: String) throws(VaultError) {
        guard SecretName.isValid(name) else { throw VaultError(.invalidName, path: path) }
    }

    private func checkText(_ text: String, name: String?) throws(VaultError) {
        guard VaultText.isValid(text) else { throw VaultError(.invalidText, path: path, name: name) }
    }

    /// What is written: the next generation, under its MAC.
    func finished(generation: UInt64) -> VaultFile {
        var file = file
        file.generation = generation
        file.mac = dataKey.mac(of: file)
        return file
    }
}
