import SecretMemory
import Testing

@testable import ManifestFormat

struct SmallTypesTests {
    @Test(arguments: [
        ("*_TOKEN", "GH_TOKEN", true), ("*_TOKEN", "TOKEN", false), ("A?C", "ABC", true), ("[A-C]*", "B2", true),
        ("[!A-C]*", "B2", false), ("[]]x", "]x", true), ("a*b*c", "axxbyyc", true), ("a*b*c", "axxbyy", false),
        ("[", "[", true), ("*", "", true), ("", "A", false),
    ])
    func aGlobMatchesWholeNames(pattern: String, name: String, isMatch: Bool) {
        #expect(Glob(pattern).matches(name) == isMatch)
    }

    @Test(arguments: [
        ("500ms", Duration.milliseconds(500)), ("30s", .seconds(30)), ("1h30m", .seconds(5400)), ("0s", .zero),
        ("30d", .seconds(30 * 86_400)), ("2w3d", .seconds(17 * 86_400)),
    ])
    func aDurationHasItsUnit(text: String, duration: Duration) {
        #expect(ManifestFormat.duration(parsing: text) == duration)
    }

    @Test(arguments: ["", "30", "s", "-1s", "1.5s", "30 s", "99999999999s", "3y", "٣s", "367d"])
    func whatHasNoUnitIsNoDuration(text: String) {
        #expect(ManifestFormat.duration(parsing: text) == nil)
    }

    @Test func aSpanMayBeLongerThanAWait() {
        #expect(ManifestFormat.duration(parsing: "1000000d", upTo: longestSpan) == longestSpan)
        #expect(ManifestFormat.duration(parsing: "1000001d", upTo: longestSpan) == nil)
    }

    @Test func aPatternMatchesTheWholeValueInLinearTime() throws {
        #expect(try Pattern(parsing: "a+b").matches(Secret(copying: "aab")))
        #expect(try !Pattern(parsing: "a+b").matches(Secret(copying: "aabc")))
        #expect(try !Pattern(parsing: "(a*)*b").matches(Secret(copying: String(repeating: "a", count: 50_000))))
        #expect(throws: Pattern.Malformed.self) { try Pattern(parsing: "(") }
    }

    @Test func trustHoldsForOneContent() throws {
        let folder = Folder()
        var manifest = LoadedManifest(
            manifest: Manifest(),
            name: "withsecrets.yaml",
            path: "/somewhere/withsecrets.yaml",
            folder: "/somewhere",
            wasFound: true,
            sensitiveParts: [],
            contentHash: "aa",
            profiles: []
        )
        let store = TrustStore(folder: folder.path + "/state/withsecrets")
        #expect(!store.trusts(manifest))
        try store.trust(manifest)
        #expect(store.trusts(manifest))
        manifest.contentHash = "bb"
        #expect(!store.trusts(manifest))
        try store.trust(manifest)
        manifest.contentHash = "aa"
        #expect(!store.trusts(manifest))
    }
}
