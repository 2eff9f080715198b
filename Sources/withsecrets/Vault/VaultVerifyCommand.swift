internal import ArgumentParser
internal import Auditing
internal import Diagnostics
internal import VaultFormat

/// `withsecrets vault verify`: opens every vault file and every value in it.
struct VaultVerifyCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Is every vault file whole, and every value readable.",
        discussion: """
            Ends with 0 when all is well, 1 when a file was changed by something else than withsecrets or is no vault file, 125 when \
            that cannot be told: no file, or no key.

            EXAMPLES:
              withsecrets vault verify
              withsecrets vault verify --vault ops.vault.yaml
              withsecrets vault verify --accept        another data key, or an older file, is meant
            """
    )

    @Flag(help: "Take the file as it is, where its data key is another or it is older than seen here before.")
    var accept = false

    @OptionGroup var vault: VaultOptions

    func perform() -> Int32 {
        vault.performing(.vaultVerify) { session, terminal throws(Failure) in
            let candidates = session.location.candidates
            guard !candidates.isEmpty else { throw session.noVault() }
            var status = ExitCode.success
            var isWhole = true
            for path in candidates {
                do throws(VaultError) {
                    let vault = try VaultStore.open(path, with: session.unlocker)
                    for entry in vault.file.secrets {
                        for version in entry.versions { _ = try vault.value(of: entry.name, version: version.number) }
                    }
                    if accept { session.watch.accept(vault) } else { try session.watch.review(vault) }
                    let count = vault.names.count
                    terminal.print(
                        "\(printable(path)): \(count) secret\(count == 1 ? "" : "s"), all well; "
                            + "pin \(vault.fingerprint), generation \(vault.file.generation)"
                    )
                } catch {
                    isWhole = false
                    terminal.show(error.diagnostics.inOrder)
                    status = max(status, error.isFinding ? ExitCode.finding : ExitCode.ownFailure)
                }
            }
            try session.record(isWhole ? .done : .failed)
            return status
        }
    }
}

extension VaultError {
    /// Whether the file itself is at fault, rather than our means to look into it.
    fileprivate var isFinding: Bool {
        switch reason {
        case .tampered, .wrongPin, .otherDataKey, .rolledBack, .malformed, .notYAML, .conflictMarkers, .brokenAgeKey,
            .tooLarge:
            true
        default: false
        }
    }
}
