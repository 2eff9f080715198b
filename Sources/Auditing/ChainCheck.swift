internal import Diagnostics

/// Finds out what happened to a chain of records from its lines, in the order of the files.
struct ChainCheck {
    private struct Entry {
        var sequence: Int
        var previous: AuditHash
        var hash: AuditHash
        var location: Diagnostic.Location
        /// The line as it was written; the others stand for records that were there.
        var isGenuine: Bool
        /// Whether a log may begin with it: the first record of all, or the first of a file that goes on from another.
        var mayBegin: Bool
    }

    private var entries: [Entry] = []
    private var findings: [AuditVerification.Finding] = []

    mutating func take(_ bytes: Span<UInt8>, at location: Diagnostic.Location, isFinished: Bool) {
        guard isFinished else {
            report(.unfinished, at: location)
            return
        }
        guard let line = AuditLine(parsing: bytes) else {
            report(.notARecord, at: location)
            entries.append(
                Entry(
                    sequence: 0,
                    previous: .zero,
                    hash: .zero,
                    location: location,
                    isGenuine: false,
                    mayBegin: false
                )
            )
            return
        }
        if !line.isGenuine { report(.changed(sequence: line.sequence), at: location) }
        let beginsFile = location.line == 1 && line.record.operation == .rotate
        entries.append(
            Entry(
                sequence: line.sequence,
                previous: line.previous,
                hash: line.hash,
                location: location,
                isGenuine: line.isGenuine,
                mayBegin: beginsFile || (line.sequence == 1 && line.previous == .zero)
            )
        )
    }

    mutating func verification(head: AuditHash?) -> AuditVerification {
        let moved = reportDisorder()
        reportGaps(besides: moved)
        reportBrokenLinks()
        var verification = AuditVerification()
        let genuine = entries.filter(\.isGenuine)
        verification.recordCount = genuine.count
        verification.firstSequence = genuine.first?.sequence
        verification.head = entries.last?.isGenuine == true ? entries.last?.hash : nil
        let order = Dictionary(
            entries.enumerated().map { ($0.element.location, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
        let last = entries.count
        verification.findings = findings.sorted { left, right in
            let leftPlace = left.location.flatMap { order[$0] } ?? last
            let rightPlace = right.location.flatMap { order[$0] } ?? last
            return leftPlace < rightPlace
        }
        if let head, !genuine.contains(where: { $0.hash == head }) {
            verification.findings.append(AuditVerification.Finding(kind: .headNotFound, location: nil))
        }
        return verification
    }

    private mutating func report(_ kind: AuditVerification.Finding.Kind, at location: Diagnostic.Location) {
        findings.append(AuditVerification.Finding(kind: kind, location: location))
    }

    // MARK: - Order

    /// Reports records that stand twice or out of their place.
    ///
    /// In place are those of a longest rising run of numbers, so that one record that was moved is one finding, however
    /// far it went.
    ///
    /// - Returns: the indices of both, which count for nothing further.
    private mutating func reportDisorder() -> Set<Int> {
        let genuine = entries.indices.filter { entries[$0].isGenuine }
        guard zip(genuine, genuine.dropFirst()).contains(where: { entries[$0].sequence >= entries[$1].sequence }) else {
            return []
        }
        var first: [Int: Int] = [:]
        var aside: Set<Int> = []
        for index in genuine {
            let sequence = entries[index].sequence
            if let earlier = first[sequence] {
                aside.insert(index)
                report(.repeated(sequence: sequence, first: entries[earlier].location), at: entries[index].location)
            } else {
                first[sequence] = index
            }
        }
        let single = genuine.filter { !aside.contains($0) }
        let inPlace = Set(longestRisingRun(single))
        for index in single where !inPlace.contains(index) {
            aside.insert(index)
            report(.moved(sequence: entries[index].sequence), at: entries[index].location)
        }
        return aside
    }

    /// By patience sorting, in n·log n.
    private func longestRisingRun(_ indices: [Int]) -> [Int] {
        var tops: [Int] = []  // of each pile, as an index of `entries`
        var before: [Int: Int] = [:]
        for index in indices {
            var low = 0
            var high = tops.count
            while low < high {
                let middle = (low + high) / 2
                if entries[tops[middle]].sequence < entries[index].sequence { low = middle + 1 } else { high = middle }
            }
            if low > 0 { before[index] = tops[low - 1] }
            if low == tops.count { tops.append(index) } else { tops[low] = index }
        }
        var run: [Int] = []
        var next = tops.last
        while let index = next {
            run.append(index)
            next = before[index]
        }
        return run
    }

    // MARK: - Gaps

    /// Reports numbers that no line has. A line that was changed stands for one number of the gap around it.
    private mutating func reportGaps(besides aside: Set<Int>) {
        let elsewhere = Set(aside.map { entries[$0].sequence })
        var next: Int?
        var standInCount = 0
        for (index, entry) in entries.enumerated() {
            guard entry.isGenuine else {
                standInCount += 1
                continue
            }
            guard !aside.contains(index) else { continue }
            let expected = next ?? (entry.mayBegin ? entry.sequence : 1)
            if entry.sequence > expected {
                let gap = expected...(entry.sequence - 1)
                let explained = elsewhere.count { gap.contains($0) } + standInCount
                if gap.count > explained { report(.removed(gap), at: entry.location) }
            }
            next = entry.sequence + 1
            standInCount = 0
        }
    }

    // MARK: - Links

    /// Reports records with the right number and a hash of their own which the next one was not chained to.
    private mutating func reportBrokenLinks() {
        var bySequence: [Int: Int] = [:]
        for (index, entry) in entries.enumerated() where entry.isGenuine && bySequence[entry.sequence] == nil {
            bySequence[entry.sequence] = index
        }
        for (index, entry) in entries.enumerated() where entry.isGenuine && bySequence[entry.sequence] == index {
            if entry.sequence == 1, entry.previous != .zero { report(.replaced(sequence: 1), at: entry.location) }
            guard let before = bySequence[entry.sequence - 1], entries[before].hash != entry.previous else { continue }
            report(.replaced(sequence: entry.sequence - 1), at: entries[before].location)
        }
    }
}
