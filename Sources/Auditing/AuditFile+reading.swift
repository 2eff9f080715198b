internal import Diagnostics
internal import Glibc

extension AuditFile {
    /// Takes a line without its newline, its place, and whether a newline ended it: where not, its writer was stopped.
    typealias LineReader = (_ line: Span<UInt8>, _ location: Diagnostic.Location, _ isFinished: Bool) -> Void

    /// Calls `body` with every line of the log, older files first, while no writer can change it.
    ///
    /// - Returns: how many files there are.
    /// - Throws: where there is no log, too.
    @discardableResult
    func forEachLine(_ body: LineReader) throws(AuditError) -> Int {
        // Between a rename and the next record there is no file of this name.
        if unsafe access(path, F_OK) != 0, errno == ENOENT {
            let older = olderFiles()
            guard !older.isEmpty else { throw AuditError(.notOpened(number: ENOENT), path: path) }
            for file in older { try forEachLine(of: try OpenFile(file.path, O_RDONLY), body) }
            return older.count
        }
        let current = try OpenFile(path, O_RDONLY)
        try current.lock(isExclusive: false, patience: patience)
        let older = olderFiles()
        for file in older { try forEachLine(of: try OpenFile(file.path, O_RDONLY), body) }
        try forEachLine(of: current, body)
        return older.count + 1
    }

    private func forEachLine(of file: borrowing OpenFile, _ body: LineReader) throws(AuditError) {
        let bytes = try file.read(count: Int(try file.status().st_size), at: 0)
        let span = bytes.span
        var start = 0
        var number = 1
        while start < span.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n"))
            let location = Diagnostic.Location(file: file.path, line: number, column: 1)
            body(span.extracting(start..<(end ?? span.count)), location, end != nil)
            start = (end ?? span.count) + 1
            number += 1
        }
    }
}
