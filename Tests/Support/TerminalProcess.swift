private import CTestShims
internal import Glibc

/// A program on a pseudo-terminal of its own, driven by turns of waiting for text and typing.
package struct TerminalProcess: ~Copyable {
    private let master: Int32
    /// Kept open, so that the terminal lives on while no program has it open.
    private let slave: Int32
    private let process: pid_t
    private var reader: StreamReader
    /// How many bytes of the output earlier matches have used up.
    private var consumed = 0
    private var isReaped = false

    package init(_ command: StepCommand) throws(StepError) {
        let (terminal, process) = try Self.start(command)
        master = terminal.master
        slave = terminal.slave
        self.process = process
        reader = StreamReader(descriptors: [terminal.master], process: process)
    }

    private static func start(
        _ command: StepCommand
    ) throws(StepError) -> (terminal: (master: Int32, slave: Int32), process: pid_t) {
        var slave: Int32 = -1
        let master = unsafe test_open_terminal(&slave)
        guard master >= 0 else { throw StepError("cannot open a pseudo-terminal") }
        do {
            let process = try command.start(input: slave, output: slave, errors: slave, controlsTerminal: true)
            return ((master, slave), process)
        } catch {
            close(master)
            close(slave)
            throw error
        }
    }

    deinit {
        if !isReaped { _ = reap(process, killing: true) }
        close(master)
        close(slave)
    }

    /// What the terminal showed so far, its line ends as `\n`.
    package var shown: [UInt8] {
        reader.collected[0].filter { $0 != UInt8(ascii: "\r") }
    }

    /// Waits until the program has written what matches behind the last match.
    ///
    /// - Returns: false when it ended or the limit passed without.
    package mutating func expect(_ pattern: ScriptPattern, within limit: Duration) -> Bool {
        var end: Int?
        let start = consumed
        reader.readUntil(within: limit) { collected in
            end = pattern.endOfFirstMatch(in: collected[0].dropFirst(start))
            return end != nil
        }
        if end == nil { end = pattern.endOfFirstMatch(in: reader.collected[0].dropFirst(start)) }
        guard let end else { return false }
        consumed = end
        return true
    }

    package func type(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe write(master, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EAGAIN else { return }
            rest = rest.dropFirst(max(0, count))
        }
    }

    package func resize(rows: UInt16, columns: UInt16) {
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = unsafe ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    /// Waits for the end.
    ///
    /// - Returns: nil when the limit passed; the program and its group are gone then too.
    package mutating func finish(within limit: Duration) -> StepStatus? {
        let ended = reader.readUntilEnd(within: limit)
        let status = reap(process, killing: !ended)
        isReaped = true
        return ended ? status : nil
    }
}
