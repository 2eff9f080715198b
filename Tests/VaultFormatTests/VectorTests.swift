import AgeFormat
import SecretMemory
import TestSupport
import Testing

@testable import VaultFormat

/// The known answers of Tests/Vectors/vault, which README.md there describes.
struct VectorTests {
    private static let folder: String = {
        let parts = #filePath.split(separator: "/").dropLast(2)
        return "/" + parts.joined(separator: "/") + "/Vectors/vault"
    }()

    /// The vault of the vector, made anew with the same random bytes.
    private func makeVault() throws -> UnlockedVault {
        let opening = UnlockedVault.Opening(source: .identityVariable, credentials: [])
        var vault = UnlockedVault(newAt: "v1.yaml", opening: opening, randomness: fixedRandomness(seed: 2026))
        try vault.addRecipients([
            AgeIdentity.fixed(1).recipient.text,
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl alice@laptop",
        ])
        try vault.addPassphrase(Secret(copying: "correct horse battery staple"), label: "on call", cost: .least)
        vault.keep(10)
        try vault.set("db/password", to: Secret(copying: ""), at: .start)
        try vault.set("openai/api_key", to: Secret(copying: "sk-first"), expires: .set(.start), at: .start)
        try vault.set(
            "openai/api_key",
            to: Secret(copying: "sk-second, which is longer than one block"),
            expires: .set(VaultTime.start.adding(seconds: 41 * 86400)),
            description: .set("for the chat, 日本語"),
            at: VaultTime.start.adding(seconds: 86400)
        )
        vault.file = vault.finished(generation: 17)
        return vault
    }

    @Test func theKnownFileIsMadeAgainByteForByte() throws {
        let made = try makeVault().file.text
        let known = try #require(TemporaryFolder.read(at: "\(Self.folder)/v1.yaml"))
        #expect(made == known)
    }

    @Test func theKnownFileOpensWithEachOfItsKeys() throws {
        let known = try #require(TemporaryFolder.read(at: "\(Self.folder)/v1.yaml"))
        let identity = try #require(TemporaryFolder.read(at: "\(Self.folder)/identity.txt"))
        let byIdentity = VaultUnlocker(
            environment: .fixed(["WITHSECRETS_IDENTITY": String(decoding: identity, as: UTF8.self)])
        )
        for unlocker in [byIdentity, .with(passphrase: "correct horse battery staple")] {
            let vault = try unlocker.unlock(try VaultFile.parse(known, path: "v1.yaml"), path: "v1.yaml")
            #expect(revealed(try vault.value(of: "db/password")).isEmpty)
            #expect(revealed(try vault.value(of: "openai/api_key", version: 1)) == "sk-first")
            #expect(revealed(try vault.value(of: "openai/api_key")) == "sk-second, which is longer than one block")
        }
    }

    /// The page docs/vault-file.md is enough to read a file by.
    @Test(.enabled(if: runCommand(["python3", "--version"]).status == 0))
    func aReaderWrittenAfterThePageGetsTheSameValues() throws {
        let result = runCommand([
            "python3", "\(Self.folder)/read_vault.py", "\(Self.folder)/v1.yaml", "\(Self.folder)/identity.txt",
        ])
        #expect(result.errorText.isEmpty)
        #expect(
            result.outputText == """
                fingerprint \(try makeVault().fingerprint)
                db/password 1 ''
                openai/api_key 2 'sk-second, which is longer than one block'
                openai/api_key 1 'sk-first'

                """
        )
    }
}
