internal import CProcessShims
internal import Diagnostics
internal import Glibc
internal import ProcessLaunch
internal import SecretMemory

/// Asks the person at the terminal, through /dev/tty: the command's stdin is not ours to read.
///
/// The terminal is put back however a question ends: by an answer, by Ctrl-C or another signal, or after a Ctrl-Z.
enum Prompt {
    /// Reads a line without echo, into locked memory; `nil` when it ends without one (Ctrl-D) or there is no terminal.
    ///
    /// Not in canonical mode, which cuts a line at 4,095 bytes: keys are pasted here.
    static func secret(_ question: String) -> SecretBytes? {
        guard let terminal = QuietTerminal() else { return nil }
        return line(question, on: terminal)
    }

    /// The same for a value that is kept, which may be pasted: of several lines the first alone would be it, and the
    /// shell would run the others.
    static func value(_ question: String) throws(Failure) -> SecretBytes? {
        guard let terminal = QuietTerminal(), let line = line(question, on: terminal) else { return nil }
        guard !terminal.dropsInput() else {
            throw Failure(
                Diagnostic(
                    "several lines came, and a question takes one",
                    hints: ["nothing was changed; pipe them in: withsecrets vault set NAME < FILE"]
                )
            )
        }
        return line
    }

    private static func line(_ question: String, on terminal: borrowing QuietTerminal) -> SecretBytes? {
        terminal.write(question)
        var line = SecretBytes()
        while let byte = terminal.readByte(of: &line, repeating: question) {
            switch byte {
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                terminal.write("\n")
                return line
            case 0x04:  // Ctrl-D
                guard line.isEmpty else { continue }
                terminal.write("\n")
                return nil
            case 0x08, 0x7F: line.removeLastCharacter()
            case 0x15: line.truncate(to: 0)  // Ctrl-U
            case 0x00..<0x20 where byte != UInt8(ascii: "\t"): continue
            default: line.append(byte)
            }
        }
        return nil
    }

    /// Reads a line with echo and takes `y` and `yes` for consent.
    static func confirms(_ question: String) -> Bool {
        let descriptor = unsafe open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // What was typed before there was a question is no answer to it.
        tcflush(descriptor, TCIFLUSH)
        _ = withsecrets.write(Array(question.utf8), to: descriptor)
        var answer: [UInt8] = []
        var byte: UInt8 = 0
        while unsafe read(descriptor, &byte, 1) == 1, byte != UInt8(ascii: "\n"), answer.count < 100 {
            answer.append(byte)
        }
        return ["y", "yes"].contains(String(decoding: answer, as: UTF8.self).lowercased())
    }
}

/// The terminal with its echo off, for as long as this value lives.
private struct QuietTerminal: ~Copyable {
    private let descriptor: Int32
    private let signals: Int32
    private let usual: termios
    private let blocked: UInt64

    private static let caught: UInt64 = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP].reduce(0) {
        $0 | 1 << UInt64($1 - 1)
    }

    init?() {
        let descriptor = unsafe open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        var settings = termios()
        guard unsafe tcgetattr(descriptor, &settings) == 0 else {
            close(descriptor)
            return nil
        }
        let ignored = ws_ignored_signals()
        blocked = ws_blocked_signals()
        let watched = Self.caught & ~ignored
        ws_set_blocked_signals(blocked | watched)
        signals = ws_signal_descriptor(watched)
        self.descriptor = descriptor
        usual = settings
        silence()
    }

    deinit {
        restore()
        ws_set_blocked_signals(blocked)
        if signals >= 0 { close(signals) }
        close(descriptor)
    }

    private func silence() {
        var quiet = usual
        quiet.c_lflag &= ~tcflag_t(ECHO | ECHONL | ICANON)
        unsafe tcsetattr(descriptor, TCSAFLUSH, &quiet)
    }

    private func restore() {
        var settings = usual
        unsafe tcsetattr(descriptor, TCSADRAIN, &settings)
    }

    func write(_ text: String) {
        _ = withsecrets.write(Array(text.utf8), to: descriptor)
    }

    /// Throws away what follows an answer at once, as the rest of something pasted does.
    ///
    /// - Returns: whether there was something.
    func dropsInput() -> Bool {
        var isMore = false
        while hasInput(descriptor, within: 50) {
            isMore = true
            tcflush(descriptor, TCIFLUSH)
        }
        return isMore
    }

    /// `nil` at the end of input. A signal that stops us leaves the terminal as it was meanwhile, and the question is
    /// put again afterwards, for a new `line`; one that ends us does not return.
    func readByte(of line: inout SecretBytes, repeating question: String) -> UInt8? {
        while true {
            var wanted = [
                pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
            ]
            guard unsafe poll(&wanted, nfds_t(wanted.count), -1) >= 0 else {
                if errno == EINTR { continue }
                return nil
            }
            if wanted[1].revents != 0, !takeSignal(of: &line, question) { return nil }
            guard wanted[0].revents != 0 else { continue }
            var byte: UInt8 = 0
            let count = unsafe read(descriptor, &byte, 1)
            if count == 1 { return byte }
            if count == 0 || errno != EINTR && errno != EAGAIN { return nil }
        }
    }

    /// - Returns: whether to go on asking; not where the signal is held back by somebody who gives things back first.
    private func takeSignal(of line: inout SecretBytes, _ question: String) -> Bool {
        var signal = ws_signal()
        guard unsafe ws_next_signal(signals, &signal) == 1 else { return true }
        restore()
        if signal.number != SIGTSTP { write("\n") }
        // Raised and let through: it ends us, or stops us until SIGCONT.
        raise(signal.number)
        guard blocked & 1 << UInt64(signal.number - 1) == 0 else { return false }
        ws_set_blocked_signals(blocked)
        ws_set_blocked_signals(blocked | Self.caught & ~ws_ignored_signals())
        silence()
        line.truncate(to: 0)
        write(question)
        return true
    }
}

extension SecretBytes {
    /// Takes the last UTF-8 character away, whose following bytes are 10xxxxxx.
    fileprivate mutating func removeLastCharacter() {
        let end = withBytes { bytes in
            var end = bytes.count
            while end > 0 {
                end -= 1
                if bytes[end] & 0xC0 != 0x80 { break }
            }
            return end
        }
        truncate(to: end)
    }
}
