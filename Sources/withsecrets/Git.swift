internal import CProcessShims
internal import Diagnostics
internal import Glibc
internal import ProcessLaunch
internal import SecretMemory

/// What `git ARGUMENT ...` writes to stdout, up to `limit`.
func gitOutput(of arguments: [String], limit: Int) throws(ProgramFailure) -> [UInt8] {
    var git = try GitProcess(arguments)
    let output: [UInt8]
    do throws(ReadFailure) {
        output = try readAll(git.output, limit: limit)
    } catch {
        throw ProgramFailure(reason: "git: \(error.reason)")
    }
    try git.finish()
    return output
}

/// git at work, found in PATH, with our environment without `WITHSECRETS_*`.
///
/// Its stderr goes to a file in memory, so that nobody has to read it while stdout is read, and is looked into when git
/// has failed.
struct GitProcess: ~Copyable {
    private let messages: Descriptor
    private var program: HelperProcess

    /// The read end of its stdout.
    var output: Int32 { program.output.number }

    init(_ arguments: [String]) throws(ProgramFailure) {
        messages = Descriptor(owning: unsafe ws_memory_file("git's messages"))
        var environment = EnvironmentBlock()
        // `GitMessage` knows its messages in English.
        environment.set("LC_ALL", to: Secret(copying: "C"))
        do throws(LaunchError) {
            // The configuration of somebody's repository could have a program run: `core.fsmonitor` names one.
            let words = ["git", "-c", "core.fsmonitor=false"] + arguments
            program = try HelperProcess(words, environment: environment, errorFile: messages.number)
        } catch {
            throw ProgramFailure(reason: error.diagnostic.message)
        }
    }

    /// Waits for its end, once its output was read.
    ///
    /// - Throws: git's own reason, where it ended with another status than 0.
    mutating func finish() throws(ProgramFailure) {
        let end = program.waitForEnd()
        guard end == .exited(0) else { throw ProgramFailure(reason: reason ?? "git ended with \(end.shellStatus)") }
    }

    private var reason: String? {
        var text = [UInt8](repeating: 0, count: GitMessage.byteLimit)
        let count = unsafe pread(messages.number, &text, text.count, 0)
        return count > 0 ? GitMessage.reason(in: text[..<count]) : nil
    }
}

/// What git writes to stderr when it fails.
enum GitMessage {
    /// The reason stands in the first of it.
    static let byteLimit = 4096

    /// The first line that says why, without `fatal: `, fit for one of our own messages; `nil` where there is none that may
    /// be shown.
    ///
    /// git names files, revisions and objects, and quotes no content. What it does quote are values of its configuration and
    /// addresses, which may hold a password: these lines are not shown.
    static func reason(in stderr: ArraySlice<UInt8>) -> String? {
        let lines = stderr.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
        for mark in ["fatal: ", "error: "] {
            guard let line = lines.first(where: { $0.hasPrefix(mark) })?.dropFirst(mark.count) else { continue }
            guard !quotesASetting(String(line)) else { return nil }
            return printable(String(line))
        }
        return nil
    }

    private static func quotesASetting(_ line: String) -> Bool {
        [" value", "://"].contains { line.firstRange(of: $0) != nil }
    }
}
