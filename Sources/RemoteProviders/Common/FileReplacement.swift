internal import Glibc
internal import SecretMemory

/// Puts new contents in a file's place, whole or not at all, readable by the user alone.
///
/// - Returns: whether it worked.
func replaceFile(_ path: String, with contents: Secret) -> Bool {
    let temporary = "\(path).withsecrets-\(getpid())"
    let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return false }
    let isWritten = unsafe contents.withUnsafeBytes { bytes in
        var offset = 0
        while offset < bytes.count {
            let count = unsafe write(descriptor, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            offset += count
        }
        return fsync(descriptor) == 0
    }
    close(descriptor)
    guard isWritten, unsafe rename(temporary, path) == 0 else {
        unsafe _ = unlink(temporary)
        return false
    }
    return true
}
