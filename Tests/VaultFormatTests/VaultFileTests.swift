import AgeFormat
import Diagnostics
import SecretMemory
import Testing

@testable import VaultFormat

/// The text of the file: what is written, what is read, and what is refused before any key is touched.
struct VaultFileTests {
    private func problems(_ text: String) -> [String] {
        do throws(VaultError) {
            _ = try VaultFile.parse(Array(text.utf8), path: "v.yaml")
            return []
        } catch {
            return error.diagnostics.inOrder.map { diagnostic in
                let place = diagnostic.location.map { "\($0.line):\($0.column) " } ?? ""
                return place + (diagnostic.subject.map { "\($0): " } ?? "") + diagnostic.message
            }
        }
    }

    private func sampleText() throws -> String {
        String(decoding: try sampleVault().file.text, as: UTF8.self)
    }

    @Test func theTextIsStableAndInOrder() throws {
        let lines = try sampleText().split(separator: "\n").map(String.init)
        let shape = lines.map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return parts.count == 2 && parts[1].utf8.count > 40 ? "\(parts[0]): …" : line
        }
        #expect(
            shape.filter { !$0.hasPrefix("      ") || $0.contains(":") || $0.contains("age1") } == [
                "withsecrets-vault: 1",
                "id: \(try sampleVault().file.idText)",
                "generation: 17",
                "keys:",
                "  - type: age",
                "    recipients:",
                "      - \(AgeIdentity.fixed(1).recipient.text)",
                "    sealed: |",
                "secrets:",
                "  db/password:",
                "    value: …",
                "    version: 1",
                "    created: 2026-11-21T04:00:00Z",
                "    changed: 2026-11-21T04:00:00Z",
                "  openai/api_key:",
                "    value: …",
                "    version: 2",
                "    created: 2026-11-21T04:00:00Z",
                "    changed: 2026-11-22T04:00:00Z",
                "    expires: 2026-12-31T04:00:00Z",
                "    description: \"for the \\\"chat\\\" \\\\ part\"",
                "    previous:",
                "      - value: …",
                "        version: 1",
                "        changed: 2026-11-21T04:00:00Z",
                "mac: …",
            ]
        )
    }

    @Test func whatIsWrittenIsRead() throws {
        var vault = try sampleVault()
        vault.keep(9)
        try vault.addPassphrase(Secret(copying: "correct horse"), label: "ops: \"on call\" #1 ☎\u{200B}", cost: .least)
        try vault.addRecipients([
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl a: b #c"
        ])
        for name in ["true", "1", "null", "a.b", "_x/y", "0x1F/a", "zz/z"] {
            try vault.set(name, to: Secret(copying: name), at: .start)
        }
        vault.file = vault.finished(generation: 18)
        #expect(try VaultFile.parse(vault.file.text, path: "v.yaml") == vault.file)
    }

    @Test func anEmptyVaultIsReadToo() throws {
        var vault = try sampleVault()
        for name in vault.names { try vault.remove(name) }
        vault.file = vault.finished(generation: 18)
        #expect(try VaultFile.parse(vault.file.text, path: "v.yaml") == vault.file)
    }

    @Test func aDiffShowsWhichSecretChanged() throws {
        var vault = try sampleVault()
        let before = vault.file.text.split(separator: 0x0A)
        try vault.set("db/password", to: Secret(copying: "other"), at: VaultTime.start.adding(seconds: 5))
        vault.file = vault.finished(generation: 18)
        let after = vault.file.text.split(separator: 0x0A)
        let difference = after.difference(from: before)
        let changed = Set(
            difference.insertions.compactMap { change in
                if case .insert(_, let line, _) = change {
                    String(decoding: line.prefix { $0 != UInt8(ascii: ":") }, as: UTF8.self)
                } else {
                    nil
                }
            }
        )
        #expect(
            changed.isSubset(of: [
                "generation", "    value", "    version", "    changed", "    previous", "mac", "      - value",
                "        version", "        changed",
            ])
        )
        #expect(before.filter { $0.starts(with: Array("  openai".utf8)) }.count == 1)
    }

    @Test(arguments: [
        ("id: ", "id: x", "2:5 not an id of 32 hexadecimal digits"),
        ("generation: 17", "generation: 017", "3:13 not a number from 1 to 9007199254740992"),
        ("generation: 17", "generation: 0", "3:13 not a number from 1 to 9007199254740992"),
        ("generation: 17", "generation: 9007199254740993", "3:13 not a number from 1 to 9007199254740992"),
        ("generation: 17", "generatoin: 17", "3:1 unknown key"),
        ("withsecrets-vault: 1", "withsecrets-vault: one", "1:20 not a number from 1 to 1"),
        ("withsecrets-vault: 1\n", "", "1:1 not a vault file: 'withsecrets-vault: 1' is missing"),
        ("  - type: age", "  - type: rsa", "5:11 unknown type of key"),
        ("    sealed: |", "    sealed: >", "8:13 not an armored age file"),
        ("    version: 1\n", "    version: 1\n    version: 1\n", "20:5 this key stands twice"),
        ("    version: 1\n", "    version: &a 1\n", "19:14 an anchor stands here, and this kind of file has none"),
        ("    version: 1\n", "    version: !!int 1\n", "19:14 a tag stands here, and tags are not read"),
        ("  db/password:", "  db/password :", ""),
        ("  db/password:", "  zz/password:", "22:3 openai/api_key: this secret is out of order"),
        ("  db/password:", "  db//password:", "17:3 not a name for a secret"),
        ("    version: 2\n", "", "23:5 openai/api_key: 'version' is missing"),
        (
            "        version: 1\n", "        version: 2\n",
            "30:9 openai/api_key: versions do not fall from newest to oldest"
        ),
        (
            "2026-12-31T04:00:00Z", "2026-12-32T04:00:00Z",
            "27:14 openai/api_key: not a time such as 2026-11-21T04:00:00Z"
        ),
        ("\nmac: ", "\nmac: AA", ""),
        ("\nmac: ", "\n---\nmac: ", ""),
    ])
    func whatIsNotTheFormatIsPointedAt(old: String, new: String, problem: String) throws {
        let text = try sampleText()
        let range = try #require(text.firstRange(of: old))
        let changed = text[..<range.lowerBound] + new + text[range.upperBound...]
        let found = problems(String(changed))
        if problem.isEmpty {
            #expect(old.contains("db/password") ? found.isEmpty : found.count == 1)
        } else {
            #expect(found.contains(problem), "\(found)")
        }
    }

    @Test func allProblemsAreToldTogether() throws {
        let text = try sampleText()
            .split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.hasPrefix("    changed") ? "    chnaged: never" : String($0) }
            .joined(separator: "\n")
        #expect(
            problems(text) == [
                "18:5 db/password: 'changed' is missing", "21:5 db/password: unknown key",
                "23:5 openai/api_key: 'changed' is missing", "26:5 openai/api_key: unknown key",
            ]
        )
    }

    @Test(arguments: [
        ("opslimit: 3", "opslimit: 2"), ("opslimit: 3", "opslimit: 11"), ("opslimit: 3", "opslimit: 99999999999"),
        ("memlimit: 67108864", "memlimit: 8192"), ("memlimit: 67108864", "memlimit: 1073741825"),
        ("memlimit: 67108864", "memlimit: 4398046511104"), ("kdf: argon2id", "kdf: argon2i"),
        ("kdf: argon2id", "kdf: scrypt"), ("salt: ", "salt: AAAA"),
    ])
    func hostileCostsAreRefusedBeforeTheyAreSpent(old: String, new: String) throws {
        var vault = try sampleVault()
        try vault.addPassphrase(Secret(copying: "correct horse"), label: nil, cost: .least)
        let text = String(decoding: vault.finished(generation: 18).text, as: UTF8.self)
        let range = try #require(text.firstRange(of: old))
        let start = ContinuousClock.now
        #expect(!problems(String(text[..<range.lowerBound] + new + text[range.upperBound...])).isEmpty)
        #expect(ContinuousClock.now - start < .milliseconds(200))
    }

    @Test func moreKeysThanTheLimitAreRefused() throws {
        var vault = try sampleVault()
        let key = VaultFile.PassphraseKey(
            opslimit: 3,
            memlimit: 64 << 20,
            salt: .init(repeating: 1, count: 16),
            sealed: .init(repeating: 2, count: 72)
        )
        vault.file.keys += Array(repeating: .passphrase(key), count: 9)
        #expect(problems(String(decoding: vault.file.text, as: UTF8.self)) == ["5:3 more than 8 passphrase keys"])
        guard case .age(let age) = vault.file.keys[0] else { return }
        let many = Array(repeating: age.recipients[0], count: 129)
        vault.file.keys = Array(repeating: .age(VaultFile.AgeKey(recipients: many, sealed: age.sealed)), count: 2)
        #expect(problems(String(decoding: vault.file.text, as: UTF8.self)) == ["5:3 more than 256 age stanzas"])
    }

    @Test func aLaterFormatAsksForAnUpdate() {
        #expect(
            problems("withsecrets-vault: 2\nfoo: bar\n") == ["v.yaml: a later version of withsecrets wrote this file"]
        )
    }

    @Test func conflictMarkersAreNamed() throws {
        let text = try sampleText()
        let range = try #require(text.firstRange(of: "  db/password:"))
        let marked = text[..<range.lowerBound] + "<<<<<<< HEAD\n" + text[range.lowerBound...]
        #expect(problems(String(marked)) == ["17:1 git left conflict markers here"])
    }
}
