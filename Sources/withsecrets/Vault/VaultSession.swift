internal import Auditing
internal import Diagnostics
internal import ManifestFormat
internal import ProcessLaunch
internal import SecretMemory
internal import VaultFormat

/// What the `vault` commands share: which files there are, how they are opened, and what an error of one means.
struct VaultSession {
    let options: Options
    let location: VaultLocation
    let unlocker: VaultUnlocker
    let watch: VaultWatch
    /// What the audit log calls the command; `nil` for one that opens nothing, and leaves no record.
    var operation: AuditRecord.Operation?
    /// The secret that the command is about, as it was typed.
    var name: String?
    private let trail: AuditTrail

    /// - Parameter vault: `--vault`.
    init(vault: String?, options: Options, terminal: Terminal) throws(Failure) {
        _ = ProcessHardening.apply()
        self.options = options
        let manifest = try vault == nil ? Self.manifest(options, terminal) : nil
        let settings = manifest?.manifest.provider(named: ProviderKind.vaultfile.rawValue)
        let folder = manifest?.folder
        location = VaultLocation(
            path: vault ?? settings?.text("path"),
            manifestFolder: folder.map { $0 == Surroundings.workingDirectory ? "." : $0 },
            environment: .process
        )
        var unlocker = VaultUnlocker(pin: settings?.text("pin"))
        if Surroundings.canPrompt(options.isInteractive) {
            unlocker.prompt = { VaultPrompt.ask($0) }
        }
        unlocker.attempts = KeyEnvironment.process.stateFolder.map { PassphraseAttempts(stateFolder: $0) }
        trail = try AuditTrail(manifest?.manifest.audit, terminal)
        unlocker.notePassphrase = trail.passphraseNoter
        self.unlocker = unlocker
        watch = VaultWatch(terminal, isStrict: options.isStrict, canAsk: unlocker.prompt != nil)
    }

    /// The manifest says where the vault is; none need be there.
    private static func manifest(_ options: Options, _ terminal: Terminal) throws(Failure) -> LoadedManifest? {
        do throws(ManifestProblems) {
            return try Surroundings.manifestLoader(file: options.file, profile: options.profile).load()
                .withTrustedAudit(terminal)
        } catch {
            guard error.isMissing, options.profile == nil else {
                throw Failure(error.diagnostics + [Diagnostic(.note, "--vault PATH works without the manifest")])
            }
            return nil
        }
    }

    /// The file that has `name`, else the first that exists: where a write goes.
    func pathForWriting(_ name: String) throws(Failure) -> String {
        let candidates = location.candidates
        for path in candidates where candidates.count > 1 {
            guard try failing({ () throws(VaultError) in try VaultFile.read(path) }).entry(named: name) != nil else {
                continue
            }
            return path
        }
        return try firstPath()
    }

    /// Opens the first file that has `name`; `nil` where none has it. A file that fails stops the search.
    func open(having name: String) throws(Failure) -> UnlockedVault? {
        let candidates = location.candidates
        guard !candidates.isEmpty else { throw noVault() }
        for path in candidates {
            let vault = try open(path)
            if vault.file.entry(named: name) != nil { return vault }
        }
        return nil
    }

    /// No file has it; a word that is no name may be a value that belongs into a prompt, and is not repeated.
    func noSuchName(_ name: String) -> Failure {
        let known = location.candidates.flatMap { (try? VaultFile.read($0))?.names ?? [] }
        let suggestion = nearestName(to: name, among: known)
        return Failure(
            Diagnostic(
                "no vault file has \(SecretName.isValid(name) ? "'\(name)'" : "this name")",
                hints: [suggestion.map(didYouMean) ?? "'withsecrets vault list' shows the names"]
            ),
            status: ExitCode.finding
        )
    }

    func open(_ path: String) throws(Failure) -> UnlockedVault {
        try failing { () throws(VaultError) in
            let vault = try VaultStore.open(path, with: unlocker)
            try watch.review(vault)
            return vault
        }
    }

    /// Opens a file before what is to go into it is asked for: what may not be written to takes no value.
    @discardableResult
    func openForChange(_ path: String) throws(Failure) -> UnlockedVault {
        try failing { () throws(VaultError) in
            let vault = try VaultStore.open(path, with: unlocker)
            try watch.reviewForChange(vault)
            return vault
        }
    }

    /// Changes a file under its lock.
    func update<Result>(
        _ path: String,
        _ change: (inout UnlockedVault) throws(VaultError) -> Result
    ) throws(Failure) -> Result {
        try failing { () throws(VaultError) in try updating(path, change) }
    }

    /// The same, for those who look into the error.
    func updating<Result>(
        _ path: String,
        _ change: (inout UnlockedVault) throws(VaultError) -> Result
    ) throws(VaultError) -> Result {
        try VaultStore.update(
            path,
            with: unlocker,
            review: { (vault) throws(VaultError) in try watch.reviewForChange(vault) },
            noteWrite: { watch.noteWrite(of: $0, over: $1) },
            change: change
        )
    }

    /// A passphrase to be: `WITHSECRETS_PASSPHRASE`, with a warning where it is weak, else asked for twice.
    ///
    /// - Parameter variable: where it may stand; `nil` to ask in any case.
    func newPassphrase(
        _ terminal: Terminal,
        variable: String? = "WITHSECRETS_PASSPHRASE"
    ) throws(Failure) -> Secret {
        if let variable, let given = Surroundings.secret(variable), !given.isEmpty {
            if let weakness = PassphraseQuality(of: given).weakness {
                guard !options.isStrict else { throw Failure(Diagnostic(.error, subject: variable, weakness)) }
                terminal.show(Diagnostic(.warning, subject: variable, weakness))
            }
            return given
        }
        guard unlocker.prompt != nil else {
            throw Failure(
                Diagnostic(
                    "nobody can be asked for a passphrase here",
                    hints: variable.map { ["set \($0)"] } ?? []
                )
            )
        }
        return try VaultPrompt.askForNew(terminal)
    }

    /// The file that commands about the whole vault mean: the first that exists.
    func firstPath() throws(Failure) -> String {
        guard let first = location.candidates.first else { throw noVault() }
        return first
    }

    func noVault() -> Failure {
        recorded(Failure(Diagnostic("there is no vault file", hints: ["'withsecrets vault init' makes one"])), .absent)
    }
}

// MARK: - The audit log

extension VaultSession {
    /// Writes down what came of the command.
    ///
    /// - Parameter names: the secrets that it was about; `nil` for the one that was typed, or the file as a whole.
    func record(_ outcome: AuditRecord.Outcome, names: [String]? = nil) throws(Failure) {
        guard let operation else { return }
        // A word that is no name may be a value that belongs into a prompt.
        let typed = name.flatMap { SecretName.isValid($0) ? [$0] : nil }
        try trail.record(operation, names: names ?? typed, outcome: outcome)
    }

    /// Runs `body`, whose errors end the command.
    func failing<Result>(_ body: () throws(VaultError) -> Result) throws(Failure) -> Result {
        do throws(VaultError) {
            return try body()
        } catch {
            throw failure(after: error)
        }
    }

    /// What ends the command after an error, which is in the log by then: an attempt counts, whatever came of it.
    ///
    /// - Parameter absentStatus: the status where the file is there, and what was asked for is not in it.
    func failure(after error: VaultError, absentStatus: Int32 = ExitCode.ownFailure) -> Failure {
        let isAbsent = error.outcome == .absent
        let status = isAbsent && error.reason != .noFile ? absentStatus : ExitCode.ownFailure
        return recorded(Failure(error.diagnostics.inOrder, status: status), isAbsent ? .absent : .failed)
    }

    private func recorded(_ failure: Failure, _ outcome: AuditRecord.Outcome) -> Failure {
        do throws(Failure) {
            try record(outcome)
            return failure
        } catch {
            return Failure(failure.diagnostics + error.diagnostics, status: error.status)
        }
    }
}

/// Looks at recipients as they were typed, before any file is asked.
func checkRecipients(_ words: [String], mayBeSecret: Bool = false) throws(Failure) {
    let problems = words.compactMap { RecipientWord.problem(with: $0, mayBeSecret: mayBeSecret) }
    guard problems.isEmpty else { throw Failure(problems, status: ExitCode.usage) }
}
