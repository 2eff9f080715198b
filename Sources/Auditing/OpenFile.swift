internal import Glibc

/// A descriptor of the audit log that closes, and with that unlocks, when it ends.
struct OpenFile: ~Copyable {
    let descriptor: Int32
    let path: String

    /// The C function is `open`; a FIFO does not hang it, a symbolic link is `ELOOP`.
    init(_ path: String, _ flags: Int32, mode: mode_t = 0o600) throws(AuditError) {
        let usual = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
        descriptor = unsafe open(path, flags | usual, mode)
        self.path = path
        guard descriptor >= 0 else {
            throw AuditError(errno == ELOOP ? .symbolicLink : .notOpened(number: errno), path: path)
        }
    }

    deinit {
        close(descriptor)
    }

    func status() throws(AuditError) -> stat {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw AuditError(.notRead(number: errno), path: path) }
        return status
    }

    /// Takes the lock of flock(2), shared or exclusive, within `patience`.
    ///
    /// It asks again and again because a lock that is waited for in the kernel can be waited for without end.
    func lock(isExclusive: Bool, patience: Duration) throws(AuditError) {
        let operation = (isExclusive ? LOCK_EX : LOCK_SH) | LOCK_NB
        let deadline = ContinuousClock.now + patience
        var pause: UInt32 = 50  // microseconds
        while flock(descriptor, operation) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                throw AuditError(.notOpened(number: errno), path: path)
            }
            guard ContinuousClock.now < deadline else {
                throw AuditError(.locked(seconds: patience.components.seconds), path: path)
            }
            usleep(pause)
            pause = min(pause * 2, 2000)
        }
    }

    /// Up to `count` bytes from `offset` on, fewer only at the end of the file.
    func read(count: Int, at offset: Int) throws(AuditError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let taken = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe pread(descriptor, buffer.baseAddress.map { unsafe $0 + filled }, count - filled, offset + filled)
            }
            guard taken >= 0 else {
                if errno == EINTR { continue }
                throw AuditError(.notRead(number: errno), path: path)
            }
            if taken == 0 { break }
            filled += taken
        }
        bytes.removeLast(count - filled)
        return bytes
    }

    /// Writes all bytes, however many calls it takes.
    func write(_ bytes: borrowing [UInt8]) throws(AuditError) {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(descriptor, buffer.baseAddress.map { unsafe $0 + written }, buffer.count - written)
            }
            guard count >= 0 else {
                if errno == EINTR { continue }
                throw AuditError(.notWritten(number: errno), path: path)
            }
            written += count
        }
    }

    func truncate(to size: Int) throws(AuditError) {
        guard ftruncate(descriptor, size) == 0 else { throw AuditError(.notWritten(number: errno), path: path) }
    }
}
