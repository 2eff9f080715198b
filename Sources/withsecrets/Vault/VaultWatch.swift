internal import Diagnostics
internal import VaultFormat

/// Compares the vaults that a command opens with those that were seen here before, and tells each finding once.
final class VaultWatch {
    private let record: GenerationRecord?
    private let terminal: Terminal
    private let isStrict: Bool
    private let canAsk: Bool
    private var told: [VaultError] = []
    /// The fingerprints that the user said yes to, also where no record can be kept.
    private var confirmed: [String] = []

    init(_ terminal: Terminal, isStrict: Bool, canAsk: Bool) {
        record = KeyEnvironment.process.stateFolder.map { GenerationRecord(stateFolder: $0) }
        (self.terminal, self.isStrict, self.canAsk) = (terminal, isStrict, canAsk)
    }

    /// For a vault that is read: a warning, and with `--strict` an error.
    func review(_ vault: UnlockedVault) throws(VaultError) {
        guard let error = record?.review(vault) else { return }
        try tell(error)
    }

    /// For a file of which only what is readable is looked at.
    func review(unopened file: VaultFile, at path: String) throws(VaultError) {
        guard let error = record?.review(unopened: file, at: path) else { return }
        try tell(error)
    }

    /// For a vault that is written to: another data key takes no value before the user has said yes, and none where nobody
    /// can be asked.
    func reviewForChange(_ vault: UnlockedVault) throws(VaultError) {
        guard !confirmed.contains(vault.fingerprint), let error = record?.review(vault) else { return }
        guard error.reason == .otherDataKey else { return try tell(error) }
        guard canAsk else { throw error }
        try tell(error)
        for recipient in vault.file.recipients { terminal.ask("  \(printable(recipient)) may open it") }
        guard Prompt.confirms("Write to \(printable(vault.path)) all the same? [y/N] ") else {
            throw VaultError(.declined, path: vault.path)
        }
        confirmed.append(vault.fingerprint)
        record?.accept(vault)
    }

    func accept(_ vault: UnlockedVault) {
        record?.accept(vault)
    }

    func noteWrite(of vault: UnlockedVault, over old: UnlockedVault) {
        record?.noteWrite(of: vault, over: old)
    }

    func knowsDataKey(of vault: UnlockedVault) -> Bool {
        record?.knowsDataKey(of: vault) ?? false
    }

    private func tell(_ error: VaultError) throws(VaultError) {
        guard !isStrict else { throw error }
        guard !told.contains(error) else { return }
        told.append(error)
        for var diagnostic in error.diagnostics.inOrder {
            diagnostic.severity = .warning
            terminal.show(diagnostic)
        }
    }
}
