import AgeFormat
import SecretMemory
import Synchronization
import TestSupport
import Testing

@testable import VaultFormat

struct PassphraseAttemptsTests {
    private let folder = TemporaryFolder()
    private let id = "5f2c0a3bd4e1987710aa65c0de92b7f4"

    private func attempts(after seconds: Int64 = 0) -> PassphraseAttempts {
        PassphraseAttempts(stateFolder: folder.path) { VaultTime.now.adding(seconds: seconds) }
    }

    @Test func pausesGrowToHalfAMinuteAndGoWithASuccess() {
        var pauses: [Int] = []
        for _ in 0..<9 {
            attempts().failed(for: id)
            pauses.append(attempts().secondsToWait(for: id))
        }
        // The clock may pass a second between the failure and the question.
        for (pause, expected) in zip(pauses, [0, 0, 2, 4, 8, 16, 30, 30, 30]) {
            #expect(pause == expected || pause == max(0, expected - 1))
        }
        #expect(attempts(after: 31).secondsToWait(for: id) == 0)
        #expect(attempts().secondsToWait(for: "00") == 0)
        attempts().succeeded(for: id)
        #expect(attempts().secondsToWait(for: id) == 0)
        #expect(folder.mode("withsecrets/attempts") == 0o700)
    }

    @Test func aTimeInTheFutureLocksNobodyOut() {
        for _ in 0..<9 { attempts().failed(for: id) }
        #expect(attempts(after: -3600).secondsToWait(for: id) == 0)
    }

    @Test func aPlaceWhereNothingCanBeKeptIsNoPause() {
        let nowhere = PassphraseAttempts(stateFolder: "/proc/none")
        for _ in 0..<9 { nowhere.failed(for: id) }
        #expect(nowhere.secondsToWait(for: id) == 0)
    }

    @Test func theThirdWrongAnswerMakesTheNextProcessWait() throws {
        var vault = try sampleVault()
        try vault.addPassphrase(Secret(copying: "right"), label: nil, cost: .least)
        try vault.removeRecipient(AgeIdentity.fixed(1).recipient.text)
        let file = vault.finished(generation: 18)
        let asked = Mutex(0)
        let unlocker = VaultUnlocker(
            environment: .fixed([:]),
            prompt: { _ in
                asked.withLock { $0 += 1 }
                return Secret(copying: "wrong")
            },
            attempts: attempts(after: 0)
        )
        #expect(reason { try unlocker.unlock(file, path: "v") } == .wrongPassphrase(.prompt))
        guard case .tooManyAttempts = reason({ try unlocker.unlock(file, path: "v") }) else {
            Issue.record("no pause")
            return
        }
        #expect(asked.withLock { $0 } == 3)
        let later = VaultUnlocker(
            environment: .fixed([:]),
            prompt: { _ in Secret(copying: "right") },
            attempts: attempts(after: 60)
        )
        #expect(throws: Never.self) { try later.unlock(file, path: "v") }
        #expect(folder.read("withsecrets/attempts/\(file.idText)") == nil)
    }
}
