internal import Synchronization
internal import VaultFormat

/// The vault files of one run, each opened once however many references and providers ask it.
final class OpenVaults: Sendable {
    struct Key: Equatable, Sendable {
        var path: String
        var pin: String?
    }

    private struct Attempt: Sendable {
        var key: Key
        var outcome: Outcome
    }

    struct Opened: Sendable {
        var vault: UnlockedVault
        /// What speaks against it, though it opened: it is not the file that was seen here before.
        var doubt: VaultError?
    }

    private enum Outcome: Sendable {
        case opened(Opened)
        case failed(VaultError)
    }

    /// Few, so a list. For a dictionary of results the runtime would search all conformances of the program at every
    /// start, with a vault or without.
    private let attempts = Mutex<[Attempt]>([])

    /// The vault, or why it did not open; `open` is called where nobody has tried yet. It may ask the user, so nothing
    /// is locked meanwhile: all of a run's references are resolved on one thread.
    func vault(
        _ key: Key,
        open: () throws(VaultError) -> Opened
    ) throws(VaultError) -> Opened {
        switch attempts.withLock({ attempts in attempts.first { $0.key == key }?.outcome }) {
        case .opened(let opened): return opened
        case .failed(let error): throw error
        case nil: break
        }
        do throws(VaultError) {
            let opened = try open()
            attempts.withLock { $0.append(Attempt(key: key, outcome: .opened(opened))) }
            return opened
        } catch {
            attempts.withLock { $0.append(Attempt(key: key, outcome: .failed(error))) }
            throw error
        }
    }
}
