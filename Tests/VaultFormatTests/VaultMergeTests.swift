import AgeFormat
import SecretMemory
import Testing

@testable import VaultFormat

struct VaultMergeTests {
    private typealias Change = (inout UnlockedVault) throws(VaultError) -> Void

    private func side(_ base: UnlockedVault, _ change: Change) throws(VaultError) -> UnlockedVault {
        var side = base
        try change(&side)
        side.file = side.finished(generation: base.file.generation + 1)
        return side
    }

    private func merge(
        _ ours: Change,
        _ theirs: Change,
        acceptsKeys: Bool = false,
        knowsKeyOfOurs: Bool = false
    ) throws -> UnlockedVault {
        let base = try sampleVault()
        let merged = try VaultMerge.merge(
            base: base,
            ours: try side(base, ours),
            theirs: try side(base, theirs),
            acceptsKeys: acceptsKeys,
            knowsKeyOfOurs: knowsKeyOfOurs
        )
        let parsed = try VaultFile.parse(merged.file.text, path: "v.yaml")
        return try VaultUnlocker.with(.fixed(1)).unlock(parsed, path: "v.yaml")
    }

    private func set(_ name: String, _ value: String, after seconds: Int64 = 100_000) -> Change {
        { (vault) throws(VaultError) in
            try vault.set(name, to: Secret(copying: value), at: VaultTime.start.adding(seconds: seconds))
        }
    }

    @Test func changesOfBothSidesAreJoined() throws {
        let merged = try merge(set("a", "ours")) { (vault) throws(VaultError) in
            try vault.set("b", to: Secret(copying: "theirs"))
            try vault.remove("db/password")
            vault.keep(8)
        }
        #expect(merged.names == ["a", "b", "openai/api_key"])
        #expect(revealed(try merged.value(of: "a")) == "ours")
        #expect(revealed(try merged.value(of: "b")) == "theirs")
        #expect(merged.file.settings.keep == 8 && merged.file.generation == 19)
    }

    @Test func aRotationOnOneSideIsKeptAndTheOthersValuesComeAlong() throws {
        let rotate: Change = { (vault) throws(VaultError) in try vault.rotate() }
        for merged in [
            try merge(set("a", "x"), rotate, acceptsKeys: true), try merge(rotate, set("a", "x"), acceptsKeys: true),
            try merge(rotate, set("a", "x"), knowsKeyOfOurs: true),
        ] {
            #expect(merged.fingerprint != (try sampleVault().fingerprint))
            #expect(revealed(try merged.value(of: "a")) == "x")
            #expect(revealed(try merged.value(of: "openai/api_key", version: 1)) == "sk-old")
        }
    }

    @Test func aDataKeyOfOneSideTakesNoValuesOfTheOther() throws {
        let rotate: Change = { (vault) throws(VaultError) in try vault.rotate() }
        #expect(reason { try merge(set("a", "x"), rotate) } == .mergeConflicts([.keysOfTheirs]))
        #expect(reason { try merge(set("a", "x"), rotate, knowsKeyOfOurs: true) } == .mergeConflicts([.keysOfTheirs]))
        // In a rebase "ours" is upstream.
        #expect(reason { try merge(rotate, set("a", "x")) } == .mergeConflicts([.dataKeyOfOurs]))
    }

    @Test func readersThatTheirSideLetInAreNotTakenUnasked() throws {
        let second = AgeIdentity.fixed(2).recipient.text
        let letIn: Change = { (vault) throws(VaultError) in try vault.addRecipients([second]) }
        #expect(reason { try merge(set("a", "x"), letIn) } == .mergeConflicts([.keysOfTheirs]))
        #expect(try merge(set("a", "x"), letIn, acceptsKeys: true).file.recipients.contains(second))
        #expect(try merge(letIn, set("a", "x")).file.recipients.contains(second))
    }

    @Test func theSameChangeOnBothSidesIsNoConflict() throws {
        #expect(revealed(try merge(set("a", "x"), set("a", "x")).value(of: "a")) == "x")
    }

    @Test func conflictsAreNamedTogether() throws {
        // The same second on both sides: version and times are the same, the values are not.
        #expect(reason { try merge(set("a", "x"), set("a", "y")) } == .mergeConflicts([.secret("a")]))
        let remove: Change = { (vault) throws(VaultError) in try vault.remove("db/password") }
        #expect(reason { try merge(set("db/password", "x"), remove) } == .mergeConflicts([.secret("db/password")]))
        let second = AgeIdentity.fixed(2).recipient.text
        let third = AgeIdentity.fixed(3).recipient.text
        let conflicts = reason {
            try merge { (vault) throws(VaultError) in
                vault.keep(1)
                try vault.addRecipients([second])
            } _: { (vault) throws(VaultError) in
                vault.keep(2)
                try vault.addRecipients([third])
            }
        }
        #expect(conflicts == .mergeConflicts([.keys, .settings]))
    }

    @Test func otherVaultsAreNotJoined() throws {
        let base = try sampleVault()
        let other = try sampleVault(seed: 2)
        #expect(reason { try VaultMerge.merge(base: base, ours: base, theirs: other) } == .differentVaults)
    }
}
