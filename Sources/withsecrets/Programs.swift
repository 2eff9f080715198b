internal import Diagnostics
internal import ProcessLaunch
internal import SecretMemory

/// A program of the user's, such as git, that could not do what it was asked for.
struct ProgramFailure: Error {
    var reason: String
}

/// What a program writes to stdout; it is found in PATH and has our environment without `WITHSECRETS_*`. Its
/// stderr is /dev/null.
func output(of words: [String], limit: Int) throws(ProgramFailure) -> [UInt8] {
    try running(words) { (output) throws(ReadFailure) in try readAll(output, limit: limit) }
}

/// The same in locked memory.
func secretOutput(of words: [String], limit: Int) throws(ProgramFailure) -> SecretBytes {
    try running(words) { (output) throws(ReadFailure) in try readSecrets(output, limit: limit) }
}

/// Runs a program, whose stdout `read` reads to the end.
private func running<Output: ~Copyable>(
    _ words: [String],
    _ read: (Int32) throws(ReadFailure) -> Output
) throws(ProgramFailure) -> Output {
    var program: HelperProcess
    do throws(LaunchError) {
        program = try HelperProcess(words)
    } catch {
        throw ProgramFailure(reason: error.diagnostic.message)
    }
    let output: Output
    do throws(ReadFailure) {
        output = try read(program.output.number)
    } catch {
        throw ProgramFailure(reason: "\(words[0]): \(error.reason)")
    }
    let end = program.waitForEnd()
    guard end == .exited(0) else { throw ProgramFailure(reason: "\(words[0]) ended with \(end.shellStatus)") }
    return output
}

/// git, which the configuration of somebody's repository could have run a program: `core.fsmonitor` names one.
let git = ["git", "-c", "core.fsmonitor=false"]
