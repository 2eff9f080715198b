internal import Glibc

/// Remembers the highest generation seen here of each vault, so that an old file put back is noticed.
///
/// One small file per vault under `$XDG_STATE_HOME/withsecrets/generations`. Where it can't be kept, nothing is noticed
/// and nothing fails.
package struct GenerationRecord: Sendable {
    private let folder: String

    /// - Parameter stateFolder: `$XDG_STATE_HOME`, as `KeyEnvironment.stateFolder` has it.
    package init(stateFolder: String) {
        folder = "\(stateFolder)/withsecrets/generations"
    }

    /// Compares a vault with what was seen before, and remembers its generation where it is the highest.
    ///
    /// - Parameter vault: one whose MAC was found right; what an unchecked file says must not count.
    /// - Returns: the generation seen before, where it was higher; `nil` where all is well.
    package func rollback(of vault: UnlockedVault) -> UInt64? {
        let path = "\(folder)/\(vault.file.idText)"
        let seen = lastSeen(path)
        if let seen, seen > vault.file.generation { return seen }
        if seen != vault.file.generation { remember(vault.file.generation, at: path) }
        return nil
    }

    private func lastSeen(_ path: String) -> UInt64? {
        guard let descriptor = try? FileDescriptor.open(path, O_RDONLY | O_NOFOLLOW),
            let bytes = try? descriptor.read(limit: 32)
        else { return nil }
        return UInt64(String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self))
    }

    private func remember(_ generation: UInt64, at path: String) {
        do throws(VaultError) {
            try Folder.make(folder, for: path)
            let temporary = try TemporaryFile(beside: path, path: path)
            try temporary.write(Array("\(generation)\n".utf8), mode: 0o600)
            try temporary.replace()
        } catch {
            return  // a read-only or absent home: there is nothing to compare with next time
        }
    }
}
