import Testing

@testable import VaultFormat

struct VaultTimeTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2000-02-29T23:59:59Z", 951_868_799), ("2026-11-21T04:00:00Z", 1_795_233_600),
            ("2100-03-01T00:00:00Z", 4_107_542_400), ("9999-12-31T23:59:59Z", 253_402_300_799),
        ] as [(String, Int64)]
    )
    func knownMomentsHoldBothWays(text: String, seconds: Int64) {
        #expect(VaultTime(parsing: text)?.seconds == seconds)
        #expect(VaultTime(seconds: seconds)?.text == text)
    }

    @Test(arguments: [
        "", "2026-11-21", "2026-11-21T04:00:00", "2026-11-21T04:00:00z", "2026-11-21 04:00:00Z",
        "2026-11-21T04:00:00+00:00",
        "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-00-01T00:00:00Z", "2026-13-01T00:00:00Z",
        "2026-04-31T00:00:00Z", "2026-11-00T00:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T04:60:00Z",
        "2026-11-21T04:00:60Z", "1969-12-31T23:59:59Z", "2026-1-21T04:00:00ZZ", "+026-11-21T04:00:00Z",
    ])
    func anotherFormIsNoTime(text: String) {
        #expect(VaultTime(parsing: text) == nil)
    }

    @Test func everyDayOfFourCenturiesComesBack() {
        for day in stride(from: Int64(0), to: 146_097 + 20_000, by: 1) {
            let time = VaultTime(seconds: day * 86400 + day % 86400)
            #expect(time.flatMap { VaultTime(parsing: $0.text) } == time)
        }
    }

    @Test func aDateIsItsMidnight() {
        #expect(VaultTime(parsingDate: "2027-01-01")?.text == "2027-01-01T00:00:00Z")
        #expect(VaultTime(parsingDate: "2027-01-01T10:00:00Z")?.text == "2027-01-01T10:00:00Z")
        #expect(VaultTime(parsingDate: "tomorrow!!") == nil)
    }
}
