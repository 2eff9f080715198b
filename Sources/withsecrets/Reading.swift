internal import Diagnostics
internal import Glibc
internal import ProcessLaunch
internal import SecretMemory

/// Why a file or a stream could not be read.
enum ReadFailure: Error {
    case system(errno: Int32)
    case notAFile
    case tooLarge(limit: Int)

    var reason: String {
        switch self {
        case .system(let errno): systemMessage(errno)
        case .notAFile: "not a regular file"
        case .tooLarge(let limit): "larger than \(limit) bytes"
        }
    }
}

/// The bytes of a regular file that is no secret, up to `limit`.
func readFile(_ path: String, limit: Int) throws(ReadFailure) -> [UInt8] {
    try withFile(path) { (descriptor) throws(ReadFailure) in try readAll(descriptor, limit: limit) }
}

/// The bytes of a regular file that holds secrets, straight into locked memory.
func readSecretFile(_ path: String, limit: Int) throws(ReadFailure) -> SecretBytes {
    try withFile(path) { (descriptor) throws(ReadFailure) in try readSecrets(descriptor, limit: limit) }
}

/// All that can be read from a descriptor, up to `limit`.
func readAll(_ descriptor: Int32, limit: Int) throws(ReadFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
        let count = try readSome(descriptor, into: &chunk)
        if count == 0 { return bytes }
        bytes += chunk[..<count]
        guard bytes.count <= limit else { throw .tooLarge(limit: limit) }
    }
}

/// The same in locked memory.
func readSecrets(_ descriptor: Int32, limit: Int) throws(ReadFailure) -> SecretBytes {
    var bytes = SecretBytes(capacity: 4096)
    while true {
        let before = bytes.count
        try unsafe bytes.append(upTo: 16 << 10) { (buffer) throws(ReadFailure) in
            try unsafe readSome(descriptor, into: buffer)
        }
        if bytes.count == before { return bytes }
        guard bytes.count <= limit else { throw .tooLarge(limit: limit) }
    }
}

/// Reads what is there into the start of `buffer`, and waits where there is nothing yet.
///
/// - Returns: how many bytes came; 0 at the end.
func readSome(_ descriptor: Int32, into buffer: inout [UInt8]) throws(ReadFailure) -> Int {
    var bytes = buffer.mutableSpan
    return try unsafe bytes.withUnsafeMutableBytes { (buffer) throws(ReadFailure) in
        try unsafe readSome(descriptor, into: buffer)
    }
}

private func readSome(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer) throws(ReadFailure) -> Int {
    while true {
        let count = unsafe read(descriptor, buffer.baseAddress, buffer.count)
        if count >= 0 { return count }
        switch errno {
        case EINTR: continue
        // Made non-blocking, by us or by whoever shares the stream with us.
        case EAGAIN: _ = hasInput(descriptor, within: -1)
        default: throw .system(errno: errno)
        }
    }
}

private func withFile<Content: ~Copyable>(
    _ path: String,
    _ body: (Int32) throws(ReadFailure) -> Content
) throws(ReadFailure) -> Content {
    // Not to wait for a writer, where it is a pipe.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw .system(errno: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw .notAFile }
    return try body(descriptor)
}
