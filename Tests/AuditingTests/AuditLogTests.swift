import Glibc
import TestSupport
import Testing

@testable import Auditing
@testable import ManifestFormat

struct AuditLogTests {
    private let folder = TemporaryFolder()

    private func settings(
        _ sink: Manifest.AuditSettings.Sink? = nil,
        path: String? = nil,
        refuses: Bool = false
    ) -> Manifest.AuditSettings {
        var settings = Manifest.AuditSettings()
        settings.sink = sink
        settings.path = path
        settings.refusesOnError = refuses
        return settings
    }

    @Test func withoutAHomeItIsOffUnlessAskedFor() {
        let reason = AuditError(.noStateFolder, path: "")
        #expect(AuditLog(settings()) { _ in nil }.append([record("A")]) == .off(reason))
        #expect(AuditLog(settings(.file)) { _ in nil }.append([record("A")]) == .warning(reason))
        #expect(AuditLog(settings(refuses: true)) { _ in nil }.append([record("A")]) == .refusal(reason))
        #expect(AuditLog(settings(.off)) { _ in nil }.append([record("A")]) == .off(nil))
    }

    @Test func aPlaceWhereNoFolderCanBeMadeIsNone() {
        let log = AuditLog(settings()) { $0 == "HOME" ? "/proc/nowhere" : nil }
        let result = log.append([record("A")])
        #expect(result == .off(AuditError(.folderNotMade(number: ENOENT), path: "/proc/nowhere")))
    }

    @Test func whatTheManifestNamesIsWrittenTo() {
        let path = folder.path + "/deep/er/log"
        #expect(AuditLog(settings(path: path)) { _ in nil }.append([record("A")]) == .written)
        #expect(lines(of: path).count == 1)
        let home = AuditLog(settings(path: "~/x/log")) { [folder] in $0 == "HOME" ? folder.path : nil }
        #expect(home.append([record("A")]) == .written)
        #expect(folder.names == ["deep", "x"])
    }

    @Test func aFailingSinkWarnsOrRefusesAsToldTo() {
        let path = folder.path + "/log"
        unsafe symlink("/dev/null", path)
        let error = AuditError(.symbolicLink, path: path)
        #expect(AuditLog(settings(path: path)) { _ in nil }.append([record("A")]) == .warning(error))
        #expect(AuditLog(settings(path: path, refuses: true)) { _ in nil }.append([record("A")]) == .refusal(error))
        // The default place is there but broken: that is worth a word.
        unsafe mkdir(folder.path + "/withsecrets", 0o700)
        unsafe symlink("/dev/null", folder.path + "/withsecrets/audit.jsonl")
        let result = AuditLog(settings()) { [folder] in $0 == "XDG_STATE_HOME" ? folder.path : nil }.append([
            record("A")
        ])
        #expect(result == .warning(AuditError(.symbolicLink, path: folder.path + "/withsecrets/audit.jsonl")))
    }

    // MARK: - The system's log

    /// A datagram socket that stands in for journald or syslogd.
    private final class FakeSocket {
        let descriptor: Int32

        init(_ path: String) {
            descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
            unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                    _ = unsafe bind(descriptor, generic, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        }

        deinit {
            close(descriptor)
        }

        func receive() -> String {
            var buffer = [UInt8](repeating: 0, count: 65536)
            let count = unsafe buffer.withUnsafeMutableBytes { buffer in
                unsafe recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
            }
            return String(decoding: buffer[..<max(0, count)], as: UTF8.self)
        }
    }

    private var system: SystemLog {
        SystemLog(
            journalPath: folder.path + "/journal",
            syslogPath: folder.path + "/log",
            patience: .milliseconds(50)
        )
    }

    @Test func journaldGetsFields() throws {
        let journal = FakeSocket(folder.path + "/journal")
        try system.append([record("TOKEN", .failed), record("OTHER\nPRIORITY=0")])
        #expect(
            journal.receive() == """
                MESSAGE=run TOKEN failed vault:secret/app#token
                PRIORITY=4
                SYSLOG_FACILITY=4
                SYSLOG_IDENTIFIER=withsecrets
                SYSLOG_PID=42
                WITHSECRETS_TIME=2026-11-21T04:00:00.123Z
                WITHSECRETS_OPERATION=run
                WITHSECRETS_USER=ada
                WITHSECRETS_COMMAND=python3
                WITHSECRETS_VARIABLE=TOKEN
                WITHSECRETS_PROVIDER=vault
                WITHSECRETS_REFERENCE=vault:secret/app#token
                WITHSECRETS_OUTCOME=failed
                WITHSECRETS_MILLISECONDS=12

                """
        )
        let second = journal.receive()
        #expect(second.contains(#"WITHSECRETS_VARIABLE=OTHER\u{a}PRIORITY=0"# + "\n"))
        #expect(second.split(separator: "\n").count { $0.hasPrefix("PRIORITY=") } == 1)
    }

    @Test func syslogGetsOneLine() throws {
        let syslog = FakeSocket(folder.path + "/log")
        try system.append([record("TOKEN")])
        let message = syslog.receive()
        #expect(message.hasPrefix("<38>Nov 2"))
        #expect(
            message.hasSuffix(
                #" withsecrets[42]: {"time":"2026-11-21T04:00:00.123Z","operation":"run","user":"ada","#
                    + #""command":"python3","variable":"TOKEN","provider":"vault","#
                    + #""reference":"vault:secret/app#token","outcome":"found","pid":42,"milliseconds":12}"#
            )
        )
    }

    @Test func aSystemWithoutALogIsAnError() {
        let log = AuditLog(sink: .system(system))
        #expect(
            log.append([record("A")]) == .warning(AuditError(.notReachable(number: ENOENT), path: folder.path + "/log"))
        )
    }

    @Test func aReaderThatDoesNotReadIsNotWaitedForForEver() throws {
        let journal = FakeSocket(folder.path + "/journal")
        let error = #expect(throws: AuditError.self) {
            try system.append((1...5000).map { record("N\($0)") })
        }
        #expect(error?.reason == .notReachable(number: EAGAIN))
        #expect(journal.receive().hasPrefix("MESSAGE="))
    }

    @Test func theUserIsNamedWithoutAskingTheMachinesNameServices() {
        let passwd = folder.path + "/passwd"
        replaceContents(of: passwd, with: Array("root:x:0:0::/root:/bin/sh\nbad\nada:x:1000:1000::/:/bin/sh".utf8))
        #expect(userName(of: 1000, passwd: passwd) == "ada")
        #expect(userName(of: 7, passwd: passwd) == "7")
        #expect(userName(of: 7, passwd: "/nonexistent") == "7")
    }
}
