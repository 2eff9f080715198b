internal import Diagnostics
internal import EventLoop
internal import Glibc
internal import ManifestFormat
internal import SecretMemory
internal import VaultFormat

/// `vaultfile`: the encrypted files of project, user and system, the first that has the name; or the one file that the
/// provider's entry or `WITHSECRETS_VAULT` names.
struct VaultFileProvider: SecretProvider {
    let configuration: ProviderConfiguration
    let context: ProviderContext
    let vaults: OpenVaults

    func fetch(_ address: SecretAddress) async throws(ProviderError) -> Lookup {
        try address.checkOptions(["version"])
        guard let name = address.path, !name.isEmpty else { throw .noPath(address, of: "secret") }
        let version = try version(of: address)
        let location = VaultLocation(
            path: configuration.text("path"),
            manifestFolder: shownFolder(address.folder),
            environment: keyEnvironment
        )
        var passedOver: [VaultError] = []
        var absent: [VaultError] = []
        for path in location.candidates {
            var doubt: VaultError?
            do throws(VaultError) {
                let opened = try open(path)
                doubt = opened.doubt
                return .found(try payload(of: name, version, in: opened, passedOver))
            } catch {
                switch error.outcome {
                // Another file in its place may just lack the name, so that the next file or step answers.
                case .absent where doubt != nil: passedOver.append(doubt ?? error)
                case .absent: absent.append(error)
                case .passedOver: passedOver.append(error)
                case .failed: throw .vaultFailed(address, error)
                }
            }
        }
        return .absent(.notInVaults(address, absent: absent, passedOver: passedOver))
    }

    private func version(of address: SecretAddress) throws(ProviderError) -> UInt64? {
        guard let text = address.options["version"] else { return nil }
        guard let version = UInt64(text), version > 0 else { throw .badVersion(address) }
        return version
    }

    private func payload(
        of name: String,
        _ version: UInt64?,
        in opened: OpenVaults.Opened,
        _ passedOver: [VaultError]
    ) throws(VaultError) -> SecretPayload {
        let vault = opened.vault
        let value = try vault.value(of: name, version: version)
        var warnings = passedOver.map { Diagnostic(.warning, "\($0.sentence); it was passed over", hints: $0.hints) }
        if let doubt = opened.doubt { warnings.append(Diagnostic(.warning, doubt.sentence, hints: doubt.hints)) }
        var payload = SecretPayload(.text(value), origin: vault.path)
        if version == nil, let entry = vault.file.entry(named: name) {
            payload.expires = entry.current.expires?.text
            if entry.isExpired(at: .now) { warnings.append(.expired(name, in: vault.path)) }
        }
        payload.warnings = warnings
        return payload
    }
}

// MARK: - Unlocking

extension VaultFileProvider {
    private func open(_ path: String) throws(VaultError) -> OpenVaults.Opened {
        let pin = configuration.text("pin")
        return try vaults.vault(OpenVaults.Key(path: path, pin: pin)) { () throws(VaultError) in
            var unlocker = VaultUnlocker(
                environment: keyEnvironment,
                pin: pin,
                prompt: prompt,
                attempts: keyEnvironment.stateFolder.map { PassphraseAttempts(stateFolder: $0) }
            )
            unlocker.notePassphrase = context.notePassphrase
            if let deadline = context.deadline {
                unlocker.isOutOfTime = { [loop = context.loop] in loop.now >= deadline }
            }
            let vault = try VaultStore.open(path, with: unlocker)
            note(vault.opening, of: path)
            let record = keyEnvironment.stateFolder.map { GenerationRecord(stateFolder: $0) }
            return OpenVaults.Opened(vault: vault, doubt: record?.review(vault))
        }
    }

    /// What opened the file is a secret that the command may print as well.
    private func note(_ opening: UnlockedVault.Opening, of path: String) {
        for credential in opening.credentials {
            context.noteCredential("\(path) key", credential)
        }
        switch opening.source {
        case .sopsKey: context.withholdVariable("SOPS_AGE_KEY")
        case .sopsKeyFile: context.withholdVariable("SOPS_AGE_KEY_FILE")
        default: break
        }
    }

    private var keyEnvironment: KeyEnvironment {
        let context = context
        return KeyEnvironment(
            text: { context.text(of: $0) },
            secret: { name in context.environment(name).flatMap { $0.isEmpty ? nil : $0 } }
        )
    }

    private var prompt: (@Sendable (VaultUnlocker.Prompt) -> Secret?)? {
        guard let ask = context.prompt else { return nil }
        let loop = context.loop
        return { prompt in
            let subject =
                switch prompt.subject {
                case .vault(let path): "passphrase for \(path)"
                case .identity(let path): "passphrase for the identity \(path)"
                }
            let remaining = prompt.attemptsRemaining
            let note =
                remaining == VaultUnlocker.promptLimit
                ? "" : " (wrong; \(remaining) attempt\(remaining == 1 ? "" : "s") remaining)"
            return loop.pausingDeadlines { ask(subject + note) }
        }
    }

    /// The folder as the user would name it: relative where it is in the working directory.
    private func shownFolder(_ folder: String) -> String {
        guard let current = unsafe getcwd(nil, 0) else { return folder }
        defer { unsafe free(current) }
        let here = unsafe String(cString: current)
        if folder == here { return "." }
        return folder.hasPrefix(here + "/") ? String(folder.dropFirst(here.count + 1)) : folder
    }
}
