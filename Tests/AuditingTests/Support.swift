import Diagnostics
import Glibc
import ManifestFormat
import TestSupport
import Testing

@testable import Auditing

extension TemporaryFolder {
    var log: AuditFile { AuditFile(path: path("audit.jsonl")) }
}

func contents(of path: String) -> [UInt8] { TemporaryFolder.read(at: path) ?? [] }

func replaceContents(of path: String, with bytes: [UInt8]) {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    _ = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
}

func lines(of path: String) -> [String] {
    String(decoding: contents(of: path), as: UTF8.self).split(separator: "\n").map(String.init)
}

func replaceLines(of path: String, with lines: [String]) {
    replaceContents(of: path, with: Array(lines.map { $0 + "\n" }.joined().utf8))
}

func mode(of path: String) -> UInt32 {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
}

let ada = AuditActor(user: "ada", pid: 42, commandPath: "/usr/bin/python3")

/// A record about the variable `name`, a second after the one before.
func record(_ name: String, _ outcome: AuditRecord.Outcome = .found, second: Int64 = 0) -> AuditRecord {
    let address = SecretAddress(provider: "vault", path: "secret/app", folder: "/")
    return AuditRecord(
        .run,
        by: ada,
        variable: name,
        reference: SecretReference(address: address, field: .name(name.lowercased())),
        outcome: outcome,
        duration: .milliseconds(12),
        at: AuditTime(milliseconds: 1_795_233_600_123 + second * 1000)
    )
}

func records(_ range: ClosedRange<Int>) -> [AuditRecord] {
    range.map { record("NAME_\($0)", second: Int64($0)) }
}

/// The findings' messages without their places.
func messages(_ verification: AuditVerification) -> [String] {
    verification.findings.map(\.diagnostic.message)
}
