package import Diagnostics
internal import Glibc

/// Why records could not be written to the audit log, or not read from it.
package struct AuditError: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// Neither `XDG_STATE_HOME` nor `HOME` tells where the log would be.
        case noStateFolder
        case folderNotMade(number: Int32)
        case notOpened(number: Int32)
        case symbolicLink
        case notAFile
        case writableByOthers(mode: UInt32)
        /// Another process held the lock for longer than we wait.
        case locked(seconds: Int64)
        /// It holds something else, and is left as it is.
        case notAnAuditLog
        /// The last line is no record, so nothing can be chained to it.
        case damaged
        case notRead(number: Int32)
        case notWritten(number: Int32)
        case notReachable(number: Int32)
        case statisticsNotWritten(number: Int32)
    }

    package var reason: Reason
    /// The file, folder or socket.
    package var path: String

    package init(_ reason: Reason, path: String) {
        self.reason = reason
        self.path = path
    }
}

extension AuditError {
    /// Whether there is no place for a log here, rather than something wrong with it: no HOME, a read-only file system.
    package var isNoPlace: Bool {
        switch reason {
        case .noStateFolder: true
        case .folderNotMade(let number): [EROFS, EACCES, EPERM, ENOENT, ENOTDIR].contains(number)
        case .notOpened(let number): number == EROFS
        case .symbolicLink, .notAFile, .writableByOthers, .locked, .notAnAuditLog, .damaged, .notRead, .notWritten,
            .notReachable,
            .statisticsNotWritten:
            false
        }
    }

    /// The error number of the call that did not work, where there was one.
    var number: Int32? {
        switch reason {
        case .folderNotMade(let number), .notOpened(let number), .notRead(let number), .notWritten(let number),
            .notReachable(let number), .statisticsNotWritten(let number):
            number
        case .noStateFolder, .symbolicLink, .notAFile, .writableByOthers, .locked, .notAnAuditLog, .damaged: nil
        }
    }

    package var diagnostic: Diagnostic {
        let (message, hints) = words
        return Diagnostic(subject: path.isEmpty ? nil : path, message, hints: hints)
    }

    private var words: (String, [String]) {
        let elsewhere = "'audit: { path: … }' puts the log elsewhere, 'audit: { to: off }' goes without"
        switch reason {
        case .noStateFolder:
            return ("no place for the audit log: neither XDG_STATE_HOME nor HOME is set to an absolute path", [])
        case .folderNotMade(let number):
            return ("cannot make the folder for the audit log: \(systemMessage(number))", [elsewhere])
        case .notOpened(let number): return ("cannot open the audit log: \(systemMessage(number))", [elsewhere])
        case .symbolicLink:
            return ("the audit log is a symbolic link", ["'audit: { path: … }' names the file itself"])
        case .notAFile: return ("the audit log is not a regular file", [elsewhere])
        case .writableByOthers(let mode):
            return ("others may write to the audit log (mode \(octal(mode)))", ["chmod go-w '\(path)'"])
        case .locked(let seconds):
            return ("another process has held the audit log's lock for \(seconds) s", ["'fuser' tells which"])
        case .notAnAuditLog: return ("the file is not an audit log, and is left as it is", [elsewhere])
        case .damaged:
            return (
                "the last line of the audit log is not a record",
                ["'withsecrets audit verify' tells more; a new log begins once the file is moved away"]
            )
        case .notRead(let number): return ("cannot read the audit log: \(systemMessage(number))", [])
        case .notWritten(let number): return ("cannot write to the audit log: \(systemMessage(number))", [])
        case .statisticsNotWritten(let number): return ("cannot write the statistics: \(systemMessage(number))", [])
        case .notReachable(let number):
            return (
                "cannot reach the system's log: \(systemMessage(number))",
                ["'audit: { to: file }' needs no system log"]
            )
        }
    }
}
