internal import EventLoop
internal import Glibc
internal import SecretMemory

/// Reads files, pipes and descriptors straight into locked memory, waiting with the event loop and never past a
/// deadline.
struct FileReader {
    /// What a file may hold: 1 MiB, as much as a manifest.
    static let byteLimit = 1 << 20

    let loop: EventLoop
    var deadline: Instant?

    /// Why a file that is there gives no bytes.
    enum Failure: Error, Hashable {
        case directory
        case socket
        /// Something else that holds no bytes of its own, such as a disk.
        case noFile
        case tooLarge
        case timedOut
        case cancelled
        case system(errno: Int32)
    }

    /// - Returns: the bytes, or `nil` where there is no such file.
    func read(_ path: String) async throws(Failure) -> SecretBytes? {
        guard let file = try OpenFile(path) else { return nil }
        var bytes = SecretBytes(capacity: file.expectedByteCount)
        while true {
            // A FIFO that nobody has opened for writing yet looks like one at its end until poll(2) is asked.
            if file.isStream {
                switch await loop.readable(file.descriptor, until: deadline) {
                case .ready: break
                case .expired: throw .timedOut
                case .cancelled: throw .cancelled
                }
            }
            switch try file.append(to: &bytes, limit: Self.byteLimit) {
            case .end: return bytes
            case .more: continue
            }
        }
    }
}

/// A descriptor that is closed when the value ends.
private struct OpenFile: ~Copyable {
    let descriptor: Int32
    /// Whether reading may have to wait: pipes, sockets, terminals.
    let isStream: Bool
    /// What it held when it was opened, and one more, so that the end is seen without growing.
    let expectedByteCount: Int

    /// - Returns: `nil` where there is no such file.
    init?(_ path: String) throws(FileReader.Failure) {
        guard let descriptor = try Self.open(path) else { return nil }
        do throws(FileReader.Failure) {
            let (kind, byteCount) = try Self.kindAndSize(of: descriptor)
            isStream = kind != S_IFREG
            expectedByteCount = min(max(byteCount, 255), FileReader.byteLimit) + 1
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    enum Progress {
        case more, end
    }

    /// Reads what is there, up to a page more than a small file.
    borrowing func append(
        to bytes: inout SecretBytes,
        limit: Int
    ) throws(FileReader.Failure) -> Progress {
        let room = min(max(expectedByteCount - bytes.count, 16 * 1024), limit + 1 - bytes.count)
        let offset = bytes.count
        var count = 0
        repeat {
            unsafe bytes.append(upTo: room) { memory in
                // At their own offset, regular files do not move one that we share with whoever gave us a descriptor.
                count =
                    unsafe isStream
                    ? Glibc.read(descriptor, memory.baseAddress, memory.count)
                    : pread(descriptor, memory.baseAddress, memory.count, off_t(offset))
                return max(count, 0)
            }
        } while count < 0 && errno == EINTR
        if count < 0 {
            // What calls itself a regular file and has nothing yet, as some of /proc, cannot be waited for.
            guard errno == EAGAIN, isStream else { throw errno == EISDIR ? .directory : .system(errno: errno) }
            return .more
        }
        guard bytes.count <= limit else { throw .tooLarge }
        return count == 0 ? .end : .more
    }

    private static func open(_ path: String) throws(FileReader.Failure) -> Int32? {
        if let inherited = inheritedDescriptor(path) {
            // Opening /dev/fd/N again would give a pipe that has forgotten whether it ever had a writer, and fails for
            // a socket. The copy shares its flags with the original, so it stays as blocking as it is.
            let copy = fcntl(inherited, F_DUPFD_CLOEXEC, 3)
            guard copy < 0 else { return copy }
            guard errno == EBADF else { throw .system(errno: errno) }
            return nil
        }
        var descriptor: Int32
        repeat {
            descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        } while descriptor < 0 && errno == EINTR
        guard descriptor < 0 else { return descriptor }
        switch errno {
        case ENOENT, ENOTDIR: return nil
        case ENXIO: throw .socket
        default: throw .system(errno: errno)
        }
    }

    private static func kindAndSize(of descriptor: Int32) throws(FileReader.Failure) -> (mode_t, Int) {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw .system(errno: errno) }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: throw .directory
        case S_IFREG, S_IFIFO, S_IFSOCK, S_IFCHR: return (status.st_mode & S_IFMT, Int(status.st_size))
        default: throw .noFile
        }
    }

    /// The N of /dev/fd/N, /proc/self/fd/N and /dev/stdin.
    private static func inheritedDescriptor(_ path: String) -> Int32? {
        if path == "/dev/stdin" {
            return 0
        }
        for folder in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(folder) {
            return Int32(path.dropFirst(folder.count))
        }
        return nil
    }
}
