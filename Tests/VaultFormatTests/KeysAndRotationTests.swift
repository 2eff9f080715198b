import AgeFormat
import Diagnostics
import SecretMemory
import Testing

@testable import VaultFormat

struct KeysAndRotationTests {
    private let second = AgeIdentity.fixed(2)

    private func reopened(_ vault: UnlockedVault, with unlocker: VaultUnlocker) throws(VaultError) -> UnlockedVault {
        let file = vault.finished(generation: vault.file.generation + 1)
        return try unlocker.unlock(try VaultFile.parse(file.text, path: "v.yaml"), path: "v.yaml")
    }

    @Test func whoIsAddedCanOpenAndWhoIsRemovedCannot() throws {
        var vault = try sampleVault()
        try vault.addRecipients([second.recipient.text, second.recipient.text])
        #expect(vault.file.recipients == [AgeIdentity.fixed(1).recipient.text, second.recipient.text])
        #expect(try reopened(vault, with: .with(second)).names == vault.names)
        try vault.removeRecipient(AgeIdentity.fixed(1).recipient.text)
        try vault.rotate()
        #expect(try reopened(vault, with: .with(second)).names == vault.names)
        guard case .noKeyFits = reason({ try reopened(vault, with: .with(.fixed(1))) }) else {
            Issue.record("who was removed still opens it")
            return
        }
    }

    @Test func oneKeyAlwaysRemains() throws {
        var vault = try sampleVault()
        #expect(reason { try vault.removeRecipient(AgeIdentity.fixed(1).recipient.text) } == .lastKey)
        #expect(reason { try vault.removeRecipient(second.recipient.text) } == .noSuchKey)
        #expect(reason { try vault.removePassphrase(number: 1) } == .noSuchKey)
        try vault.addPassphrase(Secret(copying: "one"), label: "first", cost: .least)
        try vault.addPassphrase(Secret(copying: "two"), label: "second", cost: .least)
        try vault.removeRecipient(AgeIdentity.fixed(1).recipient.text)
        try vault.removePassphrase(number: 1)
        #expect(vault.file.passphraseKeys.map(\.label) == ["second"])
        #expect(reason { try vault.removePassphrase(number: 1) } == .lastKey)
        #expect(try reopened(vault, with: .with(passphrase: "two")).names == vault.names)
    }

    @Test func aRotationKeepsEverythingButTheDataKey() throws {
        var vault = try sampleVault()
        try vault.addPassphrase(Secret(copying: "one"), label: "first", cost: .least)
        let before = vault
        #expect(reason { try vault.rotate() } == .passphrasesNeeded(keys: [1]))
        #expect(vault.fingerprint == before.fingerprint && vault.file == before.file)
        #expect(reason { try vault.rotate(passphrases: [Secret(copying: "no")]) } == .passphrasesNeeded(keys: [1]))
        try vault.rotate(passphrases: [Secret(copying: "no"), Secret(copying: "one")])
        #expect(vault.fingerprint != before.fingerprint)
        for unlocker in [VaultUnlocker.with(.fixed(1)), .with(passphrase: "one")] {
            let opened = try reopened(vault, with: unlocker)
            for entry in before.file.secrets {
                for version in entry.versions {
                    let old = try before.value(of: entry.name, version: version.number)
                    #expect(try opened.value(of: entry.name, version: version.number).isEqual(to: old))
                }
            }
        }
        #expect(vault.file.passphraseKeys.first?.label == "first")
        #expect(VaultDifference(from: before.file, to: vault.file).changed.isEmpty)
        var stale = before.file
        stale.keys = vault.file.keys
        #expect(reason { try VaultUnlocker.with(.fixed(1)).unlock(stale, path: "v") } != nil)
    }

    @Test func whoOpenedItWithAPassphraseCanRotate() throws {
        var vault = try sampleVault()
        try vault.addPassphrase(Secret(copying: "one"), label: nil, cost: .least)
        var opened = try reopened(vault, with: .with(passphrase: "one"))
        try opened.rotate()
        #expect(try reopened(opened, with: .with(passphrase: "one")).names == vault.names)
    }

    @Test func thereAreNoMoreThanEightPassphrases() throws {
        var vault = try sampleVault()
        let key = VaultFile.PassphraseKey(opslimit: 3, memlimit: 64 << 20, salt: [], sealed: [])
        vault.file.keys += Array(repeating: .passphrase(key), count: 8)
        #expect(reason { try vault.addPassphrase(Secret(copying: "x")) } == .tooManyKeys(limit: 8))
        #expect(
            reason { try vault.addRecipients(["AGE-SECRET-KEY-1QQQ"]) }
                == .invalidRecipient(.identityInsteadOfRecipient)
        )
    }

    @Test func aListOfRecipientsIsReadLineByLine() throws {
        let age = second.recipient.text
        let ssh = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
        let list = Array("# team\n\n  \(age)\r\n\(ssh) bob\nssh-rsa AAAAB3NzaC1yc2E carol\n".utf8)
        #expect(try RecipientsFile.parse(list.span, named: "r", skipsUnknown: true) == [age, "\(ssh) bob"])
        let bad = Array("\(age)\nhunter2hunter2\nssh-rsa AAAAB3NzaC1yc2E\nAGE-SECRET-KEY-1QQQ\n".utf8)
        do throws(Diagnostics) {
            _ = try RecipientsFile.parse(bad.span, named: "r")
            Issue.record("accepted")
        } catch {
            #expect(error.all.map { $0.location?.text } == ["r:2:1", "r:3:1", "r:4:1"])
            #expect(!"\(error)".contains("hunter2") && !"\(error)".contains("QQQ"))
        }
        let empty = Array("# nobody\n".utf8)
        #expect(throws: Diagnostics.self) { try RecipientsFile.parse(empty.span, named: "r") }
    }
}
