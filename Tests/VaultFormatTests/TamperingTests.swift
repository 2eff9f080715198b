import AgeFormat
import SecretMemory
import Testing

@testable import VaultFormat

/// Whatever is done to a file without its data key is refused, or changes nothing.
@Suite(.timeLimit(.minutes(15)))
struct TamperingTests {
    private let unlocker = VaultUnlocker.with(.fixed(1))

    private func expectRefused(_ changed: [UInt8], orSameAs good: [String], _ what: String) {
        switch content(changed, with: unlocker) {
        case .failure: return
        case .success(let lines): #expect(lines == good, "\(what) went through")
        }
    }

    @Test func everyChangedBitIsRefusedOrChangesNothing() throws {
        let text = try sampleVault().file.text
        let good = try content(text, with: unlocker).get()
        var accepted = 0
        for index in text.indices {
            for bit in 0..<8 {
                var changed = text
                changed[index] ^= 1 << UInt8(bit)
                guard case .success(let lines) = content(changed, with: unlocker) else { continue }
                accepted += 1
                guard lines == good else {
                    Issue.record("bit \(bit) of byte \(index) gives something else")
                    return
                }
            }
        }
        // Blanks for blanks and the like; a MAC over the text itself would be 0.
        #expect(accepted < text.count / 10)
    }

    @Test func everyChangedBitOfAPassphraseKeyIsNoticedByWhoOpensWithAnother() throws {
        var vault = try sampleVault()
        try vault.addPassphrase(Secret(copying: "correct horse"), label: "on call", cost: .least)
        let text = vault.finished(generation: 18).text
        let good = try content(text, with: unlocker).get()
        let whole = String(decoding: text, as: UTF8.self)
        let start = try #require(whole.firstRange(of: "  - type: passphrase")).lowerBound
        let end = try #require(whole.firstRange(of: "\nsecrets:")).upperBound
        let range =
            whole.utf8.distance(
                from: whole.startIndex,
                to: start
            )..<whole.utf8.distance(from: whole.startIndex, to: end)
        for index in range {
            for bit in 0..<8 {
                var changed = text
                changed[index] ^= 1 << UInt8(bit)
                expectRefused(changed, orSameAs: good, "bit \(bit) of byte \(index)")
            }
        }
    }

    @Test func everyCutIsRefusedOrChangesNothing() throws {
        let text = try sampleVault().file.text
        for count in 0..<text.count - 1 {
            guard case .failure = content(Array(text[..<count]), with: unlocker) else {
                Issue.record("cut to \(count) of \(text.count) bytes")
                return
            }
        }
    }

    @Test func linesThatGoOrComeTwiceOrSwapAreRefused() throws {
        let text = try sampleVault().file.text
        let good = try content(text, with: unlocker).get()
        let lines = text.split(separator: 0x0A, omittingEmptySubsequences: false)
        func joined(_ lines: [ArraySlice<UInt8>]) -> [UInt8] { Array(lines.joined(separator: [0x0A])) }
        for index in lines.indices {
            var without = lines
            without.remove(at: index)
            expectRefused(joined(without), orSameAs: good, "line \(index + 1) removed")
            let doubled = joined(Array(lines[...index]) + Array(lines[index...]))
            expectRefused(
                doubled,
                orSameAs: good,
                "line \(index + 1) doubled"
            )
            for other in lines.indices where other > index {
                var swapped = lines
                swapped.swapAt(index, other)
                expectRefused(joined(swapped), orSameAs: good, "lines \(index + 1) and \(other + 1) swapped")
            }
        }
    }

    private func changed(_ change: (inout VaultFile) -> Void) throws -> VaultError.Reason? {
        var file = try sampleVault().file
        change(&file)
        guard case .failure(let error) = content(file.text, with: unlocker) else { return nil }
        return error.reason
    }

    @Test func whatWasChangedIsNamedWhereItCanBeKnown() throws {
        #expect(try changed { $0.secrets[1].current.value[30] ^= 1 } == .tampered(entries: ["openai/api_key"]))
        #expect(try changed { $0.secrets[1].previous[0].value[30] ^= 1 } == .tampered(entries: ["openai/api_key"]))
        #expect(try changed { $0.secrets[0].current.expires = .start } == .tampered(entries: ["db/password"]))
        #expect(try changed { $0.secrets[0].name = "db/passwort" } == .tampered(entries: ["db/passwort"]))
        #expect(
            try changed { file in
                let value = file.secrets[0].current.value
                file.secrets[0].current.value = file.secrets[1].current.value
                file.secrets[1].current.value = value
            } == .tampered(entries: ["db/password", "openai/api_key"])
        )
        #expect(
            try changed { file in
                // The version before, with all that belongs to it, put back as the present one.
                file.secrets[1].current = file.secrets[1].previous.removeLast()
            } == .tampered(entries: [])
        )
        #expect(try changed { $0.secrets.removeFirst() } == .tampered(entries: []))
        #expect(try changed { $0.secrets[1].previous = [] } == .tampered(entries: []))
        #expect(try changed { $0.secrets[1].description = nil } == .tampered(entries: []))
        #expect(try changed { $0.generation += 1 } == .tampered(entries: []))
        #expect(try changed { $0.settings.keep = 6 } == .tampered(entries: []))
        #expect(try changed { $0.id[0] ^= 1 } == .tampered(entries: ["db/password", "openai/api_key"]))
        #expect(try changed { $0.mac[0] ^= 1 } == .tampered(entries: []))
    }

    @Test func aRecipientPutOnTheListIsNoticedBeforeAnythingIsSealedToIt() throws {
        let attacker = AgeIdentity.fixed(66).recipient.text
        let reason = try changed { file in
            guard case .age(var key) = file.keys[0] else { return }
            key.recipients.append(attacker)
            file.keys[0] = .age(key)
        }
        #expect(reason == .tampered(entries: []))
    }

    @Test func aKeyOfAnotherDataKeyIsNoticed() throws {
        let other = try sampleVault(seed: 2)
        #expect(try changed { $0.keys = other.file.keys } == .tampered(entries: ["db/password", "openai/api_key"]))
        let whole = other.file.text
        let pinned = VaultUnlocker(
            environment: .fixed([
                "WITHSECRETS_IDENTITY": AgeIdentity.fixed(1).line,
                "WITHSECRETS_VAULT_PIN": try sampleVault().fingerprint,
            ])
        )
        #expect(
            content(whole, with: pinned) == .failure(VaultError(.wrongPin(actual: other.fingerprint), path: "v.yaml"))
        )
        #expect(throws: Never.self) { try content(try sampleVault().file.text, with: pinned).get() }
    }

    @Test func aValueHidesItsLengthInSteps() throws {
        var vault = try sampleVault()
        for (count, size) in [(0, 32), (31, 32), (32, 64), (63, 64), (64, 96)] {
            let text = String(repeating: "x", count: count)
            try vault.set("a", to: Secret(copying: text), at: .start)
            #expect(try vault.entry(named: "a").current.value.count == 24 + size + 16)
            #expect(revealed(try vault.value(of: "a")) == text)
        }
    }

    @Test func equalValuesLookDifferent() throws {
        var vault = try sampleVault()
        try vault.set("a", to: Secret(copying: "same"), at: .start)
        let first = try vault.entry(named: "a").current.value
        try vault.set("a", to: Secret(copying: "same"), at: .start)
        #expect(try vault.entry(named: "a").current.value != first)
    }
}
