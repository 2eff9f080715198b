internal import Glibc

/// A folder that is gone with the value.
final class TemporaryFolder: Sendable {
    let path: String

    struct Failure: Error {
        var errno: Int32
    }

    init() throws(Failure) {
        var template = Array("/tmp/withsecrets-tests.XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw Failure(errno: errno) }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        // Tests make no deeper trees than this.
        if let folder = unsafe opendir(path) {
            while let entry = unsafe readdir(folder) {
                let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
                    unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
                }
                if name != ".", name != ".." {
                    unsafe _ = remove("\(path)/\(name)")
                }
            }
            unsafe closedir(folder)
        }
        unsafe _ = rmdir(path)
    }

    /// Writes a file and returns its path.
    @discardableResult
    func write(_ name: String, _ bytes: some Sequence<UInt8>, mode: mode_t = 0o600) throws(Failure) -> String {
        let path = "\(path)/\(name)"
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw Failure(errno: errno) }
        defer { close(descriptor) }
        let bytes = Array(bytes)
        guard unsafe Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fchmod(descriptor, mode) == 0 else {
            throw Failure(errno: errno)
        }
        return path
    }

    @discardableResult
    func write(_ name: String, _ text: String, mode: mode_t = 0o600) throws(Failure) -> String {
        try write(name, text.utf8, mode: mode)
    }

    func makeFIFO(_ name: String) throws(Failure) -> String {
        let path = "\(path)/\(name)"
        guard unsafe mkfifo(path, 0o600) == 0 else { throw Failure(errno: errno) }
        return path
    }
}
