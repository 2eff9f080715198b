internal import CSodium
internal import Diagnostics
internal import Glibc

/// Remembers what was seen here of each vault, so that an old file put back, or another file put in its place, is noticed.
///
/// One small file per vault under `$XDG_STATE_HOME/withsecrets/generations`, named for its id: the highest generation and
/// the fingerprint of the data key, a line each. And one per place, named for the BLAKE2b of its real path: the id and the
/// fingerprint of the vault there. Where they can't be kept, nothing is noticed and nothing fails.
package struct GenerationRecord: Sendable {
    private let folder: String

    /// - Parameter stateFolder: `$XDG_STATE_HOME`, as `KeyEnvironment.stateFolder` has it.
    package init(stateFolder: String) {
        folder = "\(stateFolder)/withsecrets/generations"
    }

    /// Compares a vault with what was seen before, and remembers it where nothing speaks against it.
    ///
    /// - Parameter vault: one whose MAC was found right; what an unchecked file says must not count.
    /// - Returns: `otherDataKey` or `rolledBack`, which come back until somebody accepts the file; `nil` where all is well.
    package func review(_ vault: UnlockedVault) -> VaultError? {
        let seen = lastSeen(vault.file.idText)
        let there = lastAt(vault.path)
        let known = [seen?.fingerprint, there?.fingerprint].compactMap(\.self)
        guard known.allSatisfy({ $0 == vault.fingerprint }) else { return VaultError(.otherDataKey, path: vault.path) }
        if let error = rollback(of: vault.file, vault.path, after: seen) { return error }
        let isKnown = seen?.generation == vault.file.generation && there?.id == vault.file.idText && known.count == 2
        if !isKnown { remember(vault, generation: max(vault.file.generation, seen?.generation ?? 0)) }
        return nil
    }

    /// What can be told of a file that is not opened. It may say what it likes, so nothing is remembered.
    package func review(unopened file: VaultFile, at path: String) -> VaultError? {
        if let there = lastAt(path), there.id != file.idText { return VaultError(.otherDataKey, path: path) }
        return rollback(of: file, path, after: lastSeen(file.idText))
    }

    /// What is there now is what has to be there: a person said so, or it was just made.
    package func accept(_ vault: UnlockedVault) {
        remember(vault, generation: vault.file.generation)
    }

    /// A write of ours: a data key that it renewed is the one to expect. An old file that was written to stays old.
    package func noteWrite(of vault: UnlockedVault, over old: UnlockedVault) {
        guard vault.fingerprint != old.fingerprint else {
            _ = review(vault)
            return
        }
        remember(vault, generation: max(vault.file.generation, lastSeen(vault.file.idText)?.generation ?? 0))
    }

    /// Whether the data key is the one that was last seen of this vault.
    package func knowsDataKey(of vault: UnlockedVault) -> Bool {
        lastSeen(vault.file.idText)?.fingerprint == vault.fingerprint
    }

    /// Another process may have written the file, and remembered that, since it was read: so what is there now counts.
    private func rollback(of file: VaultFile, _ path: String, after seen: Seen?) -> VaultError? {
        guard let seen, seen.generation > file.generation else { return nil }
        if let now = try? VaultFile.read(path), now.id == file.id, now.generation >= seen.generation { return nil }
        return VaultError(.rolledBack(generation: file.generation, seen: seen.generation), path: path)
    }
}

// MARK: - Files

extension GenerationRecord {
    private struct Seen {
        var generation: UInt64
        /// Missing in what earlier versions of this program wrote.
        var fingerprint: String?
    }

    private func lastSeen(_ id: String) -> Seen? {
        let lines = lines(of: id)
        guard let generation = lines.first.flatMap({ UInt64($0) }) else { return nil }
        return Seen(generation: generation, fingerprint: lines.count > 1 ? lines[1] : nil)
    }

    private func lastAt(_ path: String) -> (id: String, fingerprint: String)? {
        let lines = name(forPlace: path).map { self.lines(of: $0) } ?? []
        return lines.count > 1 ? (lines[0], lines[1]) : nil
    }

    private func remember(_ vault: UnlockedVault, generation: UInt64) {
        write([String(generation), vault.fingerprint], as: vault.file.idText)
        guard let place = name(forPlace: vault.path) else { return }
        write([vault.file.idText, vault.fingerprint], as: place)
    }

    private func name(forPlace path: String) -> String? {
        guard let place = canonicalPath(path) else { return nil }
        var hash = [UInt8](repeating: 0, count: 16)
        _ = unsafe crypto_generichash(&hash, hash.count, Array(place.utf8), UInt64(place.utf8.count), nil, 0)
        return "path-\(hexadecimal(hash))"
    }

    private func lines(of name: String) -> [String] {
        guard let descriptor = try? FileDescriptor.open("\(folder)/\(name)", O_RDONLY | O_NOFOLLOW),
            let bytes = try? descriptor.read(limit: 128)
        else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func write(_ lines: [String], as name: String) {
        guard lines != self.lines(of: name) else { return }
        let path = "\(folder)/\(name)"
        do throws(VaultError) {
            try Folder.make(folder, for: path)
            let temporary = try TemporaryFile(beside: path, path: path)
            try temporary.write(Array(lines.map { "\($0)\n" }.joined().utf8), mode: 0o600)
            try temporary.replace()
        } catch {
            return  // a read-only or absent home: there is nothing to compare with next time
        }
    }
}
