internal import Diagnostics
internal import Glibc

/// Where `--report` writes what was masked.
///
/// It is opened before the command runs: a path that can't be written costs no run then, and the command can put
/// nothing in its place.
final class LeakReport {
    private let path: String
    private let descriptor: Int32

    /// - Parameter path: `-` is stderr. A FIFO that nobody reads is an error rather than a wait.
    init(_ path: String) throws(Failure) {
        self.path = path
        guard path != "-" else {
            descriptor = STDERR_FILENO
            return
        }
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY | O_NONBLOCK
        descriptor = unsafe open(path, flags, 0o666)
        guard descriptor >= 0 else { throw Failure(problem(errno)) }
    }

    deinit {
        if descriptor != STDERR_FILENO { close(descriptor) }
    }

    func write(_ receipt: LeakReceipt, _ terminal: Terminal) {
        let bytes = Array((JSONText.document(of: receipt) + "\n").utf8)
        guard !withsecrets.write(bytes, to: descriptor) else { return }
        terminal.show(problem(errno, .warning))
    }

    private func problem(_ error: Int32, _ severity: Diagnostic.Severity = .error) -> Diagnostic {
        Diagnostic(severity, "cannot write the report to '\(printable(path))': \(systemMessage(error))")
    }
}

/// What was masked, as `--report` writes it; docs/masking.md has the shape.
struct LeakReceipt: Encodable {
    struct Entry: Encodable {
        var name: String
        var stream: String
        var form: String
        var count: Int
    }

    var version = 1
    var masked: Int
    var variables: [Entry]

    init(variables: [Entry]) {
        masked = variables.reduce(0) { $0 + $1.count }
        self.variables = variables
    }
}
