import AgeFormat
import Diagnostics
import SecretMemory
import Synchronization
import TestSupport
import Testing

@testable import VaultFormat

/// Which key is found, in which order, and what is said where none is.
struct UnlockingTests {
    private let folder = TemporaryFolder()
    private let identity = AgeIdentity.fixed(1)
    private let stranger = AgeIdentity.fixed(2)

    private func vault(passphrase: String? = nil) throws -> VaultFile {
        var vault = try sampleVault()
        if let passphrase { try vault.addPassphrase(Secret(copying: passphrase), label: nil, cost: .least) }
        return vault.finished(generation: 18)
    }

    private func vaultUnderPassphrase(_ passphrase: String) throws -> VaultFile {
        var vault = try sampleVault()
        try vault.addPassphrase(Secret(copying: passphrase), label: nil, cost: .least)
        try vault.removeRecipient(identity.recipient.text)
        return vault.finished(generation: 18)
    }

    private func unlock(
        _ file: VaultFile,
        _ variables: [String: String],
        prompt: (@Sendable (VaultUnlocker.Prompt) -> Secret?)? = nil
    ) -> Result<KeySource, VaultError> {
        do throws(VaultError) {
            let unlocker = VaultUnlocker(environment: .fixed(variables), prompt: prompt)
            return .success(try unlocker.unlock(file, path: "v.yaml").opening.source)
        } catch {
            return .failure(error)
        }
    }

    private func reason(_ result: Result<KeySource, VaultError>) -> VaultError.Reason? {
        guard case .failure(let error) = result else { return nil }
        return error.reason
    }

    @Test func noKeyIsDerivedWhenTimeIsOver() throws {
        var vault = try sampleVault()
        for passphrase in ["one", "two", "three"] {
            try vault.addPassphrase(Secret(copying: passphrase), label: nil, cost: .least)
        }
        let file = vault.finished(generation: 18)
        var unlocker = VaultUnlocker.with(passphrase: "three")
        let derivations = Mutex(0)
        unlocker.isOutOfTime = {
            derivations.withLock { count in
                count += 1
                return count > 2
            }
        }
        #expect(throws: VaultError(.outOfTime, path: "v.yaml")) { try unlocker.unlock(file, path: "v.yaml") }
        #expect(derivations.withLock(\.self) == 3)
        unlocker.isOutOfTime = { false }
        #expect(try unlocker.unlock(file, path: "v.yaml").opening.source == .passphraseVariable)
    }

    @Test func everySourceOpensTheVault() throws {
        let file = try vault(passphrase: "correct horse")
        let path = folder.write("key.txt", identity.line + "\n")
        let passphrase = folder.write("pass", "correct horse\n")
        folder.makeFolder("config/withsecrets")
        folder.makeFolder("config/sops/age")
        let usual = folder.write("config/withsecrets/identity.txt", "# mine\n" + identity.line)
        #expect(unlock(file, ["WITHSECRETS_IDENTITY": identity.line]) == .success(.identityVariable))
        #expect(unlock(file, ["WITHSECRETS_IDENTITY_FILE": path]) == .success(.identityFile(path: path)))
        let config = ["XDG_CONFIG_HOME": folder.path("config")]
        #expect(unlock(file, config) == .success(.defaultIdentity(path: usual)))
        #expect(unlock(file, ["SOPS_AGE_KEY": stranger.line + "\n" + identity.line]) == .success(.sopsKey))
        #expect(unlock(file, ["SOPS_AGE_KEY_FILE": path]) == .success(.sopsKeyFile(path: path)))
        #expect(unlock(file, ["WITHSECRETS_PASSPHRASE": "correct horse"]) == .success(.passphraseVariable))
        #expect(
            unlock(file, ["WITHSECRETS_PASSPHRASE_FILE": passphrase]) == .success(.passphraseFile(path: passphrase))
        )
        #expect(unlock(file, [:]) { _ in Secret(copying: "correct horse") } == .success(.prompt))
        folder.write("config/withsecrets/identity.txt", stranger.line)
        let sops = folder.write("config/sops/age/keys.txt", identity.line)
        #expect(unlock(file, config) == .success(.sopsDefault(path: sops)))
        #expect(KeySource.sopsKey.isSopsVariable && !KeySource.sopsDefault(path: sops).isSopsVariable)
    }

    @Test func anSSHKeyOpensTheVault() throws {
        folder.makeFolder(".ssh")
        let path = folder.path(".ssh/id_ed25519")
        try #require(runCommand(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path]).status == 0)
        let line = String(decoding: folder.read(".ssh/id_ed25519.pub") ?? [], as: UTF8.self).split(separator: "\n")[0]
        #expect(reason(unlock(try vault(), ["HOME": folder.path])) == .nothingOffered(looked: looked(without: path)))
        var vault = try sampleVault()
        try vault.addRecipients([String(line)])
        let file = vault.finished(generation: 18)
        #expect(unlock(file, ["HOME": folder.path]) == .success(.sshKey(path: path)))

        try #require(runCommand(["ssh-keygen", "-q", "-p", "-P", "", "-N", "a passphrase", "-f", path]).status == 0)
        let locked = unlock(file, ["HOME": folder.path])
        #expect(reason(locked) == .brokenSource(.sshKey(path: path), .age(.sshKeyNeedsPassphrase)))
        // Another's key with a passphrase is no reason to fail otherwise than any other key that does not fit.
        var others = try sampleVault()
        try others.addRecipients(["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"])
        guard case .noKeyFits = reason(unlock(others.finished(generation: 18), ["HOME": folder.path])) else {
            Issue.record("a stranger's ssh key")
            return
        }
    }

    private func looked(without ssh: String) -> [KeySearch] {
        let config = folder.path(".config")
        return [
            KeySearch(source: .identityVariable, finding: .nothing),
            KeySearch(source: .defaultIdentity(path: "\(config)/withsecrets/identity.txt"), finding: .nothing),
            KeySearch(source: .sopsKey, finding: .nothing),
            KeySearch(source: .sopsDefault(path: "\(config)/sops/age/keys.txt"), finding: .nothing),
            KeySearch(source: .sshKey(path: ssh), finding: .notOfUse),
            KeySearch(source: .passphraseVariable, finding: .notOfUse),
        ]
    }

    @Test func theOutcomesStayApart() throws {
        let both = try vault(passphrase: "correct horse")
        func outcome(_ result: Result<KeySource, VaultError>) -> VaultError.Outcome? {
            if case .failure(let error) = result { error.outcome } else { nil }
        }
        #expect(outcome(unlock(both, [:])) == .passedOver)
        #expect(outcome(unlock(try vault(), [:])) == .passedOver)
        #expect(outcome(unlock(try vault(), ["WITHSECRETS_IDENTITY": stranger.line])) == .failed)
        #expect(reason(unlock(both, ["WITHSECRETS_PASSPHRASE": "wrong"])) == .wrongPassphrase(.passphraseVariable))
        #expect(outcome(unlock(try vault(), ["WITHSECRETS_IDENTITY": "garbage"])) == .failed)
        #expect(outcome(unlock(try vault(), ["WITHSECRETS_IDENTITY_FILE": folder.path("none")])) == .failed)
        #expect(outcome(unlock(try vault(), ["SOPS_AGE_KEY_FILE": folder.path("none")])) == .failed)
        #expect(VaultError(.noFile, path: "v").outcome == .absent)
        #expect(VaultError(.tampered(entries: []), path: "v").outcome == .failed)
    }

    @Test func aSourceOfSomebodyElsesThatIsBrokenDoesNotStopTheSearch() throws {
        let variables = ["SOPS_AGE_KEY": "garbage", "WITHSECRETS_PASSPHRASE": "correct horse"]
        #expect(unlock(try vault(passphrase: "correct horse"), variables) == .success(.passphraseVariable))
        let named = ["WITHSECRETS_IDENTITY": "garbage", "WITHSECRETS_PASSPHRASE": "correct horse"]
        #expect(
            reason(unlock(try vault(passphrase: "correct horse"), named))
                == .brokenSource(.identityVariable, .age(.malformedIdentity(line: 1)))
        )
    }

    @Test(arguments: [0o644, 0o640, 0o604, 0o660, 0o666] as [UInt32])
    func aFileThatOthersCanReadIsRefusedWithItsRemedy(mode: UInt32) throws {
        let path = folder.write("key.txt", identity.line, mode: mode)
        // On a tmpfs the rule does not hold: then there is nothing to see here.
        let result = unlock(try vault(), ["WITHSECRETS_IDENTITY_FILE": path])
        if folder.isInMemory {
            #expect(result == .success(.identityFile(path: path)))
        } else {
            #expect(reason(result) == .brokenSource(.identityFile(path: path), .readableByOthers(mode: mode)))
            guard case .failure(let error) = result else { return }
            #expect(error.diagnostics.all.first?.hints == ["chmod 600 \(path)"])
        }
    }

    @Test func aFileThatAContainerDeliversMayBeReadable() throws {
        folder.makeFolder("credentials")
        let path = folder.write("credentials/key", identity.line, mode: 0o444)
        let variables = ["WITHSECRETS_IDENTITY_FILE": path, "CREDENTIALS_DIRECTORY": folder.path("credentials")]
        #expect(unlock(try vault(), variables) == .success(.identityFile(path: path)))
        let memory = TemporaryFolder(in: "/dev/shm")
        let shared = memory.write("key", identity.line, mode: 0o444)
        #expect(unlock(try vault(), ["WITHSECRETS_IDENTITY_FILE": shared]) == .success(.identityFile(path: shared)))
    }

    @Test func whatIsNoFileIsRefusedWithoutWaiting() throws {
        let fifo = folder.path("fifo")
        try #require(runCommand(["mkfifo", "-m", "600", fifo]).status == 0)
        for (path, fault) in [
            (fifo, VaultError.SourceFault.notAFile), (folder.path, .notAFile), (folder.path("none"), .absent),
        ] {
            let result = unlock(try vault(), ["WITHSECRETS_IDENTITY_FILE": path])
            #expect(reason(result) == .brokenSource(.identityFile(path: path), fault))
        }
    }

    @Test func aPromptHasThreeTries() throws {
        let asked = Mutex<[Int]>([])
        let file = try vaultUnderPassphrase("correct horse")
        let wrong = unlock(file, [:]) { prompt in
            asked.withLock { $0.append(prompt.attemptsRemaining) }
            return Secret(copying: "battery staple")
        }
        #expect(reason(wrong) == .wrongPassphrase(.prompt))
        #expect(asked.withLock { $0 } == [3, 2, 1])
        let third = unlock(file, [:]) { Secret(copying: $0.attemptsRemaining == 1 ? "correct horse" : "no") }
        #expect(third == .success(.prompt))
        #expect(reason(unlock(file, [:]) { _ in nil }) == .promptRefused)
    }

    @Test func aPassphraseInAFileLosesOneNewlineAlone() throws {
        let file = try vaultUnderPassphrase("correct horse\n")
        let good = folder.write("good", "correct horse\n\n")
        let bad = folder.write("bad", "correct horse\n")
        let empty = folder.write("empty", "\n")
        #expect(unlock(file, ["WITHSECRETS_PASSPHRASE_FILE": good]) == .success(.passphraseFile(path: good)))
        #expect(
            reason(unlock(file, ["WITHSECRETS_PASSPHRASE_FILE": bad])) == .wrongPassphrase(.passphraseFile(path: bad))
        )
        #expect(
            reason(unlock(file, ["WITHSECRETS_PASSPHRASE_FILE": empty]))
                == .brokenSource(.passphraseFile(path: empty), .empty)
        )
    }

    @Test func anIdentityUnderAPassphraseIsAskedFor() throws {
        let plain = AgeIdentityFile.text(of: identity, created: "now")
        let file = try AgeFile.encrypt(plain, passphrase: SecretBytes(copying: "open sesame"), work: 4)
        let path = folder.write("key.age", AgeArmor.encode(file))
        let variables = ["WITHSECRETS_IDENTITY_FILE": path]
        let opened = unlock(try vault(), variables) { prompt in
            guard case .identity = prompt.subject else { return nil }
            return Secret(copying: prompt.attemptsRemaining == 3 ? "no" : "open sesame")
        }
        #expect(opened == .success(.identityFile(path: path)))
        #expect(reason(unlock(try vault(), variables)) == .brokenSource(.identityFile(path: path), .cannotPrompt))
        let wrong = unlock(try vault(), variables) { _ in Secret(copying: "no") }
        #expect(reason(wrong) == .wrongPassphrase(.identityFile(path: path)))
    }

    @Test func whatWasReadIsHandedOnForMasking() throws {
        let variables = ["WITHSECRETS_IDENTITY": stranger.line, "WITHSECRETS_PASSPHRASE": "correct horse"]
        let unlocker = VaultUnlocker(environment: .fixed(variables))
        let vault = try unlocker.unlock(try vault(passphrase: "correct horse"), path: "v.yaml")
        #expect(vault.opening.credentials.map { revealed($0) } == [stranger.line, "correct horse"])
    }

    @Test func noKeyOpensThisFileSaysWhereWasLooked() throws {
        let variables = ["WITHSECRETS_IDENTITY": stranger.line, "HOME": "/home/nobody"]
        guard case .failure(let error) = unlock(try vault(passphrase: "x"), variables) else { return }
        let diagnostic = try #require(error.diagnostics.all.first)
        #expect(diagnostic.subject == "v.yaml" && diagnostic.message == "no key opens this file")
        #expect(
            diagnostic.hints == [
                "tried WITHSECRETS_IDENTITY",
                "no /home/nobody/.config/withsecrets/identity.txt; no /home/nobody/.config/sops/age/keys.txt; "
                    + "nobody to ask for a passphrase",
                "not set: SOPS_AGE_KEY, WITHSECRETS_PASSPHRASE",
            ]
        )
    }

    @Test func ageItselfOpensTheDataKey() throws {
        let file = try vault()
        let path = folder.write("key.txt", identity.line)
        let opened = runCommand(["age", "-d", "-i", path], input: try #require(file.ageKeys.first).sealed)
        #expect(opened.status == 0 && opened.output.count == 32)
    }
}
