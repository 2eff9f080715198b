/// A record with its place in the chain: one line of `audit.jsonl`, in the layout of docs/audit.md.
///
/// Keys stand in one order, without blanks; the text has one spelling. The hash covers the line's bytes as they stand in
/// the file, from `{` up to `,"hash":`, and so, with `previous`, everything before the line as well.
package struct AuditLine: Hashable, Sendable {
    package var record: AuditRecord
    /// 1 for the first record of a log, one more for each that follows.
    package var sequence: Int
    package var previous: AuditHash
    package var hash: AuditHash
    /// Whether `hash` is that of the line's bytes.
    package var isGenuine: Bool

    /// What every line starts with, and so every log.
    static let start = #"{"audit":1,"sequence":"#
}

/// The end of a chain, which the next record goes on from.
struct ChainEnd: Hashable {
    var sequence = 0
    var hash = AuditHash.zero
}

// MARK: - Writing

extension ChainEnd {
    /// Appends a record's line, newline included, and moves on to it.
    mutating func append(_ record: AuditRecord, to bytes: inout [UInt8]) {
        let start = bytes.count
        sequence += 1
        bytes.append(AuditLine.start)
        bytes.append(String(sequence))
        bytes.append(#","time":""#)
        bytes.append(record.time.description)
        bytes.append(#"","operation":"#)
        bytes.appendJSON(record.operation.rawValue)
        bytes.append(#","user":"#)
        bytes.appendJSON(record.user)
        bytes.append(#","pid":"#)
        bytes.append(String(record.pid))
        bytes.append(#","command":"#)
        bytes.appendJSON(record.command)
        bytes.append(#","variable":"#)
        bytes.appendJSON(record.variable)
        bytes.append(#","provider":"#)
        bytes.appendJSON(record.provider)
        bytes.append(#","reference":"#)
        bytes.appendJSON(record.reference)
        bytes.append(#","outcome":""#)
        bytes.append(record.outcome.rawValue)
        bytes.append(#"","milliseconds":"#)
        bytes.append(record.milliseconds.map { String($0) } ?? "null")
        bytes.append(#","previous":""#)
        hash.append(to: &bytes)
        bytes.append(#"""#)
        hash = AuditHash(of: bytes.span.extracting(start..<bytes.count))
        bytes.append(#","hash":""#)
        hash.append(to: &bytes)
        bytes.append("\"}\n")
    }
}
