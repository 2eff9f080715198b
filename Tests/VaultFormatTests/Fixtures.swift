import AgeFormat
import SecretMemory
import TestSupport
import Testing

@testable import VaultFormat

/// The bytes of a secret that a test made itself.
func revealed(_ secret: Secret) -> String {
    secret.withBytes { span in String(decoding: span.indices.map { span[$0] }, as: UTF8.self) }
}

func fixedRandomness(seed: UInt64) -> Randomness {
    let generator = SeededBytes(seed: seed)
    return .fixed { generator.next() }
}

extension AgeIdentity {
    static func fixed(_ seed: UInt64) -> AgeIdentity { AgeIdentity(generatingFrom: fixedRandomness(seed: seed)) }

    /// As `WITHSECRETS_IDENTITY` holds it.
    var line: String { revealed(text) }
}

extension VaultTime {
    /// The first of the days that tests take place on.
    static let start = VaultTime(parsing: "2026-11-21T04:00:00Z")!
}

extension VaultUnlocker {
    /// One that finds this identity in the environment and nothing else.
    static func with(_ identity: AgeIdentity) -> VaultUnlocker {
        VaultUnlocker(environment: .fixed(["WITHSECRETS_IDENTITY": identity.line]))
    }

    static func with(passphrase: String) -> VaultUnlocker {
        VaultUnlocker(environment: .fixed(["WITHSECRETS_PASSPHRASE": passphrase]))
    }
}

/// A vault with one secret of two versions and one of a single version, opened by `AgeIdentity.fixed(1)`.
func sampleVault(path: String = "v.yaml", seed: UInt64 = 1) throws(VaultError) -> UnlockedVault {
    let opening = UnlockedVault.Opening(source: .identityVariable, credentials: [])
    var vault = UnlockedVault(newAt: path, opening: opening, randomness: fixedRandomness(seed: seed))
    try vault.addRecipients([AgeIdentity.fixed(1).recipient.text])
    try vault.set("db/password", to: Secret(copying: "hunter2"), at: .start)
    try vault.set("openai/api_key", to: Secret(copying: "sk-old"), at: .start)
    try vault.set(
        "openai/api_key",
        to: Secret(copying: "sk-new"),
        expires: .set(VaultTime.start.adding(seconds: 86400 * 40)),
        description: .set("for the \"chat\" \\ part"),
        at: VaultTime.start.adding(seconds: 86400)
    )
    vault.file = vault.finished(generation: 17)
    return vault
}

/// All that a text gives: names, values and what is said about them; or why it gives nothing.
func content(_ text: [UInt8], with unlocker: VaultUnlocker) -> Result<[String], VaultError> {
    do throws(VaultError) {
        let file = try VaultFile.parse(text, path: "v.yaml")
        let vault = try unlocker.unlock(file, path: "v.yaml")
        var lines = ["\(file.id) \(file.generation) \(file.settings) \(file.keys)"]
        for entry in file.secrets {
            var withoutValues = entry
            withoutValues.current.value = []
            for index in entry.previous.indices { withoutValues.previous[index].value = [] }
            lines.append("\(withoutValues)")
            for version in entry.versions {
                lines.append(revealed(try vault.value(of: entry.name, version: version.number)))
            }
        }
        return .success(lines)
    } catch {
        return .failure(error)
    }
}

/// Why `body` gave nothing; `nil` where it gave something, or where the error is another's.
func reason<Result>(_ body: () throws -> Result) -> VaultError.Reason? {
    do {
        _ = try body()
        return nil
    } catch {
        return (error as? VaultError)?.reason
    }
}
