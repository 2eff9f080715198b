internal import Diagnostics
internal import ProcessLaunch
internal import SecretMemory

/// A program of the user's, such as git, that could not do what it was asked for.
struct ProgramFailure: Error {
    var reason: String
}

/// What a program writes to stdout, in locked memory; it is found in PATH and has our environment without
/// `WITHSECRETS_*`. Its stderr, which may quote what it decrypts, is /dev/null.
func secretOutput(of words: [String], limit: Int) throws(ProgramFailure) -> SecretBytes {
    var program: HelperProcess
    do throws(LaunchError) {
        program = try HelperProcess(words)
    } catch {
        throw ProgramFailure(reason: error.diagnostic.message)
    }
    let output: SecretBytes
    do throws(ReadFailure) {
        output = try readSecrets(program.output.number, limit: limit)
    } catch {
        throw ProgramFailure(reason: "\(words[0]): \(error.reason)")
    }
    let end = program.waitForEnd()
    guard end == .exited(0) else { throw ProgramFailure(reason: "\(words[0]) ended with \(end.shellStatus)") }
    return output
}
