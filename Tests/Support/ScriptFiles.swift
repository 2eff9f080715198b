internal import Glibc

/// The few file operations that scripts need, by their C functions.
package enum ScriptFiles {
    /// What went wrong, with the path and the errno's text.
    package struct Failure: Error, CustomStringConvertible {
        package var description: String

        init(_ aim: String, _ path: String) {
            description = unsafe "\(aim) \(path): \(String(cString: strerror(errno)))"
        }
    }

    package enum Kind: Sendable { case file, folder, link, other }

    /// The kind of what stands at `path` itself (lstat), or nil where there is nothing.
    package static func kind(of path: String) -> Kind? {
        status(of: path).map { status in
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            case S_IFLNK: .link
            default: .other
            }
        }
    }

    /// The permission bits, or nil where there is nothing.
    package static func mode(of path: String) -> UInt32? {
        status(of: path).map { $0.st_mode & 0o7777 }
    }

    private static func status(of path: String) -> stat? {
        var status = stat()
        return unsafe lstat(path, &status) == 0 ? status : nil
    }

    /// The whole file; follows symbolic links, refuses what is no regular file.
    package static func read(_ path: String) throws(Failure) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Failure("cannot open", path) }
        defer { close(descriptor) }
        var contents: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { return contents }
            guard count > 0 else { throw Failure("cannot read", path) }
            contents += buffer[..<count]
        }
    }

    /// Creates or truncates the file, with the folders above it.
    package static func write(_ contents: [UInt8], to path: String, mode: UInt32 = 0o644) throws(Failure) {
        if let slash = path.lastIndex(of: "/") { try makeFolder(String(path[..<slash])) }
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw Failure("cannot create", path) }
        defer { close(descriptor) }
        // Whatever umask the tests run under, scripts start from the same modes.
        fchmod(descriptor, mode)
        var rest = contents[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw Failure("cannot write", path) }
            rest = rest.dropFirst(count)
        }
    }

    /// `mkdir -p`, 0755.
    package static func makeFolder(_ path: String, mode: UInt32 = 0o755) throws(Failure) {
        guard !path.isEmpty, kind(of: path) == nil else { return }
        if let slash = path.lastIndex(of: "/") { try makeFolder(String(path[..<slash])) }
        guard unsafe mkdir(path, mode) == 0 || errno == EEXIST else { throw Failure("cannot make", path) }
        unsafe chmod(path, mode)
    }

    /// `rm -rf`.
    package static func remove(_ path: String) {
        if kind(of: path) == .folder {
            unsafe chmod(path, 0o700)
            for name in names(in: path) { remove("\(path)/\(name)") }
            unsafe rmdir(path)
        } else {
            unsafe unlink(path)
        }
    }

    /// The names in a folder in the order of their bytes, without `.` and `..`.
    package static func names(in folder: String) -> [String] {
        guard let stream = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// The paths of all regular files below `folder`; symbolic links are not followed.
    package static func regularFiles(below folder: String) -> [String] {
        names(in: folder).flatMap { name in
            let path = "\(folder)/\(name)"
            return switch kind(of: path) {
            case .folder: regularFiles(below: path)
            case .file: [path]
            case .link, .other, nil: [String]()
            }
        }
    }

    /// A new folder of mode 0700 below `$TMPDIR` or `/tmp`.
    package static func makeTemporaryFolder(named prefix: String) throws(Failure) -> String {
        let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/\(prefix)-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw Failure("cannot make a folder in", parent) }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
