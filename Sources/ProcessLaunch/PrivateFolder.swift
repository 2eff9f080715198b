internal import CProcessShims
internal import Glibc
internal import SecretMemory

/// A folder with a random name on a tmpfs, and the watcher that removes it when we have ended.
final class PrivateFolder {
    private let path: String
    /// Its end is how the watcher learns of ours. Processes forked from us let go of it.
    private let lifeline: Int32
    private let watcher: pid_t

    /// nil where no file system in memory is writable.
    init?() throws(LaunchError) {
        // Every signal waits until the watcher lives: one that ends us before that would leave the folder.
        let blocked = ws_blocked_signals()
        ws_set_blocked_signals(SignalSet.all.rawValue)
        defer { ws_set_blocked_signals(blocked) }
        guard let path = Self.makeFolder() else { return nil }
        var ends: [Int32] = [-1, -1]
        guard unsafe ws_pipe(&ends, 0) == 0 else {
            let error = errno
            unsafe rmdir(path)
            throw .resource("a pipe", errno: error)
        }
        let process = ws_fork()
        let error = errno
        if process == 0 { Self.watch(path, until: ends[0]) }
        close(ends[0])
        guard process > 0 else {
            close(ends[1])
            unsafe rmdir(path)
            throw .resource("a process that watches over the files", errno: error)
        }
        self.path = path
        lifeline = ends[1]
        watcher = process
    }

    func write(_ content: Secret, as name: String, access: PrivateFiles.Access) throws(LaunchError) -> String {
        let file = path + "/" + name
        let descriptor = unsafe ws_open(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .privateFile(name, errno: errno) }
        defer { close(descriptor) }
        if let errno = PrivateFiles.write(content, to: descriptor) { throw .privateFile(name, errno: errno) }
        guard fchmod(descriptor, access.mode) == 0 else { throw .privateFile(name, errno: errno) }
        if let owner = access.owner, fchown(descriptor, owner, gid_t.max) != 0 {
            throw .privateFileOwner(name, user: owner, errno: errno)
        }
        if access.isForOthers {
            // To pass through, not to list: the folder's name is the key, the file's mode the lock.
            unsafe chmod(path, 0o711)
        }
        return file
    }

    func remove() {
        unsafe ws_remove_folder(path)
        close(lifeline)
        while waitpid(watcher, nil, 0) < 0, errno == EINTR {}
    }

    private static func makeFolder() -> String? {
        let own = unsafe getenv("XDG_RUNTIME_DIR").map { unsafe String(cString: $0) }
        for parent in [own, "/dev/shm", "/run", "/tmp"].compactMap(\.self) where parent.hasPrefix("/") {
            guard unsafe ws_is_in_memory(parent) != 0 else { continue }
            var template = Array((parent + "/withsecrets-XXXXXX").utf8CString)
            // `mkdtemp` fills six places; what can't be guessed stands before them.
            fillRandomly(&template)
            if unsafe mkdtemp(&template) != nil {
                return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            }
        }
        return nil
    }

    private static func fillRandomly(_ template: inout [CChar]) {
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789".utf8CString.dropLast())
        var generator = SystemRandomNumberGenerator()
        let random = (0..<20).map { _ in letters.randomElement(using: &generator)! }
        template.insert(contentsOf: random, at: template.count - 7)
    }

    // MARK: - The watcher

    /// It outlives us by the time that it takes to remove a folder, whatever signal ended us.
    private static func watch(_ path: String, until lifeline: Int32) -> Never {
        setsid()
        ws_set_ignored_signals(SignalSet.all.rawValue)
        SecretArena.abandon()
        for stream: Int32 in 0...2 { ws_release_stream(stream) }
        var kept = [lifeline]
        unsafe ws_close_all_but(&kept, 1)
        unsafe chdir("/")
        var entry = pollfd(fd: lifeline, events: Int16(POLLIN), revents: 0)
        while unsafe poll(&entry, 1, -1) < 0 {}
        unsafe ws_remove_folder(path)
        _exit(0)
    }
}
