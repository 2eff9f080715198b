package import Diagnostics

/// What a look at the whole chain of a log gave.
package struct AuditVerification: Sendable {
    package var fileCount = 0
    /// Records that are what they were when they were written.
    package var recordCount = 0
    /// The number of the first record that is there; over 1 once old files have been removed to make room.
    package var firstSequence: Int?
    /// The hash of the last record: kept elsewhere, it shows later whether the log was cut or rewritten (`--head`).
    package var head: AuditHash?
    /// In the order of the log.
    package var findings: [Finding] = []

    /// Whether nothing was changed, removed or reordered by someone who did not compute the chain anew.
    package var isIntact: Bool { findings.allSatisfy(\.isHarmless) }

    package struct Finding: Hashable, Sendable {
        package var kind: Kind
        package var location: Diagnostic.Location?

        package enum Kind: Hashable, Sendable {
            /// A line that we do not write so.
            case notARecord
            /// A record whose hash is not that of its line.
            case changed(sequence: Int)
            /// A record that fits its own hash, but the next was chained to another.
            case replaced(sequence: Int)
            case removed(ClosedRange<Int>)
            case moved(sequence: Int)
            case repeated(sequence: Int, first: Diagnostic.Location)
            /// No record has the hash that was given.
            case headNotFound
            /// The last line has no end: its writer was stopped, and the next writer mends it.
            case unfinished
        }

        var isHarmless: Bool { kind == .unfinished }
    }
}

extension AuditVerification.Finding {
    package var diagnostic: Diagnostic {
        Diagnostic(isHarmless ? .warning : .error, at: location, message)
    }

    private var message: String {
        switch kind {
        case .notARecord: "this line is not a record"
        case .changed(let sequence): "record \(sequence) was changed"
        case .replaced(let sequence): "record \(sequence) was replaced: the next one was chained to another"
        case .removed(let range) where range.count == 1: "record \(range.lowerBound) was removed before this line"
        case .removed(let range): "records \(range.lowerBound) to \(range.upperBound) were removed before this line"
        case .moved(let sequence): "record \(sequence) is not in its place"
        case .repeated(let sequence, let first): "record \(sequence) stands here again, first at \(first.text)"
        case .headNotFound: "no record has this hash: the log was cut or written anew since it was noted"
        case .unfinished: "the last line is not finished: its writer was stopped; the next one mends this"
        }
    }
}

extension AuditFile {
    /// Goes through the chain from the oldest file to the newest.
    ///
    /// - Parameter head: the hash of a record that has to be there, as an earlier verification printed it.
    package func verify(head: AuditHash? = nil) throws(AuditError) -> AuditVerification {
        var check = ChainCheck()
        let fileCount = try forEachLine { bytes, location, isFinished in
            check.take(bytes, at: location, isFinished: isFinished)
        }
        var verification = check.verification(head: head)
        verification.fileCount = fileCount
        return verification
    }
}
