internal import Glibc

/// How a command ended, and what it wrote.
package struct CommandResult: Sendable {
    /// The exit status, or 128 + N for signal N.
    package var status: Int32
    package var output: [UInt8]
    package var errorOutput: [UInt8]

    package var outputText: String { String(decoding: output, as: UTF8.self) }
    package var errorText: String { String(decoding: errorOutput, as: UTF8.self) }
}

/// Runs a command found in PATH to its end.
///
/// Its streams are files without names, so that neither side can wait for the other.
///
/// - Parameter environment: the whole environment; `nil` hands on ours.
package func runCommand(
    _ arguments: [String],
    input: [UInt8] = [],
    environment: [String: String]? = nil
) -> CommandResult {
    let streams = (0..<3).map { _ in makeNamelessFile() }
    defer { streams.forEach { close($0) } }
    if !input.isEmpty {
        let count = unsafe Glibc.write(streams[0], input, input.count)
        precondition(count == input.count, "cannot write the input: errno \(errno)")
        lseek(streams[0], 0, SEEK_SET)
    }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    for (target, stream) in streams.enumerated() {
        unsafe posix_spawn_file_actions_adddup2(&actions, stream, Int32(target))
    }
    // Worker threads of Swift block nearly all signals, and a child inherits that: a shell would wait for ever.
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var pid: pid_t = 0
    let failure = unsafe withCStrings(arguments) { arguments in
        guard let environment else {
            return unsafe posix_spawnp(&pid, arguments[0]!, &actions, &attributes, arguments, environ)
        }
        return unsafe withCStrings(environment.map { "\($0)=\($1)" }) { environment in
            unsafe posix_spawnp(&pid, arguments[0]!, &actions, &attributes, arguments, environment)
        }
    }
    guard failure == 0 else {
        return CommandResult(status: 127, output: [], errorOutput: Array("cannot start: errno \(failure)".utf8))
    }
    var status: Int32 = 0
    while unsafe waitpid(pid, &status, 0) < 0, errno == EINTR {}
    for stream in streams { lseek(stream, 0, SEEK_SET) }
    let signal = status & 0x7F
    return CommandResult(
        status: signal == 0 ? status >> 8 & 0xFF : 128 + signal,
        output: readAll(streams[1]),
        errorOutput: readAll(streams[2])
    )
}

private func makeNamelessFile() -> Int32 {
    var generator = SystemRandomNumberGenerator()
    let path = "/tmp/withsecrets-stream-\(generator.next() as UInt64)"
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    precondition(descriptor >= 0, "no temporary file: errno \(errno)")
    unsafe unlink(path)
    return descriptor
}

private func withCStrings<Result>(
    _ strings: [String],
    _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    let copies = unsafe strings.map { unsafe strdup($0) } + [nil]
    defer { unsafe copies.forEach { unsafe free($0) } }
    return unsafe copies.withUnsafeBufferPointer { unsafe body($0.baseAddress!) }
}
