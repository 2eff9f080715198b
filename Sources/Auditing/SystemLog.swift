internal import Diagnostics
internal import Glibc

/// The system's log as a sink: journald by its native protocol where it runs, else whatever listens on `/dev/log`.
///
/// One datagram a record, of facility `auth`, without the chain: who may read and rewrite the system's log is the
/// system's to say.
package struct SystemLog: Sendable {
    package var journalPath: String
    package var syslogPath: String
    /// How long a full socket is waited for, per record.
    package var patience: Duration

    package init(
        journalPath: String = "/run/systemd/journal/socket",
        syslogPath: String = "/dev/log",
        patience: Duration = .seconds(1)
    ) {
        self.journalPath = journalPath
        self.syslogPath = syslogPath
        self.patience = patience
    }

    /// - Throws: where neither socket takes the records; those before the one that failed are sent.
    package func append(_ records: [AuditRecord]) throws(AuditError) {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw AuditError(.notReachable(number: errno), path: syslogPath) }
        defer { close(descriptor) }
        setPatience(of: descriptor)
        let isJournal = connects(descriptor, to: journalPath)
        guard isJournal || connects(descriptor, to: syslogPath) else {
            throw AuditError(.notReachable(number: errno), path: syslogPath)
        }
        for record in records {
            let message = isJournal ? journalEntry(record) : syslogLine(record)
            let path = isJournal ? journalPath : syslogPath
            try send(message, on: descriptor, path: path)
        }
    }

    private func setPatience(of descriptor: Int32) {
        let (seconds, attoseconds) = patience.components
        var time = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    private func connects(_ descriptor: Int32, to path: String) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let fits = unsafe withUnsafeMutableBytes(of: &address.sun_path) { buffer in
            guard bytes.count < buffer.count else { return false }
            unsafe buffer.copyBytes(from: bytes)
            return true
        }
        guard fits else {
            errno = ENAMETOOLONG
            return false
        }
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe connect(descriptor, generic, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }

    private func send(_ message: [UInt8], on descriptor: Int32, path: String) throws(AuditError) {
        while true {
            let count = unsafe message.withUnsafeBytes { buffer in
                unsafe Glibc.send(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 { return }
            guard errno == EINTR else { throw AuditError(.notReachable(number: errno), path: path) }
        }
    }
}

// MARK: - What is sent

extension SystemLog {
    /// `LOG_AUTH`.
    private static let facility = 4

    /// `LOG_WARNING` or `LOG_INFO`.
    private func severity(_ record: AuditRecord) -> Int {
        record.outcome == .failed ? 4 : 6
    }

    /// `<PRI>Mmm dd hh:mm:ss withsecrets[PID]: JSON` (RFC 3164 §4.1, without the host, as syslog(3) writes it).
    func syslogLine(_ record: AuditRecord) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append("<\(Self.facility * 8 + severity(record))>\(localTimestamp(record.time)) ")
        bytes.append("withsecrets[\(record.pid)]: ")
        bytes.append(#"{"time":""#)
        bytes.append(record.time.description)
        bytes.append("\"")
        for (name, value) in record.texts {
            bytes.append(",\"\(name)\":")
            bytes.appendJSON(value)
        }
        bytes.append(#","pid":\#(record.pid),"milliseconds":"#)
        bytes.append(record.milliseconds.map { String($0) } ?? "null")
        bytes.append("}")
        return bytes
    }

    /// `FIELD=VALUE` lines (systemd's "Native Journal Protocol"). No value holds a newline: it would be escaped.
    func journalEntry(_ record: AuditRecord) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append("MESSAGE=\(summary(record))\n")
        bytes.append("PRIORITY=\(severity(record))\nSYSLOG_FACILITY=\(Self.facility)\n")
        bytes.append("SYSLOG_IDENTIFIER=withsecrets\nSYSLOG_PID=\(record.pid)\n")
        bytes.append("WITHSECRETS_TIME=\(record.time)\n")
        for (name, value) in record.texts {
            guard let value else { continue }
            bytes.append("WITHSECRETS_\(name.uppercased())=\(printable(value))\n")
        }
        if let milliseconds = record.milliseconds { bytes.append("WITHSECRETS_MILLISECONDS=\(milliseconds)\n") }
        return bytes
    }

    private func summary(_ record: AuditRecord) -> String {
        let parts = [record.operation.rawValue, record.variable, record.outcome.rawValue, record.reference]
        return printable(parts.compactMap(\.self).joined(separator: " "))
    }

    private func localTimestamp(_ time: AuditTime) -> String {
        var seconds = time_t(time.milliseconds / 1000)
        var parts = tm()
        unsafe localtime_r(&seconds, &parts)
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let month = unsafe months[min(max(Int(parts.tm_mon), 0), 11)]
        let (dayOfMonth, hour, minute, second) = unsafe (parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec)
        let day = (dayOfMonth < 10 ? " " : "") + String(dayOfMonth)
        let clock = [hour, minute, second].map { ($0 < 10 ? "0" : "") + String($0) }
        return "\(month) \(day) \(clock.joined(separator: ":"))"
    }
}

extension AuditRecord {
    /// The fields that are text, by the names that the log has for them.
    var texts: [(name: String, value: String?)] {
        [
            ("operation", operation.rawValue), ("user", user), ("command", command), ("variable", variable),
            ("provider", provider), ("reference", reference), ("outcome", outcome.rawValue),
        ]
    }
}
