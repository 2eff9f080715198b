internal import Glibc

/// Remembers wrong passphrases across processes, so that each makes the next wait longer. For prompts alone.
///
/// One file per vault under `$XDG_STATE_HOME/withsecrets/attempts`: its length is how many failed since the last success,
/// its time is that of the last. A failure appends one byte, so that concurrent processes need no lock. Nobody but the
/// user can write there, no pause is longer than half a minute, and a time in the future counts as none: so nobody can be
/// locked out. Where the file can't be kept there is no pause.
package struct PassphraseAttempts: Sendable {
    private let folder: String
    private let now: @Sendable () -> VaultTime

    /// Seconds.
    package static let longestPause = 30
    private static let freeFailures = 3

    /// - Parameter stateFolder: `$XDG_STATE_HOME`, as `KeyEnvironment.stateFolder` has it.
    package init(stateFolder: String, now: @escaping @Sendable () -> VaultTime = { .now }) {
        folder = "\(stateFolder)/withsecrets/attempts"
        self.now = now
    }

    /// How long nobody may try to open the vault with this id: 2, 4, 8, 16 and then 30 seconds after the last failure.
    func secondsToWait(for id: String) -> Int {
        var status = stat()
        guard unsafe lstat(path(id), &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return 0 }
        let failures = Int(status.st_size)
        guard failures >= Self.freeFailures else { return 0 }
        let pause = failures - Self.freeFailures > 3 ? Self.longestPause : 2 << (failures - Self.freeFailures)
        let elapsed = now().seconds - Int64(status.st_mtim.tv_sec)
        return elapsed < 0 ? 0 : max(0, pause - Int(min(elapsed, Int64(pause))))
    }

    func failed(for id: String) {
        guard (try? Folder.make(folder, for: folder)) != nil,
            let file = try? FileDescriptor.open(path(id), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, mode: 0o600)
        else { return }
        try? file.write([UInt8(ascii: ".")])
    }

    func succeeded(for id: String) {
        unsafe unlink(path(id))
    }

    /// The id was parsed, so it is hexadecimal and names no other file.
    private func path(_ id: String) -> String { "\(folder)/\(id)" }
}
