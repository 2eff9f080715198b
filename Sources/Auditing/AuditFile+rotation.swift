internal import Glibc

/// Older files stand beside `audit.jsonl` as `audit.jsonl.0000000001`, named for the number of their first record: the
/// names' order is the chain's, and making room is a single rename, which a crash cannot leave half done.
extension AuditFile {
    /// Renames the full file away and removes the oldest beyond those that are kept. The caller holds its lock.
    ///
    /// - Returns: whether it did. Where it could not, the log grows on: a record is worth more than a limit.
    func rotate(after end: ChainEnd) -> Bool {
        guard let first = firstSequence() else { return false }
        let name = "\(path).\(String(repeating: "0", count: max(0, 10 - String(first).count)))\(first)"
        var status = stat()
        guard unsafe lstat(name, &status) != 0, errno == ENOENT, unsafe rename(path, name) == 0 else { return false }
        for old in olderFiles().dropLast(keptCount) {
            unsafe unlink(old.path)
        }
        return true
    }

    /// Older files in the chain's order, oldest first.
    func olderFiles() -> [(sequence: Int, path: String)] {
        guard let slash = path.lastIndex(of: "/") else { return [] }
        let folder = slash == path.startIndex ? "/" : String(path[..<slash])
        let prefix = path[path.index(after: slash)...] + "."
        var files: [(sequence: Int, path: String)] = []
        guard let stream = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(stream) }
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            guard name.hasPrefix(prefix) else { continue }
            let digits = name.dropFirst(prefix.count)
            guard digits.utf8.count >= 10, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let sequence = Int(digits)
            else { continue }
            files.append((sequence, "\(folder == "/" ? "" : folder)/\(name)"))
        }
        return files.sorted { $0.sequence < $1.sequence }
    }

    /// Where the newest older file ends: what a new file goes on from.
    func endOfNewestOlderFile() throws(AuditError) -> ChainEnd? {
        guard let newest = olderFiles().last else { return nil }
        let file = try OpenFile(newest.path, O_RDONLY)
        let size = Int(try file.status().st_size)
        let tail = try AuditFile(path: newest.path).chainTail(of: file, size: size)
        return tail.size > 0 ? tail.end : nil
    }

    private func firstSequence() -> Int? {
        guard let file = try? OpenFile(path, O_RDONLY), let bytes = try? file.read(count: 64 << 10, at: 0),
            let end = bytes.firstIndex(of: UInt8(ascii: "\n"))
        else { return nil }
        return AuditLine(parsing: bytes.span.extracting(0..<end))?.sequence
    }
}

// MARK: - The folder

extension AuditFile {
    /// `withsecrets/audit.jsonl` in `$XDG_STATE_HOME`, else in `~/.local/state`; `nil` where neither variable holds an
    /// absolute path (XDG Base Directory Specification 0.8).
    package static func defaultPath(environment: (String) -> String?) -> String? {
        if let state = environment("XDG_STATE_HOME"), state.hasPrefix("/") { return state + "/withsecrets/audit.jsonl" }
        if let home = environment("HOME"), home.hasPrefix("/") {
            return (home == "/" ? "" : home) + "/.local/state/withsecrets/audit.jsonl"
        }
        return nil
    }

    /// Makes the folders that are not there, for us alone.
    func makeFolder() throws(AuditError) {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
        let folder = String(path[..<slash])
        // Nearly always it is there, and then this is the only call.
        if unsafe access(folder, F_OK) == 0 { return }
        var made = ""
        for part in folder.split(separator: "/") {
            made += "/" + part
            guard unsafe mkdir(made, 0o700) != 0, errno != EEXIST else { continue }
            let number = errno
            // On a read-only file system, folders that are there answer EROFS too.
            guard unsafe access(made, F_OK) == 0 else { throw AuditError(.folderNotMade(number: number), path: made) }
        }
    }
}
