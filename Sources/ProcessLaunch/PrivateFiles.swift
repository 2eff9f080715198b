internal import CProcessShims
internal import Glibc
package import SecretMemory

/// Secrets as files that live in memory, for the command and its descendants to open by path.
///
/// They are in a folder with a random name on a tmpfs. A watcher, a process of its own, removes it however we end;
/// letting go of this value does so too. Where no tmpfs is writable, a file is a descriptor that the command inherits:
/// `isInherited` tells, and deserves a warning.
package struct PrivateFiles: ~Copyable {
    /// Who may read a file.
    package struct Access: Hashable, Sendable {
        /// Permission bits, 0o400 unless the manifest says more.
        package var mode: UInt32
        /// A user's number; nil is us.
        package var owner: UInt32?

        package init(mode: UInt32 = 0o400, owner: UInt32? = nil) {
            self.mode = mode
            self.owner = owner
        }

        var isForOthers: Bool { owner != nil || mode & 0o077 != 0 }
    }

    /// Whether a file had to be delivered as an inherited descriptor.
    package private(set) var isInherited = false

    private var folder: PrivateFolder?
    private var isUsable = true

    package init() {}

    /// Writes `content` to a file named for the variable.
    ///
    /// - Returns: the path that the variable holds.
    package mutating func deliver(_ content: Secret, as name: String, access: Access) throws(LaunchError) -> String {
        if folder == nil, isUsable {
            folder = try PrivateFolder()
            isUsable = folder != nil
        }
        guard let path = try folder?.write(content, as: name, access: access) else {
            isInherited = true
            return try Self.inherit(content, as: name)
        }
        return path
    }

    /// All of them go; the watcher ends.
    deinit {
        folder?.remove()
    }

    /// The last resort: readable by whoever inherits the descriptor, each opening from the start.
    private static func inherit(_ content: Secret, as name: String) throws(LaunchError) -> String {
        let file = unsafe ws_memory_file(name)
        guard file >= 0 else { throw .privateFile(name, errno: errno) }
        if let errno = write(content, to: file) ?? (ws_seal(file) == 0 ? nil : errno) {
            close(file)
            throw .privateFile(name, errno: errno)
        }
        return "/proc/self/fd/\(file)"
    }

    /// - Returns: the errno of what went wrong.
    static func write(_ content: Secret, to file: Int32) -> Int32? {
        unsafe content.withUnsafeBytes { bytes in
            var offset = 0
            while offset < bytes.count {
                let count = unsafe Glibc.write(file, bytes.baseAddress! + offset, bytes.count - offset)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return count < 0 ? errno : ENOSPC }
                offset += count
            }
            return nil
        }
    }
}
