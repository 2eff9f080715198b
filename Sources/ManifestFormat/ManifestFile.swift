internal import Diagnostics
internal import Glibc
internal import YAMLTree

/// The bytes of one manifest, read once: what was checked is what is used.
struct ManifestFile {
    /// As the user would name it.
    let name: String
    /// Absolute.
    let path: String
    let bytes: [UInt8]

    /// Absolute.
    var folder: String { parentFolder(of: path) }

    /// Reads a regular file of at most the manifest's size, and one byte more where there is more.
    ///
    /// It opens without waiting, so that a FIFO does not hang us, and looks at what is open, not at what the name stands for
    /// a moment later.
    ///
    /// - Parameter rule: who may own it and write to it; `nil` for a file that was named.
    init(name: String, path: String, checkedBy rule: OwnershipRule?) throws(ManifestProblem) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            throw ManifestProblem(.unreadable(path: name, reason: systemMessage(errno)))
        }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw ManifestProblem(.unreadable(path: name, reason: systemMessage(errno)))
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw ManifestProblem(.notRegular(path: name, kind: kindName(status.st_mode)))
        }
        try rule?.check(name: name, owner: status.st_uid, group: status.st_gid, mode: status.st_mode & 0o7777)
        do throws(ReadError) {
            bytes = try readAll(descriptor, limit: YAMLRules.manifest.byteLimit + 1)
        } catch {
            throw ManifestProblem(.unreadable(path: name, reason: systemMessage(error.number)))
        }
        self.name = name
        self.path = path
    }
}

struct ReadError: Error {
    var number: Int32
}

/// Up to `limit` bytes.
func readAll(_ descriptor: Int32, limit: Int) throws(ReadError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 * 1024)
    while bytes.count < limit {
        let wanted = min(chunk.count, limit - bytes.count)
        let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, wanted) }
        guard count >= 0 else {
            if errno == EINTR { continue }
            throw ReadError(number: errno)
        }
        if count == 0 { break }
        bytes += chunk[..<count]
    }
    return bytes
}

private func kindName(_ mode: mode_t) -> String {
    switch mode & S_IFMT {
    case S_IFDIR: "a folder"
    case S_IFIFO: "a FIFO"
    case S_IFSOCK: "a socket"
    default: "a device"
    }
}

func parentFolder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
    return String(path[..<slash])
}
