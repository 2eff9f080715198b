internal import Synchronization
internal import VaultFormat

/// The vault files of one run, each opened once however many references and providers ask it.
final class OpenVaults: Sendable {
    struct Key: Hashable, Sendable {
        var path: String
        var pin: String?
    }

    private let vaults = Mutex<[Key: Result<UnlockedVault, VaultError>]>([:])

    /// The vault, or why it did not open; `open` is called where nobody has tried yet. It may ask the user, so nothing
    /// is locked meanwhile: all of a run's references are resolved on one thread.
    func vault(
        _ key: Key,
        open: () throws(VaultError) -> UnlockedVault
    ) throws(VaultError) -> UnlockedVault {
        if let known = vaults.withLock({ $0[key] }) {
            return try known.get()
        }
        var result: Result<UnlockedVault, VaultError>
        do throws(VaultError) {
            result = .success(try open())
        } catch {
            result = .failure(error)
        }
        vaults.withLock { $0[key] = result }
        return try result.get()
    }
}
