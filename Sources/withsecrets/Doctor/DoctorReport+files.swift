internal import Auditing
internal import Diagnostics
internal import Glibc
internal import ManifestFormat
internal import VaultFormat

/// Files: whose they are, who may write to them, and what is in them as far as no value is needed.
extension DoctorReport {
    mutating func checkManifest(_ loaded: LoadedManifest) {
        guard let path = loaded.path, let name = loaded.name else { return }
        checkOwner(of: path, shownAs: name)
        let variables = count(loaded.manifest.variables.count, "variable")
        add(.ok, name, "valid, \(variables)")
        if !loaded.isTrusted {
            add(
                .note,
                name,
                "does what a run asks about first",
                remedy: "withsecrets trust"
            )
        }
    }

    /// - Returns: whether there is a file.
    @discardableResult
    mutating func checkOwner(of path: String, shownAs name: String, forbidding mode: mode_t = 0o002) -> Bool {
        guard let status = FilePath(canonicalPath(path) ?? path).status else {
            add(.problem, name, "cannot be looked at: \(systemMessage(errno))")
            return false
        }
        if status.st_uid != geteuid(), status.st_uid != 0 {
            add(.problem, name, "belongs to user \(status.st_uid), who can change it", remedy: "chown it to you")
        }
        if status.st_mode & mode != 0 {
            add(.problem, name, "others may write to it", remedy: "chmod go-w '\(printable(path))'")
        }
        return true
    }

    mutating func checkVaults(of loaded: LoadedManifest?) {
        let settings = loaded?.manifest.provider(named: ProviderKind.vaultfile.rawValue)
        let location = VaultLocation(
            path: settings?.text("path"),
            manifestFolder: loaded?.folder,
            environment: .process
        )
        let unlocker = VaultUnlocker(pin: settings?.text("pin"))
        for path in location.candidates {
            guard checkOwner(of: path, shownAs: path) else { continue }
            var hasPassphrase = false
            do throws(VaultError) {
                let file = try VaultFile.read(path)
                hasPassphrase = !file.passphraseKeys.isEmpty
                checkExpiry(of: file, path)
                let vault = try VaultStore.open(path, with: unlocker)
                for entry in vault.file.secrets {
                    for version in entry.versions { _ = try vault.value(of: entry.name, version: version.number) }
                }
                let state = "whole, \(count(vault.names.count, "secret")), opened by \(vault.opening.source.text)"
                add(.ok, path, state)
                checkGeneration(of: vault)
            } catch {
                guard !error.isClosed else {
                    addClosed(path, error, canBeAsked: hasPassphrase || error.isLockedIdentity)
                    continue
                }
                for diagnostic in error.diagnostics.inOrder {
                    add(.problem, diagnostic.location?.text ?? path, diagnostic.message, remedy: diagnostic.hints.first)
                }
            }
        }
        if location.candidates.isEmpty { add(.ok, "vault files", "none") }
    }

    /// A vault that was not opened: a question may do it, or nothing that is here.
    private mutating func addClosed(_ path: String, _ error: VaultError, canBeAsked: Bool) {
        guard !canBeAsked else {
            let text = "no key opens it without a question, so its integrity is not known"
            return add(.note, path, text, remedy: "withsecrets vault verify")
        }
        let places = error.diagnostics.inOrder.flatMap(\.hints).joined(separator: "; ")
        add(
            .problem,
            path,
            "no identity here opens it, and it has no passphrase: \(places)",
            remedy: "somebody who can open it lets you in: withsecrets vault keys add RECIPIENT; "
                + "'withsecrets vault keys generate' makes you one"
        )
    }

    private mutating func checkGeneration(of vault: UnlockedVault) {
        let record = KeyEnvironment.process.stateFolder.map { GenerationRecord(stateFolder: $0) }
        guard let error = record?.review(vault) else { return }
        for diagnostic in error.diagnostics.inOrder {
            add(.problem, vault.path, diagnostic.message, remedy: diagnostic.hints.joined(separator: "; "))
        }
    }

    private mutating func checkExpiry(of file: VaultFile, _ path: String) {
        let soon = VaultTime.now.adding(seconds: 30 * 86_400)
        for entry in file.secrets where entry.isExpired(at: soon) {
            let time = entry.current.expires?.text ?? ""
            let isExpired = entry.isExpired(at: .now)
            add(
                isExpired ? .problem : .note,
                path,
                "'\(entry.name)' \(isExpired ? "expired" : "expires") \(time)",
                remedy: "renew it, then: withsecrets vault set \(entry.name) --expires DATE"
            )
        }
    }

    mutating func checkAudit(_ settings: Manifest.AuditSettings?) {
        let effective: Manifest.AuditSettings
        do throws(Failure) {
            effective = try .effective(settings)
        } catch {
            for diagnostic in error.diagnostics {
                add(
                    .problem,
                    diagnostic.location?.text ?? "user's settings",
                    diagnostic.message,
                    remedy: diagnostic.hints.first
                )
            }
            return
        }
        let log = AuditLog(effective, environment: Surroundings.variable)
        switch log.sink {
        case .off: add(.note, "audit log", "off, as the manifest says")
        case .system: add(.ok, "audit log", "goes to the system's")
        case .nowhere(let error): add(.note, "audit log", error.diagnostic.message)
        case .file(let file):
            guard FilePath(file.path).status != nil else {
                add(.ok, "audit log", "nothing in it yet")
                return
            }
            checkOwner(of: file.path, shownAs: file.path, forbidding: 0o022)
            do throws(AuditError) {
                let isIntact = try file.verify().isIntact
                add(
                    isIntact ? .ok : .problem,
                    file.path,
                    isIntact ? "intact" : "the audit log was changed",
                    remedy: isIntact ? nil : "withsecrets audit verify"
                )
            } catch {
                add(.problem, file.path, error.diagnostic.message, remedy: error.diagnostic.hints.first)
            }
        }
    }
}

extension VaultError {
    /// Whether nothing is wrong with the file, and only a key is missing.
    fileprivate var isClosed: Bool {
        switch reason {
        case .nothingOffered, .noKeyFits: true
        default: isLockedIdentity
        }
    }

    /// Whether an identity has a passphrase, which would have to be asked for.
    fileprivate var isLockedIdentity: Bool {
        if case .brokenSource(_, .cannotPrompt) = reason { true } else { false }
    }
}
