import Testing

@testable import Diagnostics

struct NearestNameTests {
    @Test(arguments: [
        ("vualt", "vault"), ("vaultfil", "vaultfile"), ("ENV", "env"), ("dotnev", "dotenv"), ("aws2", "aws"),
    ])
    func aTypoFindsItsName(typed: String, meant: String) {
        #expect(nearestName(to: typed, among: ["env", "vault", "vaultfile", "aws", "dotenv"]) == meant)
    }

    @Test(arguments: ["sk-live-9f8e7d6c5b4a", "", "x", "hvs.CAESIJ", "postgres://app:pw@db"])
    func whatMayBeAPastedSecretIsNearNothing(typed: String) {
        #expect(nearestName(to: typed, among: ["env", "vault", "aws"]) == nil)
    }
}
