internal import Glibc
internal import SecretMemory

/// An open file that closes itself.
struct FileDescriptor: ~Copyable {
    let number: Int32

    init(_ number: Int32) {
        self.number = number
    }

    deinit {
        close(number)
    }

    /// The C function is `open`, with O_CLOEXEC; a signal is no reason to give up.
    ///
    /// A FIFO does not hold us up: O_NONBLOCK means nothing to regular files, and what is no regular file is refused by
    /// `status`.
    static func open(_ path: String, _ flags: Int32, mode: mode_t = 0) throws(SystemError) -> FileDescriptor {
        while true {
            let number = unsafe Glibc.open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, mode)
            if number >= 0 { return FileDescriptor(number) }
            if errno != EINTR { throw SystemError(code: errno) }
        }
    }

    /// The C function is `fstat`.
    func status() throws(SystemError) -> stat {
        var status = stat()
        guard unsafe fstat(number, &status) == 0 else { throw SystemError(code: errno) }
        return status
    }

    /// All bytes up to the end, `nil` where they are more than `limit`.
    func read(limit: Int) throws(SystemError) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: min(limit, max(Int(try status().st_size), 0)) + 1)
        var count = 0
        while true {
            if count == bytes.count {
                guard count <= limit else { return nil }
                bytes += [UInt8](repeating: 0, count: min(max(count, 4096), limit + 1 - count))
            }
            let got = unsafe bytes.withUnsafeMutableBytes {
                unsafe Glibc.read(number, $0.baseAddress! + count, $0.count - count)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw SystemError(code: errno) }
            guard got > 0 else { break }
            count += got
        }
        guard count <= limit else { return nil }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    /// The same into locked memory.
    func readSecret(limit: Int) throws(SystemError) -> SecretBytes? {
        var secret = SecretBytes(capacity: min(limit, max(Int(try status().st_size), 0)) + 1)
        var chunk = SecretBytes(zeros: 4096)
        while true {
            let got = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(number, $0.baseAddress!, $0.count) }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw SystemError(code: errno) }
            guard got > 0 else { return secret }
            guard secret.count + got <= limit else { return nil }
            chunk.withBytes { secret.append($0.extracting(0..<got)) }
        }
    }

    func write(_ bytes: [UInt8]) throws(SystemError) {
        let code = unsafe bytes.withUnsafeBytes { unsafe Self.write($0, to: number) }
        if code != 0 { throw SystemError(code: code) }
    }

    func write(_ secret: borrowing SecretBytes) throws(SystemError) {
        let code = unsafe secret.withUnsafeBytes { unsafe Self.write($0, to: number) }
        if code != 0 { throw SystemError(code: code) }
    }

    /// - Returns: 0, or the errno.
    private static func write(_ bytes: UnsafeRawBufferPointer, to number: Int32) -> Int32 {
        var written = 0
        while written < bytes.count {
            let count = unsafe Glibc.write(number, bytes.baseAddress! + written, bytes.count - written)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return errno }
            written += count
        }
        return 0
    }

    /// The C function is `fsync`.
    func sync() throws(SystemError) {
        while fsync(number) != 0 {
            guard errno == EINTR else { throw SystemError(code: errno) }
        }
    }
}
