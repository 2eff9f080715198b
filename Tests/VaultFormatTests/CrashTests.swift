import AgeFormat
import Glibc
import SecretMemory
import TestSupport
import Testing

@testable import VaultFormat

/// Writers in processes of their own, which are killed and whose system calls fail.
@Suite(.timeLimit(.minutes(15)))
struct CrashTests {
    private let folder = TemporaryFolder()
    private let identity = AgeIdentity.fixed(1)
    private var path: String { folder.path("v.yaml") }
    private var environment: [String: String] { ["WITHSECRETS_IDENTITY": identity.line, "PATH": "/usr/bin:/bin"] }
    private let writer = builtProgram("VaultWriter")

    private func makeVault() throws {
        try VaultStore.create(at: path, recipients: [identity.recipient.text], passphrases: [])
    }

    /// What stands in the file, which has to be whole.
    private func names() throws -> [String] {
        try VaultStore.open(path, with: .with(identity)).names
    }

    /// CONTRIBUTING.md has the number for a thorough run.
    private static let killCount = setting("WITHSECRETS_TEST_KILLS").flatMap { Int($0) } ?? 40

    @Test(.timeLimit(.minutes(15))) func writersThatAreKilledLoseNothingTheyAcknowledged() throws {
        try makeVault()
        let random = SeededBytes(seed: 7)
        var acknowledged: Set<String> = []
        for round in 0..<Self.killCount {
            // The shell's sleep is no wait for a condition: it is the random moment.
            let microseconds = random.below(60_000)
            let result = runCommand(
                [
                    "sh", "-c",
                    "\"$1\" set \"$2\" \"$3\" 1000 & sleep 0.\(String(microseconds + 1_000_000).dropFirst()); kill -9 $!; wait $! 2>/dev/null",
                    "sh", writer, path, "r\(round)",
                ],
                environment: environment
            )
            acknowledged.formUnion(result.outputText.split(separator: "\n").map(String.init))
            #expect(acknowledged.isSubset(of: try names()))
        }
        #expect(!acknowledged.isEmpty)
        try VaultStore.update(path, with: .with(identity)) { (vault) throws(VaultError) in
            try vault.set("last", to: Secret(copying: "x"))
        }
        #expect(folder.names == ["v.yaml"])
    }

    @Test func fiftyProcessesLoseNothing() throws {
        try makeVault()
        let script = "i=0; while [ $i -lt 50 ]; do \"$1\" set \"$2\" \"w$i\" 1 & i=$((i+1)); done; wait"
        let result = runCommand(["sh", "-c", script, "sh", writer, path], environment: environment)
        #expect(result.errorText.isEmpty)
        #expect(Set(try names()) == Set((0..<50).map { "w\($0)/0" }))
        #expect(folder.names == ["v.yaml"])
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        var call: String
        var error: String
        var testDescription: String { "\(call) \(error)" }
    }

    /// What goes wrong in life; `WITHSECRETS_TEST_FAULTS=all` tries every error on every call.
    static let faults: [Fault] = setting("WITHSECRETS_TEST_FAULTS") == "all" ? everyFault : usualFaults

    private static let everyFault: [Fault] = [
        "openat", "read", "write", "fchmod", "fsync", "rename", "flock", "newfstatat", "getdents64", "unlink",
        "close", "getrandom",
    ].flatMap { call in ["EIO", "ENOSPC", "EMFILE", "EINTR"].map { Fault(call: call, error: $0) } }

    private static let usualFaults: [Fault] = [
        ("openat", ["EMFILE", "EIO", "EINTR"]), ("write", ["ENOSPC", "EIO", "EINTR"]), ("fchmod", ["EIO"]),
        ("fsync", ["EIO", "ENOSPC", "EINTR"]), ("rename", ["EIO", "ENOSPC"]), ("flock", ["EIO", "EINTR"]),
        ("newfstatat", ["EIO"]), ("read", ["EIO", "EINTR"]),
    ].flatMap { call, errors in errors.map { Fault(call: call, error: $0) } }

    /// strace lets the n-th of a system call fail, for each n up to the last that a write makes.
    @Test(.enabled(if: canTrace), arguments: faults)
    func aSystemCallThatFailsLeavesTheOldFileOrTheNew(fault: Fault) throws {
        try makeVault()
        var acknowledged: Set<String> = []
        var injected = 0
        for number in 1...200 {
            let before = folder.read("v.yaml")
            let name = "\(fault.call)\(number)"
            let result = runCommand(
                [
                    "strace", "-f", "-qq", "-e", "trace=\(fault.call)", "-e",
                    "inject=\(fault.call):error=\(fault.error):when=\(number)", "-o", folder.path("trace"), writer,
                    "set",
                    path, name, "1",
                ],
                environment: environment
            )
            let trace = String(decoding: folder.read("trace") ?? [], as: UTF8.self)
            let present = try names()
            if result.status == 0 {
                acknowledged.insert("\(name)/0")
            } else {
                let isNew = present.contains("\(name)/0")
                let saysNew = result.errorText.contains("the new file is in place")
                let saysOld = result.errorText.contains("the file from before is in place")
                #expect(isNew ? saysNew : !saysNew, "\(result.errorText)")
                if !isNew { #expect(folder.read("v.yaml") == before) }
                #expect(!(isNew && saysOld))
            }
            #expect(acknowledged.isSubset(of: present))
            guard trace.contains("INJECTED") else { break }
            injected += 1
        }
        #expect(injected > 0)
        #expect(folder.names.filter { $0.hasSuffix("-tmp") }.isEmpty)
    }

    private static func setting(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// Containers often forbid ptrace.
    static let canTrace = runCommand(["strace", "-qq", "-o", "/dev/null", "true"]).status == 0
}
