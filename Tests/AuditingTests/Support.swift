import Diagnostics
import Glibc
import ManifestFormat
import Testing

@testable import Auditing

/// A folder of its own for one test, gone with it.
final class TemporaryFolder {
    let path: String

    init() {
        var template = Array("/tmp/withsecrets-audit-XXXXXX".utf8CString)
        let made: String? = unsafe template.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress, let name = unsafe mkdtemp(start) else { return nil }
            return unsafe String(cString: name)
        }
        path = made ?? "/nonexistent"
    }

    deinit {
        remove(path)
    }

    var log: AuditFile { AuditFile(path: path + "/audit.jsonl") }

    private func remove(_ path: String) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return }
        if status.st_mode & S_IFMT == S_IFDIR {
            unsafe chmod(path, 0o700)
            for name in names(in: path) { remove("\(path)/\(name)") }
            unsafe rmdir(path)
        } else {
            unsafe unlink(path)
        }
    }
}

func names(in folder: String) -> [String] {
    guard let stream = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
        let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
}

func contents(of path: String) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
        let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
        guard count > 0 else { return bytes }
        bytes += chunk[..<count]
    }
}

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
