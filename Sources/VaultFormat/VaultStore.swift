package import AgeFormat
internal import Glibc
package import SecretMemory

/// Vault files on disk: made, opened and changed as a whole.
package enum VaultStore {
    /// How often a change is tried again when something else than a writer of ours replaces the file meanwhile.
    private static let retryLimit = 5

    /// Reads a file and opens it.
    package static func open(_ path: String, with unlocker: VaultUnlocker) throws(VaultError) -> UnlockedVault {
        try unlocker.unlock(try VaultFile.read(path), path: path)
    }

    /// Changes a file under its lock: `change` sees what stands there now, so that two writers lose nothing.
    ///
    /// The user is asked for passphrases before the lock is taken. `change` may be called again with a newer file, so it
    /// keeps its effects to the vault. Where it changes nothing, nothing is written.
    ///
    /// - Parameters:
    ///   - review: looks at what was opened before the lock is taken, so it may ask; and again where the file that is
    ///     changed has another data key.
    ///   - noteWrite: told what was written, and over what.
    /// - Throws: what `review` and `change` throw, and then the old file is in place; for system calls the error says which file is.
    package static func update<Result>(
        _ path: String,
        with unlocker: VaultUnlocker,
        review: (UnlockedVault) throws(VaultError) -> Void = { (_) throws(VaultError) in },
        noteWrite: (_ new: UnlockedVault, _ old: UnlockedVault) -> Void = { _, _ in },
        change: (inout UnlockedVault) throws(VaultError) -> Result
    ) throws(VaultError) -> Result {
        let seen = try VaultFile.readBytes(path)
        let opened = try unlocker.unlock(try VaultFile.parse(seen, path: path), path: path)
        try review(opened)
        for _ in 0..<retryLimit {
            let replacement = try FileReplacement(locking: path)
            let text = try VaultFile.readBytes(replacement.descriptor, path: path)
            var vault =
                text == seen
                ? opened : try reopen(try VaultFile.parse(text, path: path), after: opened, with: unlocker)
            if vault.fingerprint != opened.fingerprint { try review(vault) }
            let before = vault
            let result = try change(&vault)
            guard vault.file != before.file else { return result }
            vault.file = vault.finished(generation: before.file.generation + 1)
            let new = try encode(vault.file, path: path)
            guard replacement.isCurrent else { continue }
            try replacement.replace(with: new)
            noteWrite(vault, before)
            return result
        }
        throw VaultError(.locked, path: path)
    }

    /// Makes a vault without secrets, where no file is yet.
    ///
    /// - Parameters:
    ///   - recipients: who may open it, beside those who know a passphrase; one key at least.
    ///   - prepare: puts in what the vault starts with.
    @discardableResult
    package static func create(
        at path: String,
        recipients: [String],
        passphrases: [Secret],
        randomness: Randomness = .system,
        prepare: (inout UnlockedVault) throws(VaultError) -> Void = { _ in }
    ) throws(VaultError) -> UnlockedVault {
        let opening = UnlockedVault.Opening(source: .prompt, credentials: passphrases, passphrases: passphrases)
        var vault = UnlockedVault(newAt: path, opening: opening, randomness: randomness)
        try vault.addRecipients(recipients)
        for passphrase in passphrases { try vault.addPassphrase(passphrase) }
        guard !vault.file.keys.isEmpty else { throw VaultError(.lastKey, path: path) }
        try prepare(&vault)
        vault.file = vault.finished(generation: 1)
        let text = try encode(vault.file, path: path)
        try Folder.make(TemporaryFile.folder(of: path), for: path)
        let temporary = try TemporaryFile(beside: path, path: path)
        try temporary.write(text, mode: 0o600)
        try temporary.place()
        return vault
    }

    /// Puts a vault in the place of a file, as it is: what a merge made.
    ///
    /// - Parameter path: the file, which has to be there; it need not be a vault, since git hands a driver files of its own.
    package static func write(_ vault: UnlockedVault, over path: String) throws(VaultError) {
        let replacement = try FileReplacement(locking: path)
        try replacement.replace(with: try encode(vault.file, path: path))
    }

    /// The vault in a file that was read anew, without asking for a key again where the one from before still fits.
    private static func reopen(
        _ file: VaultFile,
        after opened: UnlockedVault,
        with unlocker: VaultUnlocker
    ) throws(VaultError) -> UnlockedVault {
        if file.id == opened.file.id, file.keys == opened.file.keys || opened.dataKey.isAuthentic(file) {
            return try UnlockedVault(file, path: opened.path, dataKey: opened.dataKey, opening: opened.opening)
        }
        return try unlocker.unlock(file, path: opened.path)
    }

    private static func encode(_ file: VaultFile, path: String) throws(VaultError) -> [UInt8] {
        let text = file.text
        guard text.count <= VaultLimits.fileByteCount, file.generation <= VaultLimits.number else {
            throw VaultError(.tooLarge, path: path)
        }
        return text
    }
}

/// Folders that we make are ours alone.
enum Folder {
    /// Makes a folder and those above it where they are missing, each 0700.
    static func make(_ folder: String, for path: String) throws(VaultError) {
        if unsafe mkdir(folder, 0o700) == 0 || errno == EEXIST || folder == "." { return }
        guard errno == ENOENT, TemporaryFile.folder(of: folder) != folder else {
            throw VaultError(.system(.makeFolder, code: errno, inPlace: nil), path: path)
        }
        try make(TemporaryFile.folder(of: folder), for: path)
        guard unsafe mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw VaultError(.system(.makeFolder, code: errno, inPlace: nil), path: path)
        }
    }
}
