import Testing

@testable import VaultFormat

struct SecretNameTests {
    @Test(arguments: ["a", "openai/api_key", "A/b/C", "_x", "db/prod-2.eu@main+1", String(repeating: "a", count: 200)])
    func namesAreSegmentsBetweenSlashes(name: String) {
        #expect(SecretName.isValid(name))
    }

    @Test(arguments: [
        "", "/", "/a", "a/", "a//b", ".", "..", "a/..", "-a", "a/-b", "a b", "a\n", "a:b", "a#b", "a?b", "ä", "a\u{0}",
        "a/.b", "a\\b", "a\"", String(repeating: "a", count: 201),
    ])
    func anythingElseIsNoName(name: String) {
        #expect(!SecretName.isValid(name))
    }
}
