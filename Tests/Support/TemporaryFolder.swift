internal import Glibc

/// A folder of its own for one test, removed with what is in it when the value ends.
package final class TemporaryFolder: Sendable {
    package let path: String

    package init(in parent: String = "/tmp") {
        var template = Array("\(parent)/withsecrets-test-XXXXXX".utf8CString)
        let made = unsafe template.withUnsafeMutableBufferPointer { unsafe mkdtemp($0.baseAddress!) != nil }
        precondition(made, "no temporary folder: errno \(errno)")
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        remove(path)
    }

    /// The path of `name` in this folder.
    package func path(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file and returns its path.
    @discardableResult
    package func write(_ name: String, _ content: [UInt8], mode: UInt32 = 0o600) -> String {
        let path = path(name)
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        precondition(descriptor >= 0, "cannot write \(name): errno \(errno)")
        var written = 0
        while written < content.count {
            let count = unsafe content.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress! + written, $0.count - written)
            }
            precondition(count > 0, "cannot write \(name): errno \(errno)")
            written += count
        }
        fchmod(descriptor, mode)  // whatever the umask
        close(descriptor)
        return path
    }

    @discardableResult
    package func write(_ name: String, _ content: String, mode: UInt32 = 0o600) -> String {
        write(name, Array(content.utf8), mode: mode)
    }

    /// The bytes of a file in this folder, `nil` where there is none.
    package func read(_ name: String) -> [UInt8]? {
        Self.read(at: path(name))
    }

    /// The bytes of any file, `nil` where there is none.
    package static func read(at path: String) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return readAll(descriptor)
    }

    /// Makes a folder in this one, and those above it.
    package func makeFolder(_ name: String) {
        var path = self.path
        for part in name.split(separator: "/") {
            path += "/\(part)"
            unsafe mkdir(path, 0o700)
        }
    }

    /// Makes the folders that lie between this one and the file of that name.
    package func makeFolder(of name: String) {
        makeFolder(name.split(separator: "/").dropLast().joined(separator: "/"))
    }

    package func rename(_ name: String, to other: String) {
        unsafe Glibc.rename(path(name), path(other))
    }

    /// The permission bits of a file in this folder.
    package func mode(_ name: String) -> UInt32? {
        var status = stat()
        return unsafe stat(path(name), &status) == 0 ? status.st_mode & 0o7777 : nil
    }

    package func setMode(_ name: String, _ mode: UInt32) {
        unsafe chmod(path(name), mode)
    }

    /// Whether the folder lies on a tmpfs, as `stat -f` has it.
    package var isInMemory: Bool {
        let result = runCommand(["stat", "-f", "-c", "%T", path])
        return result.outputText.hasPrefix("tmpfs") || result.outputText.hasPrefix("ramfs")
    }

    /// The names in this folder, sorted.
    package var names: [String] { entries(of: path).sorted() }

    private func remove(_ path: String) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            unsafe unlink(path)
            return
        }
        unsafe chmod(path, 0o700)
        for name in entries(of: path) { remove("\(path)/\(name)") }
        unsafe rmdir(path)
    }

    private func entries(of path: String) -> [String] {
        guard let folder = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}

/// What can be read from here to the end.
func readAll(_ descriptor: Int32) -> [UInt8] {
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
        let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return content }
        content += buffer[..<count]
    }
}
