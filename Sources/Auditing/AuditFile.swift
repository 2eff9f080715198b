internal import Glibc

/// The audit log in a file: JSON lines, each chained to the one before, in the format of docs/audit.md.
///
/// Any number of processes append at the same time; an exclusive lock on the file makes each batch one link of the chain.
/// A file that has grown to its limit is renamed and a new one goes on where it ended.
package struct AuditFile: Sendable {
    /// Absolute.
    package var path: String
    /// The size in bytes from which on a new file is begun. A batch is never split, so files grow a little beyond it.
    package var sizeLimit: Int
    /// How many older files are kept beside the one that is written to.
    package var keptCount: Int
    /// How long another process's lock is waited for.
    package var patience: Duration

    package init(
        path: String,
        sizeLimit: Int = 10 << 20,
        keptCount: Int = 9,
        patience: Duration = .seconds(2)
    ) {
        self.path = path
        self.sizeLimit = sizeLimit
        self.keptCount = keptCount
        self.patience = patience
    }

    /// Appends records as one piece: all of them, or, where it throws, none.
    ///
    /// - Parameter isDurable: whether to wait until the disk has them. Without, a crash of the machine may lose the last
    ///   ones; one of the process may not.
    package func append(_ records: [AuditRecord], isDurable: Bool = false) throws(AuditError) {
        guard let first = records.first else { return }
        try makeFolder()
        // Another writer may rename the file away between our opening and our locking it.
        while true {
            let file = try OpenFile(path, O_RDWR | O_APPEND | O_CREAT)
            try check(try file.status())
            try file.lock(isExclusive: true, patience: patience)
            let status = try file.status()
            guard isStillAtPath(status) else { continue }
            let size = Int(status.st_size)
            try checkStart(of: file, size: size)
            let tail = try chainTail(of: file, size: size)
            if tail.size >= sizeLimit, rotate(after: tail.end) { continue }
            var bytes: [UInt8] = []
            bytes.reserveCapacity(512 * (records.count + 1))
            var end = tail.end
            if tail.size < size {
                // The line that a writer left unfinished is no record; what replaces it says that there was one.
                try file.truncate(to: tail.size)
                end.append(first.marker(.recover), to: &bytes)
            }
            if tail.size == 0, let older = try endOfNewestOlderFile() {
                end = older
                end.append(first.marker(.rotate), to: &bytes)
            }
            for record in records {
                end.append(record, to: &bytes)
            }
            try write(bytes, to: file, size: tail.size, isDurable: isDurable)
            return
        }
    }

    private func check(_ status: stat) throws(AuditError) {
        guard status.st_mode & S_IFMT == S_IFREG else { throw AuditError(.notAFile, path: path) }
        guard status.st_mode & 0o022 == 0 else {
            throw AuditError(.writableByOthers(mode: status.st_mode & 0o7777), path: path)
        }
    }

    /// A path may name what is no log of ours by mistake, or by somebody's will: that is neither cut nor written to. A
    /// first record may have been left unfinished anywhere, and a crash of the machine leaves zeros in its place.
    private func checkStart(of file: borrowing OpenFile, size: Int) throws(AuditError) {
        let expected = AuditLine.start.utf8
        let start = try file.read(count: min(size, expected.count), at: 0)
        if start.first == 0, size <= Self.longestLine, try file.read(count: size, at: 0).allSatisfy({ $0 == 0 }) {
            return
        }
        guard start.elementsEqual(expected.prefix(size)) else {
            throw AuditError(.notAnAuditLog, path: path)
        }
    }

    private func isStillAtPath(_ status: stat) -> Bool {
        var current = stat()
        return unsafe lstat(path, &current) == 0 && current.st_dev == status.st_dev && current.st_ino == status.st_ino
    }

    /// A batch that cannot be written whole is taken back, so that the chain ends where it ended before.
    private func write(
        _ bytes: [UInt8],
        to file: borrowing OpenFile,
        size: Int,
        isDurable: Bool
    ) throws(AuditError) {
        do throws(AuditError) {
            try file.write(bytes)
        } catch {
            ftruncate(file.descriptor, size)
            throw error
        }
        guard !isDurable || fdatasync(file.descriptor) == 0 else {
            throw AuditError(.notWritten(number: errno), path: path)
        }
    }
}

// MARK: - The end of the chain

extension AuditFile {
    /// Where a file's chain ends, and the file's size without a line that was not finished.
    struct Tail {
        var end: ChainEnd
        var size: Int
    }

    /// Longer than any line that we write: seven texts of 200 characters, each escaped to ten bytes at most.
    private static let longestLine = 32 << 10

    /// Reads a page from the end first, and more only where the last line began before it.
    func chainTail(of file: borrowing OpenFile, size: Int) throws(AuditError) -> Tail {
        guard size > 0 else { return Tail(end: ChainEnd(), size: 0) }
        var count = min(size, 4096)
        while true {
            let bytes = try file.read(count: count, at: size - count)
            if let tail = try chainTail(in: bytes, startsFile: count == size, size: size) { return tail }
            guard count < min(size, 2 * Self.longestLine) else { throw AuditError(.damaged, path: path) }
            count = min(size, 2 * Self.longestLine)
        }
    }

    /// - Returns: `nil` where the last whole line starts before `bytes`.
    private func chainTail(in bytes: [UInt8], startsFile: Bool, size: Int) throws(AuditError) -> Tail? {
        let newline = UInt8(ascii: "\n")
        guard let last = bytes.lastIndex(of: newline) else {
            return startsFile ? Tail(end: ChainEnd(), size: 0) : nil
        }
        let start: Int
        if let before = bytes[..<last].lastIndex(of: newline) {
            start = before + 1
        } else {
            guard startsFile else { return nil }
            start = 0
        }
        guard let line = AuditLine(parsing: bytes.span.extracting(start..<last)) else {
            throw AuditError(.damaged, path: path)
        }
        let end = ChainEnd(sequence: line.sequence, hash: line.hash)
        return Tail(end: end, size: size - (bytes.count - last - 1))
    }
}

extension AuditRecord {
    /// A record of the log's own, by whoever wrote this one.
    fileprivate func marker(_ operation: Operation) -> AuditRecord {
        AuditRecord(
            time: time,
            operation: operation,
            user: user,
            pid: pid,
            command: command,
            outcome: .done
        )
    }
}
