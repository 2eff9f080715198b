import AgeFormat
import SecretMemory
import TestSupport
import Testing

@testable import VaultFormat

/// What is remembered of vaults that were seen: their generation and their data key, by id and by place.
struct GenerationRecordTests {
    private let folder = TemporaryFolder()
    private let identity = AgeIdentity.fixed(1)
    private var path: String { folder.path("secrets.vault.yaml") }
    private var record: GenerationRecord { GenerationRecord(stateFolder: folder.path("state")) }

    private func opened() throws(VaultError) -> UnlockedVault { try VaultStore.open(path, with: .with(identity)) }

    private func makeVault() throws {
        try VaultStore.create(at: path, recipients: [identity.recipient.text], passphrases: [])
    }

    /// A write that is told to the record, as the commands do it.
    private func change(_ change: (inout UnlockedVault) throws(VaultError) -> Void) throws(VaultError) {
        let record = record
        try VaultStore.update(
            path,
            with: .with(identity),
            noteWrite: { record.noteWrite(of: $0, over: $1) },
            change: change
        )
    }

    /// A vault that somebody else made, which the identity opens too.
    private func replace(id: [UInt8]?, generation: UInt64) throws {
        var vault = try sampleVault(path: path, seed: 7)
        let value = Secret(copying: "planted")
        if let id {
            vault.file.id = id
            vault.file.secrets = []
            try vault.set("a", to: value)
        }
        vault.file = vault.finished(generation: generation)
        folder.write("secrets.vault.yaml", vault.file.text)
    }

    @Test func anOlderFileThatIsPutBackIsNoticed() throws {
        try makeVault()
        let old = folder.read("secrets.vault.yaml") ?? []
        #expect(record.review(try opened()) == nil)
        try change { (vault) throws(VaultError) in try vault.set("a", to: Secret(copying: "x")) }
        folder.write("secrets.vault.yaml", old)
        let rolledBack = VaultError(.rolledBack(generation: 1, seen: 2), path: path)
        #expect(record.review(try opened()) == rolledBack)
        #expect(record.review(unopened: try VaultFile.read(path), at: path) == rolledBack)
        #expect(record.review(try sampleVault()) == nil)
        record.accept(try opened())
        #expect(record.review(try opened()) == nil)
    }

    @Test func aNewKeyOnAnOldFileLeavesItOld() throws {
        try makeVault()
        let old = folder.read("secrets.vault.yaml") ?? []
        for value in ["x", "y", "z"] {
            try change { (vault) throws(VaultError) in try vault.set("a", to: Secret(copying: value)) }
        }
        folder.write("secrets.vault.yaml", old)
        try change { (vault) throws(VaultError) in try vault.rotate() }
        #expect(record.review(try opened())?.reason == .rolledBack(generation: 2, seen: 4))
    }

    @Test(arguments: [true, false])
    func anotherVaultInTheSamePlaceIsNoticedUntilItIsAccepted(hasSameID: Bool) throws {
        try makeVault()
        let mine = try opened()
        #expect(record.review(mine) == nil)
        try replace(id: hasSameID ? mine.file.id : nil, generation: 90)
        for _ in 0..<2 { #expect(record.review(try opened())?.reason == .otherDataKey) }
        let unopened = record.review(unopened: try VaultFile.read(path), at: path)
        #expect(unopened?.reason == (hasSameID ? nil : .otherDataKey))
        // What it says of its generation did not count.
        folder.write("secrets.vault.yaml", mine.file.text)
        #expect(record.review(try opened()) == nil)
        try replace(id: hasSameID ? mine.file.id : nil, generation: 90)
        record.accept(try opened())
        #expect(record.review(try opened()) == nil)
    }

    @Test func anotherDataKeyIsNoticedInAnotherPlaceToo() throws {
        try makeVault()
        #expect(record.review(try opened()) == nil)
        var moved = try UnlockedVault(
            try VaultFile.read(path),
            path: folder.path("elsewhere.yaml"),
            dataKey: try opened().dataKey,
            opening: try opened().opening
        )
        #expect(record.review(moved) == nil)
        try moved.rotate()
        moved.file = moved.finished(generation: 9)
        #expect(record.review(moved)?.reason == .otherDataKey)
        #expect(!record.knowsDataKey(of: moved))
    }

    @Test func ourOwnRotationIsNoSurprise() throws {
        try makeVault()
        #expect(record.review(try opened()) == nil)
        try change { (vault) throws(VaultError) in try vault.rotate() }
        #expect(record.review(try opened()) == nil)
        #expect(record.knowsDataKey(of: try opened()))
    }

    @Test func aRecordWithoutAFingerprintGetsOne() throws {
        try makeVault()
        let id = try opened().file.idText
        folder.makeFolder("state/withsecrets/generations")
        folder.write("state/withsecrets/generations/\(id)", "1\n")
        #expect(record.review(try opened()) == nil)
        try replace(id: try opened().file.id, generation: 2)
        #expect(record.review(try opened())?.reason == .otherDataKey)
    }

    @Test func whereNothingCanBeKeptNothingIsNoticed() throws {
        let nowhere = GenerationRecord(stateFolder: "/proc/none")
        #expect(nowhere.review(try sampleVault()) == nil)
        #expect(nowhere.review(try sampleVault(seed: 2)) == nil)
    }

    @Test func aFileThatWasRefusedIsNotWrittenTo() throws {
        try makeVault()
        #expect(record.review(try opened()) == nil)
        try replace(id: nil, generation: 2)
        let before = folder.read("secrets.vault.yaml")
        let record = record
        let refused = reason {
            try VaultStore.update(path, with: .with(identity)) { (vault) throws(VaultError) in
                if let error = record.review(vault) { throw error }
            } change: { (vault) throws(VaultError) in
                try vault.set("a", to: Secret(copying: "x"))
            }
        }
        #expect(refused == .otherDataKey)
        #expect(folder.read("secrets.vault.yaml") == before)
    }

    @Test func aFileThatIsReplacedBeforeTheLockIsReviewedToo() throws {
        try makeVault()
        #expect(record.review(try opened()) == nil)
        let record = record
        var calls = 0
        let refused = reason {
            try VaultStore.update(path, with: .with(identity)) { (vault) throws(VaultError) in
                calls += 1
                if let error = record.review(vault) { throw error }
                if calls == 1 { folder.write("secrets.vault.yaml", try sampleVault(seed: 7).file.text) }
            } change: { (vault) throws(VaultError) in
                try vault.set("a", to: Secret(copying: "x"))
            }
        }
        #expect(refused == .otherDataKey && calls == 2)
    }
}
