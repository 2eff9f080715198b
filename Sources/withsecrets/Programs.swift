internal import Diagnostics
internal import Glibc
internal import ProcessLaunch

/// A file that could not be read.
struct ReadFailure: Error {
    var reason: String
}

/// The bytes of a regular file that is no secret, up to `limit`.
func readFile(_ path: String, limit: Int) throws(ReadFailure) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw ReadFailure(reason: systemMessage(errno)) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        throw ReadFailure(reason: "not a regular file")
    }
    return try readAll(descriptor, limit: limit)
}

/// All that can be read from a descriptor, up to `limit`.
func readAll(_ descriptor: Int32, limit: Int) throws(ReadFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
        let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
        if count == 0 { return bytes }
        guard count > 0 else {
            if errno == EINTR { continue }
            guard errno == EAGAIN else { throw ReadFailure(reason: systemMessage(errno)) }
            _ = hasInput(descriptor, within: -1)
            continue
        }
        bytes += chunk[..<count]
        guard bytes.count <= limit else { throw ReadFailure(reason: "larger than \(limit) bytes") }
    }
}

/// A program of the user's, such as git, that could not do what it was asked for.
struct ProgramFailure: Error {
    var reason: String
}

/// What a program writes to stdout; it is found in PATH and has our environment without `WITHSECRETS_*`. Its
/// stderr is /dev/null.
func output(of words: [String], limit: Int) throws(ProgramFailure) -> [UInt8] {
    var program: HelperProcess
    do throws(LaunchError) {
        program = try HelperProcess(words)
    } catch {
        throw ProgramFailure(reason: error.diagnostic.message)
    }
    let bytes: [UInt8]
    do throws(ReadFailure) {
        bytes = try readAll(program.output.number, limit: limit)
    } catch {
        throw ProgramFailure(reason: "\(words[0]): \(error.reason)")
    }
    let end = program.waitForEnd()
    guard end == .exited(0) else { throw ProgramFailure(reason: "\(words[0]) ended with \(end.shellStatus)") }
    return bytes
}
