internal import Diagnostics
internal import Glibc

/// Goes through files and folders. In a git repository, what git ignores is left out.
struct FileScan {
    let scanner: Scanner
    let names: [String]
    let terminal: Terminal
    var report = ScanReport()
    /// One file under two of the paths is looked at once.
    private var seen: Set<FilePath> = []

    init(_ scanner: Scanner, names: [String], _ terminal: Terminal) {
        self.scanner = scanner
        self.names = names
        self.terminal = terminal
    }

    /// A path that was named: there has to be a file or a folder.
    mutating func scan(named path: FilePath) {
        guard let status = path.status else { return note(path, systemMessage(errno)) }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: scanFolder(path)
        case S_IFREG: scanFile(path)
        case S_IFLNK: note(path, "a symbolic link, which is not followed")
        default: note(path, "neither a file nor a folder")
        }
    }

    private mutating func scanFolder(_ folder: FilePath) {
        guard isInRepository(folder) else { return walk(folder) }
        do throws(ProgramFailure) {
            for name in try listed(folder) { scanEntry(folder.appending(name)) }
        } catch {
            terminal.show(
                Diagnostic(
                    .warning,
                    subject: folder.text,
                    "git does not list this folder (\(error.reason)); what it ignores is scanned as well"
                )
            )
            walk(folder)
        }
    }

    /// Tracked files and those that are neither tracked nor ignored, from `folder` on.
    private func listed(_ folder: FilePath) throws(ProgramFailure) -> [ArraySlice<UInt8>] {
        let words = ["-C", String(decoding: folder.bytes, as: UTF8.self)]
        let list = try gitOutput(of: words + ["ls-files", "-co", "--exclude-standard", "-z"], limit: 1 << 30)
        return list.split(separator: 0)
    }

    /// Something in a folder: what is gone meanwhile, or is neither a file nor a folder, is no one's concern.
    private mutating func scanEntry(_ path: FilePath) {
        guard let status = path.status else {
            if errno != ENOENT { note(path, systemMessage(errno)) }
            return
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: scanFile(path)
        case S_IFDIR: scanFolder(path)  // a repository inside the repository
        default: break
        }
    }

    private mutating func walk(_ folder: FilePath) {
        guard let names = folder.names else { return note(folder, systemMessage(errno)) }
        for name in names where name != Array(".git".utf8) { scanEntry(folder.appending(name)) }
    }

    private mutating func scanFile(_ path: FilePath) {
        guard seen.insert(path).inserted else { return }
        let flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
        let descriptor = unsafe path.withCString { unsafe open($0, flags) }
        guard descriptor >= 0 else { return note(path, systemMessage(errno)) }
        defer { close(descriptor) }
        var status = stat()
        // It may have been replaced since it was listed.
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
        do throws(ReadFailure) {
            let found = try scanner.scan(descriptor: descriptor)
            report.scanned += 1
            report.add(found, names: names, file: path.text)
        } catch {
            note(path, error.reason)
        }
    }

    private mutating func note(_ path: FilePath, _ reason: String) {
        report.unread.append(path.text)
        terminal.show(Diagnostic(.error, subject: path.text, "not scanned: \(reason)"))
    }

    /// Whether the folder or one above it has `.git`.
    private func isInRepository(_ folder: FilePath) -> Bool {
        guard let start = unsafe folder.withCString({ unsafe realpath($0, nil) }) else { return false }
        defer { unsafe free(start) }
        var path = unsafe String(cString: start)
        while true {
            if FilePath((path == "/" ? "" : path) + "/.git").status != nil { return true }
            guard path != "/", let slash = path.lastIndex(of: "/") else { return false }
            path = slash == path.startIndex ? "/" : String(path[..<slash])
        }
    }
}
