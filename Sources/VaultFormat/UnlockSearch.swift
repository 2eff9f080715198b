internal import AgeFormat
internal import SecretMemory

/// One search for a key that opens one file.
///
/// Sources are asked in the order of the list, and what needs a prompt after all that does not. A source that the user
/// named for us has to be usable; others that are not usable count only where nothing opens the file.
struct UnlockSearch {
    let file: VaultFile
    let path: String
    let unlocker: VaultUnlocker
    private(set) var credentials: [Secret] = []
    private var looked: [KeySearch] = []
    private var brokenAgeKey: AgeError?
    private var lockedIdentities: [(source: KeySource, file: [UInt8])] = []

    struct Found {
        var dataKey: DataKey
        var source: KeySource
        var passphrase: Secret?
    }

    init(file: VaultFile, path: String, unlocker: VaultUnlocker) {
        (self.file, self.path, self.unlocker) = (file, path, unlocker)
    }

    mutating func run() throws(VaultError) -> Found {
        try checkPassphraseFile()
        for source in identitySources {
            if let found = try tryIdentities(source) { return found }
        }
        for source in passphraseSources {
            if let found = try tryPassphrase(source) { return found }
        }
        for locked in lockedIdentities {
            if let found = try promptForIdentity(locked.source, file: locked.file) { return found }
        }
        if let found = try promptForVault() { return found }
        throw failure
    }

    /// Why nothing opened the file.
    private var failure: VaultError {
        if let brokenAgeKey { return VaultError(.brokenAgeKey(brokenAgeKey), path: path) }
        for search in looked {
            if case .broken(let fault) = search.finding {
                return VaultError(.brokenSource(search.source, fault), path: path)
            }
        }
        let wasOffered = looked.contains { $0.finding == .doesNotFit }
        return VaultError(wasOffered ? .noKeyFits(looked: looked) : .nothingOffered(looked: looked), path: path)
    }
}

// MARK: - Identities

extension UnlockSearch {
    private var identitySources: [KeySource] {
        let environment = unlocker.environment
        var sources: [KeySource] = [.identityVariable]
        if let path = environment.text("WITHSECRETS_IDENTITY_FILE") { sources.append(.identityFile(path: path)) }
        if let path = unlocker.defaultIdentityPath { sources.append(.defaultIdentity(path: path)) }
        sources.append(.sopsKey)
        if let path = environment.text("SOPS_AGE_KEY_FILE") { sources.append(.sopsKeyFile(path: path)) }
        if let folder = environment.configFolder { sources.append(.sopsDefault(path: "\(folder)/sops/age/keys.txt")) }
        if let home = environment.home { sources.append(.sshKey(path: "\(home)/.ssh/id_ed25519")) }
        return sources
    }

    private mutating func tryIdentities(_ source: KeySource) throws(VaultError) -> Found? {
        guard isOfUse(source) else {
            looked.append(KeySearch(source: source, finding: .notOfUse))
            return nil
        }
        guard let text = try read(source) else { return nil }
        do throws(AgeError) {
            let parsed = try text.withBytes { (bytes) throws(AgeError) in try AgeIdentityFile.parse(bytes) }
            switch parsed {
            case .identities(let identities): return tryIdentities(identities, from: source)
            case .encrypted(let file): lockedIdentities.append((source, file))
            }
        } catch .sshKeyNeedsPassphrase where !isRecipient(sshKey: text) {
            looked.append(KeySearch(source: source, finding: .doesNotFit))
        } catch {
            try note(.age(error), of: source)
        }
        return nil
    }

    private mutating func tryIdentities(_ identities: [AgeIdentity], from source: KeySource) -> Found? {
        credentials += identities.map(\.text)
        for key in file.ageKeys {
            do throws(AgeError) {
                let opened = try AgeFile.decrypt(key.sealed.span, with: identities)
                guard opened.count == DataKey.byteCount else {
                    brokenAgeKey = brokenAgeKey ?? .malformedPayload
                    continue
                }
                return Found(dataKey: DataKey(opened), source: source)
            } catch .noMatchingIdentity {
                continue
            } catch {
                brokenAgeKey = brokenAgeKey ?? error
            }
        }
        looked.append(KeySearch(source: source, finding: .doesNotFit))
        return nil
    }

    /// A file at one of the usual places is looked at only where a key of its kind could open the vault.
    private func isOfUse(_ source: KeySource) -> Bool {
        switch source {
        case .sshKey: file.hasSSHStanza
        case .defaultIdentity, .sopsDefault: !file.ageKeys.isEmpty
        default: true
        }
    }

    private func isRecipient(sshKey text: Secret) -> Bool {
        file.ageKeys.contains { key in
            text.withBytes { AgeIdentityFile.isSSHKey($0, recipientOf: key.sealed) }
        }
    }

    private mutating func promptForIdentity(_ source: KeySource, file: [UInt8]) throws(VaultError) -> Found? {
        guard let prompt = unlocker.prompt else {
            try note(.cannotPrompt, of: source)
            return nil
        }
        for remaining in (1...VaultUnlocker.promptLimit).reversed() {
            try checkPause()
            let question = VaultUnlocker.Prompt(subject: .identity(path: source.text), attemptsRemaining: remaining)
            guard let passphrase = prompt(question) else { throw VaultError(.promptRefused, path: path) }
            credentials.append(passphrase)
            do throws(AgeError) {
                let identities = try AgeIdentityFile.decrypt(file, passphrase: passphrase.copy())
                noteAnswer(fits: true)
                return tryIdentities(identities, from: source)
            } catch .wrongPassphrase {
                noteAnswer(fits: false)
                continue
            } catch {
                try note(.age(error), of: source)
                return nil
            }
        }
        throw VaultError(.wrongPassphrase(source), path: path)
    }
}

// MARK: - Passphrases

extension UnlockSearch {
    private var passphraseSources: [KeySource] {
        var sources: [KeySource] = [.passphraseVariable]
        if let path = unlocker.environment.text("WITHSECRETS_PASSPHRASE_FILE") {
            sources.append(.passphraseFile(path: path))
        }
        return sources
    }

    private mutating func tryPassphrase(_ source: KeySource) throws(VaultError) -> Found? {
        guard !file.passphraseKeys.isEmpty else {
            looked.append(KeySearch(source: source, finding: .notOfUse))
            return nil
        }
        guard let passphrase = try read(source) else { return nil }
        credentials.append(passphrase)
        if let dataKey = try dataKey(under: passphrase) {
            unlocker.notePassphrase?(true)
            return Found(dataKey: dataKey, source: source, passphrase: passphrase)
        }
        unlocker.notePassphrase?(false)
        throw VaultError(.wrongPassphrase(source), path: path)
    }

    private mutating func promptForVault() throws(VaultError) -> Found? {
        guard !file.passphraseKeys.isEmpty else { return nil }
        guard let prompt = unlocker.prompt else {
            looked.append(KeySearch(source: .prompt, finding: .cannotPrompt))
            return nil
        }
        for remaining in (1...VaultUnlocker.promptLimit).reversed() {
            try checkPause()
            let question = VaultUnlocker.Prompt(subject: .vault(path: path), attemptsRemaining: remaining)
            guard let passphrase = prompt(question) else { throw VaultError(.promptRefused, path: path) }
            credentials.append(passphrase)
            if let dataKey = try dataKey(under: passphrase) {
                noteAnswer(fits: true)
                return Found(dataKey: dataKey, source: .prompt, passphrase: passphrase)
            }
            noteAnswer(fits: false)
        }
        throw VaultError(.wrongPassphrase(.prompt), path: path)
    }

    /// - Throws: while nobody may try, because too many answers were wrong.
    private func checkPause() throws(VaultError) {
        guard let seconds = unlocker.attempts?.secondsToWait(for: file.idText), seconds > 0 else { return }
        throw VaultError(.tooManyAttempts(seconds: seconds), path: path)
    }

    /// What was typed at a prompt slows the next one down; what stands in a variable or file does not.
    private func noteAnswer(fits: Bool) {
        if fits {
            unlocker.attempts?.succeeded(for: file.idText)
        } else {
            unlocker.attempts?.failed(for: file.idText)
        }
        unlocker.notePassphrase?(fits)
    }

    private func dataKey(under passphrase: Secret) throws(VaultError) -> DataKey? {
        for key in file.passphraseKeys {
            guard unlocker.isOutOfTime?() != true else { throw VaultError(.outOfTime, path: path) }
            do throws(PassphraseDerivation.NotEnoughMemory) {
                if let dataKey = try PassphraseDerivation.open(key, with: passphrase, id: file.id) { return dataKey }
            } catch {
                throw VaultError(.notEnoughMemory(byteCount: error.byteCount), path: path)
            }
        }
        return nil
    }
}

// MARK: - Sources

extension UnlockSearch {
    /// A passphrase file that others can read is refused whether or not it is needed to open this file: who named it
    /// should hear of it before somebody else reads it.
    private func checkPassphraseFile() throws(VaultError) {
        guard let path = unlocker.environment.text("WITHSECRETS_PASSPHRASE_FILE") else { return }
        let reader = PrivateFile(credentialsFolder: unlocker.environment.text("CREDENTIALS_DIRECTORY"))
        do throws(VaultError.SourceFault) {
            _ = try reader.read(path)
        } catch {
            guard case .readableByOthers = error else { return }
            throw VaultError(.brokenSource(.passphraseFile(path: path), error), path: self.path)
        }
    }

    /// What stands in a variable or file; `nil` where there is nothing, which is noted.
    private mutating func read(_ source: KeySource) throws(VaultError) -> Secret? {
        switch source {
        case .identityVariable, .sopsKey, .passphraseVariable:
            if let secret = unlocker.environment.secret(source.text) { return secret }
        case .identityFile(let path), .defaultIdentity(let path), .sopsKeyFile(let path), .sopsDefault(let path),
            .sshKey(let path), .passphraseFile(let path):
            let reader = PrivateFile(credentialsFolder: unlocker.environment.text("CREDENTIALS_DIRECTORY"))
            do throws(VaultError.SourceFault) {
                var bytes = try reader.read(path)
                if case .passphraseFile = source {
                    bytes.trimOneNewline()
                    guard !bytes.isEmpty else { throw .empty }
                }
                return Secret(bytes)
            } catch .absent where !isConfigured(source) {
                break
            } catch {
                try note(error, of: source)
                return nil
            }
        case .prompt:
            break
        }
        looked.append(KeySearch(source: source, finding: .nothing))
        return nil
    }

    /// Whether a file's path was given by somebody, and is not just a usual place.
    private func isConfigured(_ source: KeySource) -> Bool {
        switch source {
        case .identityFile, .sopsKeyFile, .passphraseFile: true
        default: false
        }
    }

    private mutating func note(_ fault: VaultError.SourceFault, of source: KeySource) throws(VaultError) {
        if source.isNamed { throw VaultError(.brokenSource(source, fault), path: path) }
        looked.append(KeySearch(source: source, finding: .broken(fault)))
    }
}
