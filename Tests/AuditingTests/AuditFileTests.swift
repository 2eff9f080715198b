import Diagnostics
import Glibc
import TestSupport
import Testing

@testable import Auditing

struct AuditFileTests {
    private let folder = TemporaryFolder()

    @Test func aNewLogIsForItsOwnerAlone() throws {
        let state = folder.path + "/state"
        let path = try #require(AuditFile.defaultPath { $0 == "XDG_STATE_HOME" ? state : "/root" })
        try AuditFile(path: path).append(records(1...3))
        #expect(path == state + "/withsecrets/audit.jsonl")
        #expect(mode(of: path) == 0o600)
        #expect(mode(of: state + "/withsecrets") == 0o700)
        #expect(lines(of: path).count == 3)
    }

    @Test func theLogStandsInTheHomeFolderByDefault() {
        #expect(
            AuditFile.defaultPath { $0 == "HOME" ? "/home/ada" : nil }
                == "/home/ada/.local/state/withsecrets/audit.jsonl"
        )
        #expect(
            AuditFile.defaultPath { ["HOME": "/home/ada", "XDG_STATE_HOME": "state"][$0] }?.hasPrefix("/home/ada/")
                == true
        )
        #expect(AuditFile.defaultPath { ["HOME": ""][$0] } == nil)
    }

    @Test func batchesMakeOneChain() throws {
        let log = folder.log
        for start in stride(from: 1, to: 100, by: 7) { try log.append(records(start...(start + 6))) }
        let verification = try log.verify()
        #expect(verification.findings == [])
        #expect(verification.recordCount == 105)
        #expect(verification.head != nil)
    }

    @Test func concurrentWritersLoseNothingAndChainCorrectly() async throws {
        let log = AuditFile(
            path: folder.path + "/audit.jsonl",
            sizeLimit: 20_000,
            keptCount: 1000,
            patience: .seconds(30)
        )
        try await withThrowingTaskGroup { group in
            for writer in 0..<16 {
                group.addTask {
                    for round in 0..<12 {
                        try log.append([record("W\(writer)"), record("R\(round)")])
                    }
                }
            }
            try await group.waitForAll()
        }
        let verification = try log.verify()
        #expect(messages(verification) == [])
        #expect(verification.fileCount > 5)
        var names: [String: Int] = [:]
        _ = try log.forEachRecord { record, _ in names[record.variable ?? record.operation.rawValue, default: 0] += 1 }
        #expect((0..<16).allSatisfy { names["W\($0)"] == 12 })
        #expect((0..<12).allSatisfy { names["R\($0)"] == 16 })
        #expect(names["rotate"] == verification.fileCount - 1)
    }

    @Test func aTornLineIsReportedAndThenMended() throws {
        let log = folder.log
        try log.append(records(1...3))
        let whole = contents(of: log.path)
        let lastStart = whole.dropLast().lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        for cut in [lastStart + 1, lastStart + 100, whole.count - 1] {
            replaceContents(of: log.path, with: Array(whole[..<cut]))
            let torn = try log.verify()
            #expect(torn.isIntact)
            #expect(
                messages(torn) == ["the last line is not finished: its writer was stopped; the next one mends this"]
            )
            try log.append([record("NEXT")])
            #expect(messages(try log.verify()) == [])
            var operations: [String] = []
            _ = try log.forEachRecord { record, _ in operations.append(record.operation.rawValue) }
            #expect(operations == ["run", "run", "recover", "run"])
        }
    }

    @Test func aFileThatHoldsOnlyATornLineBeginsAnew() throws {
        let log = folder.log
        replaceContents(of: log.path, with: [UInt8](repeating: 0, count: 3000))
        try log.append([record("A")])
        #expect(lines(of: log.path).count == 2)
        #expect(messages(try log.verify()) == [])
    }

    @Test func aLastLineThatIsNoRecordIsNotBuiltUpon() throws {
        let log = folder.log
        try log.append(records(1...2))
        replaceContents(of: log.path, with: contents(of: log.path) + Array("{}\n".utf8))
        #expect(throws: AuditError(.damaged, path: log.path)) { try log.append([record("A")]) }
        replaceContents(of: log.path, with: Array(AuditLine.start.utf8) + [UInt8](repeating: 0x78, count: 200_000))
        #expect(throws: AuditError(.damaged, path: log.path)) { try log.append([record("A")]) }
    }

    @Test(arguments: ["hvs.token", "alias ls='sh evil'\n", #"{"auth": "token"}"#, "\0\0.", "\n"])
    func whatIsNoLogIsLeftAsItIs(text: String) throws {
        let log = folder.log
        replaceContents(of: log.path, with: Array(text.utf8))
        #expect(throws: AuditError(.notAnAuditLog, path: log.path)) { try log.append([record("A")]) }
        #expect(contents(of: log.path) == Array(text.utf8))
    }

    @Test(arguments: 1...40)
    func aFirstRecordThatWasCutAnywhereIsReplaced(count: Int) throws {
        let log = folder.log
        try log.append([record("A")])
        replaceContents(of: log.path, with: Array(contents(of: log.path).prefix(count)))
        try log.append([record("B")])
        #expect(messages(try log.verify()) == [])
    }

    @Test func rotationKeepsTheChainAndTheNewestFiles() throws {
        let log = AuditFile(path: folder.path + "/audit.jsonl", sizeLimit: 2000, keptCount: 3)
        for number in 1...60 { try log.append([record("N\(number)")]) }
        let verification = try log.verify()
        #expect(messages(verification) == [])
        #expect(verification.fileCount == 4)
        #expect(try #require(verification.firstSequence) > 1)
        #expect(folder.names.count == 4)
        for name in folder.names { #expect(mode(of: "\(folder.path)/\(name)") == 0o600) }
    }

    @Test func aCrashBetweenRenameAndNewFileLosesNothing() throws {
        let log = AuditFile(path: folder.path + "/audit.jsonl")
        try log.append(records(1...3))
        unsafe rename(log.path, log.path + ".0000000001")
        #expect(try log.verify().recordCount == 3)
        try log.append([record("NEXT")])
        let verification = try log.verify()
        #expect(messages(verification) == [])
        #expect(verification.recordCount == 5)
        #expect(verification.fileCount == 2)
    }

    @Test func aSymbolicLinkIsNotFollowed() throws {
        let log = folder.log
        unsafe symlink(folder.path + "/elsewhere", log.path)
        #expect(throws: AuditError(.symbolicLink, path: log.path)) { try log.append([record("A")]) }
        #expect(folder.names == ["audit.jsonl"])
    }

    @Test func aFIFOIsRefusedWithoutWaiting() throws {
        let log = folder.log
        unsafe mkfifo(log.path, 0o600)
        #expect(throws: AuditError(.notAFile, path: log.path)) { try log.append([record("A")]) }
    }

    @Test func aFileThatOthersMayWriteToIsRefused() throws {
        let log = folder.log
        replaceContents(of: log.path, with: [])
        unsafe chmod(log.path, 0o622)
        #expect(throws: AuditError(.writableByOthers(mode: 0o622), path: log.path)) { try log.append([record("A")]) }
        #expect(
            AuditError(.writableByOthers(mode: 0o622), path: "/x").diagnostic
                == Diagnostic(
                    subject: "/x",
                    "others may write to the audit log (mode 0622)",
                    hints: ["chmod go-w '/x'"]
                )
        )
    }

    @Test func aLockThatIsNeverGivenBackIsNotWaitedForForEver() throws {
        var log = folder.log
        try log.append([record("A")])
        let holder = unsafe open(log.path, O_RDONLY)
        flock(holder, LOCK_EX)
        defer { close(holder) }
        log.patience = .milliseconds(20)
        #expect(throws: AuditError(.locked(seconds: 0), path: log.path)) { try log.append([record("B")]) }
        #expect(throws: AuditError(.locked(seconds: 0), path: log.path)) { try log.verify() }
    }

    @Test func twentyRecordsTakeLittleTime() throws {
        let log = folder.log
        let batch = records(1...20)
        try log.append(batch)
        var best = Duration.seconds(1)
        for _ in 0..<50 {
            best = min(best, try ContinuousClock().measure { try log.append(batch) })
        }
        // A debug build on a busy machine; a release build takes a tenth of it.
        #expect(best < .milliseconds(10))
    }
}
