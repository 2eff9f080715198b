internal import Diagnostics
internal import Glibc

/// Prints our messages, and what subcommands were asked to print. Values that were asked for, the masked stream and
/// questions at /dev/tty go past it, by `write` below. What it prints follows these rules:
///
/// - `withsecrets: error: [PLACE: ][SUBJECT: ]WHAT`, then `withsecrets: hint: HOW TO MEND IT`; lower case, no full stop.
/// - A message is one line on stderr: control characters are escaped, and no piece of it is longer than 200 characters
///   where it came from outside.
/// - `error:`, `warning:` and `hint:` are coloured where colours are wanted; nothing else is.
/// - Everything goes through the masker once there is one: a server may have put anything into an error.
/// - stdout belongs to the command, or to what a subcommand was asked to print.
final class Terminal {
    private let verbosity: Options.Verbosity
    private let format: Options.LogFormat
    /// Replaces secrets in our own messages; set as soon as they are known.
    var mask: (([UInt8]) -> [UInt8])?
    private(set) var warningCount = 0
    /// Why something that was printed is not there: a full disk, a reader that has gone.
    private(set) var outputError: Int32?

    init(verbosity: Options.Verbosity = .usual, format: Options.LogFormat = .text) {
        self.verbosity = verbosity
        self.format = format
    }

    convenience init(_ options: Options) {
        self.init(verbosity: options.verbosity, format: options.logFormat)
    }

    /// Errors always, warnings unless `--quiet`.
    func show(_ diagnostic: Diagnostic) {
        if diagnostic.severity == .warning { warningCount += 1 }
        guard diagnostic.severity == .error || verbosity != .quiet else { return }
        switch format {
        case .text:
            writeLine(diagnostic.line, kind: diagnostic.severity.rawValue, diagnostic.severity.color)
            for hint in diagnostic.hints { writeLine(hint, kind: "hint", .cyan) }
        case .json:
            writeRecord(of: diagnostic)
        }
    }

    func show(_ diagnostics: [Diagnostic]) {
        for diagnostic in diagnostics { show(diagnostic) }
    }

    func show(_ error: UsageError) {
        show(Failure(error).diagnostics)
    }

    /// A line for `--verbose`: names, sources and times.
    func detail(_ text: @autoclosure () -> String) {
        if verbosity == .verbose { tell(text()) }
    }

    /// A line that a person asked for by the subcommand, such as where `init` wrote; not for `--quiet`.
    func note(_ text: String) {
        if verbosity != .quiet { tell(text) }
    }

    private func tell(_ text: String) {
        switch format {
        case .text: writeLine("withsecrets: \(text)")
        case .json: writeRecord(of: Diagnostic(.note, text))
        }
    }

    /// What stands above a question at the terminal: shown whatever the verbosity.
    func ask(_ text: String) {
        writeLine("withsecrets: \(text)")
    }

    /// What a subcommand was asked to print, on stdout. That it could not be written the command's frame tells.
    func print(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        if !write(mask?(bytes) ?? bytes, to: STDOUT_FILENO), outputError == nil { outputError = errno }
    }

    private func writeLine(_ text: String, kind: String, _ color: TerminalColor?) {
        guard let color, TerminalColor.isWanted(on: STDERR_FILENO) else {
            return writeLine("withsecrets: \(kind): \(text)")
        }
        writeBytes("withsecrets: \(color.around("\(kind):")) \(escaped(text))\n")
    }

    private func writeLine(_ text: String) {
        writeBytes(escaped(text) + "\n")
    }

    /// JSON is escaped as it has to be where it is made.
    private func writeRecord(of diagnostic: Diagnostic) {
        writeBytes(JSONText.line(of: LogRecord(diagnostic)) + "\n")
    }

    private func writeBytes(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(mask?(bytes) ?? bytes, to: STDERR_FILENO)
    }

    /// A last line of defence: pieces from outside were made printable where they came in.
    private func escaped(_ text: String) -> String { printable(text, limit: 4000) }
}

/// Writes all of `bytes`, waiting where the descriptor was made non-blocking by somebody else.
///
/// - Returns: whether all of it was written.
func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    unsafe bytes.withUnsafeBytes { unsafe write($0, to: descriptor) }
}

/// The same for memory that is not to be copied.
func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
    var rest = unsafe bytes[...]
    while unsafe !rest.isEmpty {
        let count = unsafe Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count >= 0 {
            unsafe rest = unsafe rest.dropFirst(count)
        } else if errno == EAGAIN {
            var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            unsafe poll(&wanted, 1, -1)
        } else if errno != EINTR {
            return false
        }
    }
    return true
}

extension Diagnostic.Severity {
    fileprivate var color: TerminalColor? {
        switch self {
        case .error: .red
        case .warning: .yellow
        case .note: nil
        }
    }
}

extension Diagnostic {
    /// `[PLACE: ][SUBJECT: ]WHAT`.
    fileprivate var line: String {
        [location.map { "\(printable($0.file)):\($0.line):\($0.column)" }, subject.map { printable($0) }, message]
            .compactMap(\.self).joined(separator: ": ")
    }
}
