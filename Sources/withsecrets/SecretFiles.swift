internal import Diagnostics
internal import Glibc
internal import ProcessLaunch
internal import SecretMemory

/// The bytes of a regular file that holds secrets, straight into locked memory.
func readSecretFile(_ path: String, limit: Int) throws(ReadFailure) -> SecretBytes {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw ReadFailure(reason: systemMessage(errno)) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        throw ReadFailure(reason: "not a regular file")
    }
    return try readSecrets(descriptor, limit: limit)
}

/// All that can be read from a descriptor, up to `limit`, in locked memory.
func readSecrets(_ descriptor: Int32, limit: Int) throws(ReadFailure) -> SecretBytes {
    var bytes = SecretBytes(capacity: 4096)
    while true {
        var count = 0
        unsafe bytes.append(upTo: 16 << 10) { buffer in
            count = unsafe read(descriptor, buffer.baseAddress, buffer.count)
            return max(count, 0)
        }
        if count == 0 { return bytes }
        guard count > 0 else {
            if errno == EINTR { continue }
            guard errno == EAGAIN else { throw ReadFailure(reason: systemMessage(errno)) }
            _ = hasInput(descriptor, within: -1)
            continue
        }
        guard bytes.count <= limit else { throw ReadFailure(reason: "larger than \(limit) bytes") }
    }
}

/// What a program writes to stdout, as `output(of:)` has it, in locked memory.
func secretOutput(of words: [String], limit: Int) throws(ProgramFailure) -> SecretBytes {
    var program: HelperProcess
    do throws(LaunchError) {
        program = try HelperProcess(words)
    } catch {
        throw ProgramFailure(reason: error.diagnostic.message)
    }
    let bytes: SecretBytes
    do throws(ReadFailure) {
        bytes = try readSecrets(program.output.number, limit: limit)
    } catch {
        throw ProgramFailure(reason: "\(words[0]): \(error.reason)")
    }
    let end = program.waitForEnd()
    guard end == .exited(0) else { throw ProgramFailure(reason: "\(words[0]) ended with \(end.shellStatus)") }
    return bytes
}
