import Glibc
import SecretMemory
import SecretProviders
import Synchronization

/// A service of ours in a process of its own: a script under `Fakes`, on a free port of 127.0.0.1.
///
/// It ends when this object does, and also when the whole test process dies: its stdin ends then.
final class FakeServer: Sendable {
    let port: Int
    /// Where its certificates are, when it speaks TLS.
    let folder: String
    /// All that it said when it began.
    let announcement: JSONValue
    let pid: pid_t
    private let stdin: Int32

    static let scripts = String(#filePath.dropLast("FakeServer.swift".count)) + "Fakes/"

    convenience init(_ arguments: String...) throws {
        try self.init(arguments)
    }

    init(_ arguments: [String]) throws {
        var input: [Int32] = [0, 0]
        var output: [Int32] = [0, 0]
        guard unsafe pipe(&input) == 0, unsafe pipe(&output) == 0 else { throw Failure() }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe _ = posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, input[0], 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output[1], 1)
        let words =
            ["/usr/bin/env", "PYTHONDONTWRITEBYTECODE=1", "python3", Self.scripts + arguments[0]]
            + arguments.dropFirst()
        var pointers: [UnsafeMutablePointer<CChar>?] = unsafe words.map { unsafe strdup($0) } + [nil]
        defer { unsafe pointers.forEach { unsafe free($0) } }
        var pid: pid_t = 0
        guard unsafe posix_spawn(&pid, words[0], &actions, nil, &pointers, environ) == 0 else { throw Failure() }
        close(input[0])
        close(output[1])
        defer { close(output[0]) }
        var line = SecretBytes()
        while true {
            var byte: UInt8 = 0
            guard unsafe read(output[0], &byte, 1) == 1 else { throw Failure() }
            if byte == UInt8(ascii: "\n") { break }
            line.append(byte)
        }
        announcement = try JSONValue(parsing: Secret(line))
        port = announcement.member("port")?.publicInteger ?? 0
        folder = announcement.member("folder")?.publicText ?? ""
        self.pid = pid
        stdin = input[1]
    }

    deinit {
        close(stdin)
        var status: Int32 = 0
        unsafe _ = waitpid(pid, &status, 0)
    }

    struct Failure: Error {}

    /// One that many tests ask and none counts on being alone with.
    static func shared(_ arguments: String...) throws -> FakeServer {
        try shared.withLock { servers in
            if let server = servers[arguments] { return server }
            let server = try FakeServer(arguments)
            servers[arguments] = server
            return server
        }
    }

    private static let shared = Mutex<[[String]: FakeServer]>([:])

    var address: String { "http://127.0.0.1:\(port)" }

    /// Of a fake that was started with `--tls`: where it speaks TLS with that kind of certificate.
    func port(_ certificate: String) -> Int {
        announcement.member("ports")?.member(certificate)?.publicInteger ?? 0
    }
}
