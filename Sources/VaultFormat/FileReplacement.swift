internal import AgeFormat
internal import Diagnostics
internal import Glibc

/// The lock on a file that is going to be replaced, and its replacement as a whole.
///
/// The lock is `flock` on the file itself, so that nothing is left behind when a writer dies. As each write puts another
/// file in its place, who got the lock looks whether the path still leads to the file that was locked. Only who has the
/// lock makes temporary files, so those that the holder finds are of writers that died, and go.
struct FileReplacement: ~Copyable {
    let descriptor: FileDescriptor
    /// As the user would name it.
    private let path: String
    /// Without symbolic links: a link stays and leads to the new file.
    private let realPath: String
    private let status: stat

    private static let patience: Duration = .seconds(30)

    /// Waits for the lock on the file, and gives up when one writer has had it for half a minute.
    init(locking path: String) throws(VaultError) {
        while true {
            let deadline = ContinuousClock.now + Self.patience
            guard let realPath = canonicalPath(path) else { throw VaultError(.noFile, path: path) }
            let opened = try Self.open(realPath, path: path)
            while flock(opened.number, LOCK_EX | LOCK_NB) != 0 {
                guard errno == EWOULDBLOCK || errno == EINTR else {
                    throw VaultError(.system(.lock, code: errno, inPlace: .old), path: path)
                }
                guard ContinuousClock.now < deadline else { throw VaultError(.locked, path: path) }
                usleep(.random(in: 500...5000))
            }
            let status = try translating { (error: SystemError) -> VaultError in
                VaultError(.system(.status, code: error.code, inPlace: .old), path: path)
            } _: { () throws(SystemError) in
                try opened.status()
            }
            if Self.isSame(status, realPath) {
                descriptor = opened
                (self.path, self.realPath, self.status) = (path, realPath, status)
                return
            }
            // Another writer was here between `open` and `flock`: what is locked is the file from before.
        }
    }

    /// Whether the path still leads to the file that was locked, unchanged: git may have put another in its place.
    var isCurrent: Bool {
        guard Self.isSame(status, realPath), let now = try? descriptor.status() else { return false }
        return now.st_size == status.st_size && now.st_mtim.tv_sec == status.st_mtim.tv_sec
            && now.st_mtim.tv_nsec == status.st_mtim.tv_nsec
    }

    /// Puts a file with this content in the place of the locked one.
    ///
    /// A crash at any point leaves the old file or the new one, whole. The new file has the mode of the old, and its
    /// owner where we may say so.
    func replace(with content: [UInt8]) throws(VaultError) {
        let temporary = try TemporaryFile(beside: realPath, path: path)
        temporary.removeOthers()
        if status.st_uid != geteuid() || status.st_gid != getegid() {
            _ = fchown(temporary.descriptor.number, status.st_uid, status.st_gid)
        }
        try temporary.write(content, mode: status.st_mode & 0o7777)
        try temporary.replace()
    }

    private static func open(_ realPath: String, path: String) throws(VaultError) -> FileDescriptor {
        // Some network file systems lock only what is open for writing; a file that is read-only may still be replaced.
        do throws(SystemError) {
            return try FileDescriptor.open(realPath, O_RDWR)
        } catch {
            guard error.code == EACCES || error.code == EROFS || error.code == EPERM || error.code == ETXTBSY else {
                let reason: VaultError.Reason =
                    error.code == ENOENT
                    ? .noFile : error.code == EISDIR ? .notAFile : .system(.open, code: error.code, inPlace: .old)
                throw VaultError(reason, path: path)
            }
        }
        return try translating { (error: SystemError) -> VaultError in
            VaultError(.system(.open, code: error.code, inPlace: .old), path: path)
        } _: { () throws(SystemError) in
            try FileDescriptor.open(realPath, O_RDONLY)
        }
    }

    private static func isSame(_ status: stat, _ path: String) -> Bool {
        var now = stat()
        return unsafe lstat(path, &now) == 0 && now.st_ino == status.st_ino && now.st_dev == status.st_dev
    }
}

/// A new file that has no place yet. It is removed unless it was put in one.
struct TemporaryFile: ~Copyable {
    let descriptor: FileDescriptor
    private let path: String
    private let target: String
    private let temporary: String

    private static let suffix = ".withsecrets-tmp"

    /// - Parameters:
    ///   - target: the place that it is for.
    ///   - path: how messages call it.
    init(beside target: String, path: String) throws(VaultError) {
        let mark = hexadecimal(Randomness.system.bytes(8))
        let temporary = "\(Self.folder(of: target))/.\(Self.name(of: target)).\(mark)\(Self.suffix)"
        descriptor = try translating { (error: SystemError) -> VaultError in
            VaultError(.system(.create, code: error.code, inPlace: .old), path: path)
        } _: { () throws(SystemError) in
            try FileDescriptor.open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        }
        (self.path, self.target, self.temporary) = (path, target, temporary)
    }

    deinit {
        unsafe unlink(temporary)  // where it was put in its place this name is gone already
    }

    func write(_ content: [UInt8], mode: mode_t) throws(VaultError) {
        try aim(.write) { () throws(SystemError) in
            try descriptor.write(content)
            guard fchmod(descriptor.number, mode) == 0 else { throw SystemError(code: errno) }
        }
        try aim(.sync) { () throws(SystemError) in try descriptor.sync() }
    }

    /// Puts the file in the place of the one there.
    func replace() throws(VaultError) {
        try aim(.replace) { () throws(SystemError) in
            guard unsafe rename(temporary, target) == 0 else { throw SystemError(code: errno) }
        }
        try syncFolder()
    }

    /// Puts the file in its place if nothing is there yet; otherwise `exists`.
    func place() throws(VaultError) {
        guard unsafe link(temporary, target) == 0 else {
            let code = errno
            guard code != EEXIST else { throw VaultError(.exists, path: path) }
            // FAT and some network file systems have no hard links; there a look before has to do.
            var status = stat()
            guard code == EPERM || code == ENOTSUP || code == ENOSYS, unsafe lstat(target, &status) != 0 else {
                throw VaultError(.system(.replace, code: code, inPlace: nil), path: path)
            }
            return try replace()
        }
        unsafe unlink(temporary)
        try syncFolder()
    }

    /// Removes what writers of the same file left when they died. The caller has the lock.
    func removeOthers() {
        let folder = Self.folder(of: target)
        guard let entries = unsafe opendir(folder) else { return }
        defer { unsafe closedir(entries) }
        let prefix = ".\(Self.name(of: target))."
        var left: [String] = []
        while let entry = unsafe readdir(entries) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
                unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            guard name.hasPrefix(prefix), name.hasSuffix(Self.suffix), !temporary.hasSuffix("/\(name)") else {
                continue
            }
            left.append("\(folder)/\(name)")
        }
        for file in left { unsafe unlink(file) }
    }

    private func syncFolder() throws(VaultError) {
        do throws(SystemError) {
            try FileDescriptor.open(Self.folder(of: target), O_RDONLY | O_DIRECTORY).sync()
        } catch {
            // Some file systems have no fsync for folders, and need none.
            guard error.code != EINVAL && error.code != ENOTSUP && error.code != EACCES else { return }
            throw VaultError(.system(.syncFolder, code: error.code, inPlace: .new), path: path)
        }
    }

    private func aim(_ aim: VaultError.FileAim, _ body: () throws(SystemError) -> Void) throws(VaultError) {
        do throws(SystemError) {
            try body()
        } catch {
            throw VaultError(.system(aim, code: error.code, inPlace: .old), path: path)
        }
    }

    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func name(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}
