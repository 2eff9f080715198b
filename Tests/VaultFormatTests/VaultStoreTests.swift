import AgeFormat
import SecretMemory
import TestSupport
import Testing

@testable import VaultFormat

/// Files on disk: made, changed under a lock, replaced as a whole.
@Suite(.timeLimit(.minutes(15)))
struct VaultStoreTests {
    private let folder = TemporaryFolder()
    private let identity = AgeIdentity.fixed(1)
    private var path: String { folder.path("secrets.vault.yaml") }

    @discardableResult
    private func makeVault() throws -> UnlockedVault {
        try VaultStore.create(at: path, recipients: [identity.recipient.text], passphrases: [])
    }

    private func set(_ name: String, _ value: String) throws(VaultError) {
        try VaultStore.update(path, with: .with(identity)) { (vault) throws(VaultError) in
            try vault.set(name, to: Secret(copying: value))
        }
    }

    @Test func aSecretIsThereAfterItWasSet() throws {
        try makeVault()
        try set("a/b", "value")
        let vault = try VaultStore.open(path, with: .with(identity))
        #expect(revealed(try vault.value(of: "a/b")) == "value")
        #expect(vault.file.generation == 2)
        #expect(folder.names == ["secrets.vault.yaml"])
        #expect(folder.mode("secrets.vault.yaml") == 0o600)
    }

    @Test func aFileThatIsThereIsNotMadeAgain() throws {
        try makeVault()
        let before = folder.read("secrets.vault.yaml")
        #expect(
            reason { try VaultStore.create(at: path, recipients: [identity.recipient.text], passphrases: []) }
                == .exists
        )
        #expect(folder.read("secrets.vault.yaml") == before)
        #expect(folder.names == ["secrets.vault.yaml"])
    }

    @Test func aVaultNeedsAKey() {
        #expect(reason { try VaultStore.create(at: path, recipients: [], passphrases: []) } == .lastKey)
        #expect(
            reason { try VaultStore.create(at: path, recipients: [identity.line], passphrases: []) }
                == .invalidRecipient(.identityInsteadOfRecipient)
        )
        #expect(folder.names.isEmpty)
    }

    @Test func foldersThatAreMadeArePrivate() throws {
        let path = folder.path("a/b/vault.yaml")
        _ = try VaultStore.create(at: path, recipients: [identity.recipient.text], passphrases: [])
        #expect(folder.mode("a") == 0o700 && folder.mode("a/b") == 0o700)
    }

    @Test func theModeOfTheFileStays() throws {
        try makeVault()
        folder.setMode("secrets.vault.yaml", 0o664)
        try set("a", "x")
        #expect(folder.mode("secrets.vault.yaml") == 0o664)
    }

    @Test func aSymbolicLinkStaysAndLeadsToTheNewFile() throws {
        try makeVault()
        let link = folder.path("link.yaml")
        try #require(runCommand(["ln", "-s", "secrets.vault.yaml", link]).status == 0)
        try VaultStore.update(link, with: .with(identity)) { (vault) throws(VaultError) in
            try vault.set("a", to: Secret(copying: "x"))
        }
        #expect(try VaultStore.open(path, with: .with(identity)).names == ["a"])
        #expect(runCommand(["readlink", link]).outputText == "secrets.vault.yaml\n")
    }

    @Test func aChangeThatFailsLeavesTheOldFile() throws {
        try makeVault()
        try set("a", "x")
        let before = folder.read("secrets.vault.yaml")
        let failure = reason {
            try VaultStore.update(path, with: .with(identity)) { (vault) throws(VaultError) in
                try vault.set("b", to: Secret(copying: "y"))
                try vault.remove("c")
            }
        }
        #expect(failure == .noSuchSecret(suggestion: nil) || failure == .noSuchSecret(suggestion: "b"))
        try VaultStore.update(path, with: .with(identity)) { _ in }
        #expect(folder.read("secrets.vault.yaml") == before)
        #expect(folder.names == ["secrets.vault.yaml"])
    }

    @Test func aTamperedFileIsNotWrittenOver() throws {
        try makeVault()
        try set("a", "x")
        var file = try VaultFile.read(path)
        file.generation += 7
        folder.write("secrets.vault.yaml", file.text)
        #expect(reason { try set("b", "y") } == .tampered(entries: []))
        #expect(folder.read("secrets.vault.yaml") == file.text)
    }

    @Test func whatIsNoFileIsToldApart() throws {
        #expect(reason { _ = try VaultFile.read(folder.path("none")) } == .noFile)
        #expect(reason { _ = try VaultFile.read(folder.path("none/vault")) } == .noFile)
        #expect(reason { _ = try VaultFile.read(folder.path) } == .notAFile)
        let fifo = folder.path("fifo")
        try #require(runCommand(["mkfifo", fifo]).status == 0)
        #expect(reason { _ = try VaultFile.read(fifo) } == .notAFile)
        let big = folder.path("big")
        try #require(runCommand(["truncate", "-s", "65M", big]).status == 0)
        #expect(reason { _ = try VaultFile.read(big) } == .tooLarge)
    }

    @Test func fiftyWritersLoseNothing() async throws {
        try makeVault()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask { try set("writer/\(number)", "value \(number)") }
            }
            try await group.waitForAll()
        }
        let vault = try VaultStore.open(path, with: .with(identity))
        #expect(vault.names.count == 50 && vault.file.generation == 51)
        for number in 0..<50 { #expect(revealed(try vault.value(of: "writer/\(number)")) == "value \(number)") }
        #expect(folder.names == ["secrets.vault.yaml"])
    }

    @Test func whatADeadWriterLeftIsRemovedByTheNext() throws {
        try makeVault()
        folder.write(".secrets.vault.yaml.0123456789abcdef.withsecrets-tmp", "half a fi")
        folder.write(".other.yaml.0123456789abcdef.withsecrets-tmp", "somebody else's")
        try set("a", "x")
        #expect(folder.names == [".other.yaml.0123456789abcdef.withsecrets-tmp", "secrets.vault.yaml"])
    }

    @Test func aFileThatIsPutInPlaceMeanwhileIsNotWrittenOver() throws {
        try makeVault()
        try set("a", "x")
        let other = try sampleVault()
        var calls = 0
        try VaultStore.update(path, with: .with(identity)) { (vault) throws(VaultError) in
            calls += 1
            if calls == 1 {
                folder.write("new", other.file.text)
                folder.rename("new", to: "secrets.vault.yaml")
            }
            try vault.set("b", to: Secret(copying: "y"))
        }
        #expect(calls == 2)
        let vault = try VaultStore.open(path, with: .with(identity))
        #expect(vault.names == ["b", "db/password", "openai/api_key"])
    }

    @Test func theFirstIdentityIsMadeOnceAndFoundAfterwards() throws {
        let environment = KeyEnvironment.fixed(["XDG_CONFIG_HOME": folder.path("config")])
        let unlocker = VaultUnlocker(environment: environment)
        let path = try #require(unlocker.defaultIdentityPath)
        let made = try IdentityStore.recipient(ofIdentityAt: path, environment: environment)
        let again = try IdentityStore.recipient(ofIdentityAt: path, environment: environment)
        #expect(made.isNew && !again.isNew && made.recipient == again.recipient)
        #expect(folder.mode("config/withsecrets/identity.txt") == 0o600)
        #expect(runCommand(["age-keygen", "-y", path]).outputText == made.recipient + "\n")
        _ = try VaultStore.create(at: self.path, recipients: [made.recipient], passphrases: [])
        #expect(try VaultStore.open(self.path, with: unlocker).names == [])
    }

    @Test func theFilesToAskAreThoseThatExist() throws {
        folder.write("vault.yaml", "")
        folder.makeFolder("config/withsecrets")
        folder.write("config/withsecrets/vault.yaml", "")
        let config = folder.path("config")
        let environment = KeyEnvironment.fixed(["XDG_CONFIG_HOME": config])
        let scopes = VaultLocation(path: nil, manifestFolder: folder.path, environment: environment)
        #expect(scopes.candidates.filter { !$0.hasPrefix("/etc/") } == ["\(config)/withsecrets/vault.yaml"])
        #expect(scopes.pathForNew == path)
        try makeVault()
        #expect(scopes.candidates.prefix(2) == [path, "\(config)/withsecrets/vault.yaml"])
        let named = KeyEnvironment.fixed(["WITHSECRETS_VAULT": "x.yaml"])
        #expect(VaultLocation(path: nil, manifestFolder: "", environment: named) == .named("x.yaml"))
        #expect(VaultLocation(path: "y.yaml", manifestFolder: "", environment: named).candidates == ["y.yaml"])
        let here = VaultLocation(path: nil, manifestFolder: "", environment: .fixed([:]))
        #expect(here.pathForNew == "secrets.vault.yaml")
    }
}
