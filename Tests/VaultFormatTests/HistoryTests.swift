import SecretMemory
import Testing

@testable import VaultFormat

struct HistoryTests {
    @Test func theLastFiveValuesAreKept() throws {
        var vault = try sampleVault()
        for number in 1...8 { try vault.set("a", to: Secret(copying: "value \(number)"), at: .start) }
        #expect(try vault.entry(named: "a").versions.map(\.number) == [8, 7, 6, 5, 4, 3])
        #expect(revealed(try vault.value(of: "a", version: 3)) == "value 3")
        #expect(reason { try vault.value(of: "a", version: 2) } == .noSuchVersion(known: [8, 7, 6, 5, 4, 3]))
        vault.keep(1)
        #expect(try vault.entry(named: "a").versions.map(\.number) == [8, 7])
        vault.keep(0)
        try vault.set("a", to: Secret(copying: "value 9"), at: .start)
        #expect(try vault.entry(named: "a").versions.map(\.number) == [9])
    }

    @Test func aValueThatIsRestoredIsANewVersion() throws {
        var vault = try sampleVault()
        try vault.restore("openai/api_key", version: 1, at: .start)
        #expect(revealed(try vault.value(of: "openai/api_key")) == "sk-old")
        #expect(try vault.entry(named: "openai/api_key").versions.map(\.number) == [3, 2, 1])
        #expect(reason { try vault.restore("openai/api_key", version: 9) } == .noSuchVersion(known: [3, 2, 1]))
    }

    @Test func expiryAndDescriptionStayApartFromTheValue() throws {
        var vault = try sampleVault()
        let later = VaultTime.start.adding(seconds: 3600)
        try vault.annotate("db/password", expires: .set(later), description: .set("main database"))
        let entry = try vault.entry(named: "db/password")
        #expect(entry.current.number == 1 && entry.current.expires == later && entry.previous.isEmpty)
        #expect(revealed(try vault.value(of: "db/password")) == "hunter2")
        #expect(vault.expiring(by: .start).isEmpty)
        #expect(vault.expiring(by: later).map(\.name) == ["db/password"])
        #expect(vault.expiring(by: later.adding(seconds: 86400 * 60)).map(\.name) == ["db/password", "openai/api_key"])
        #expect(reason { try vault.annotate("db/password", description: .set("two\nlines")) } == .invalidText)
        try vault.set("db/password", to: Secret(copying: "x"), at: .start)
        #expect(try vault.entry(named: "db/password").current.expires == nil)
        #expect(try vault.entry(named: "db/password").description == "main database")
    }

    @Test func namesThatAreNearAreSuggested() throws {
        let vault = try sampleVault()
        #expect(reason { try vault.value(of: "db/pasword") } == .noSuchSecret(suggestion: "db/password"))
        #expect(reason { try vault.value(of: "sk-live-0123456789abcdef") } == .noSuchSecret(suggestion: nil))
    }

    @Test func aDifferenceIsToldByName() throws {
        let old = try sampleVault()
        var new = old
        try new.set("new/one", to: Secret(copying: "x"), at: .start)
        try new.set("openai/api_key", to: Secret(copying: "x"), at: VaultTime.start.adding(seconds: 9))
        try new.annotate("db/password", description: .set("x"))
        new.keep(7)
        let difference = VaultDifference(from: old.file, to: new.file)
        #expect(difference.added == ["new/one"] && difference.removed == [])
        #expect(difference.changed == ["openai/api_key"] && difference.annotated == ["db/password"])
        #expect(difference.settingsChanged && !difference.keysChanged)
        #expect(VaultDifference(from: new.file, to: old.file).removed == ["new/one"])
    }
}
