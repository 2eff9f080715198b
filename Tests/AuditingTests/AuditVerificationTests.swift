import Diagnostics
import TestSupport
import Testing

@testable import Auditing

struct AuditVerificationTests {
    private let folder = TemporaryFolder()

    /// A log of nine records, its lines changed by `edit`.
    private func findings(_ edit: (inout [String]) -> Void) throws -> [String] {
        let log = folder.log
        try log.append(records(1...9))
        var edited = lines(of: log.path)
        edit(&edited)
        replaceLines(of: log.path, with: edited)
        let verification = try log.verify()
        #expect(verification.isIntact == verification.findings.isEmpty)
        return verification.findings.map { finding in
            let place = finding.location.map { "\($0.line): " } ?? ""
            return place + finding.diagnostic.message
        }
    }

    /// The line as a forger writes it who knows how a record's own hash is made.
    private func forged(_ line: String) -> String {
        let content = line.split(separator: #","hash":""#)[0]
        let bytes = Array(content.utf8)
        return content + #","hash":"\#(AuditHash(of: bytes.span))"}"#
    }

    @Test func aChangedRecordIsNamed() throws {
        #expect(
            try findings { $0[3] = $0[3].replacing(#""outcome":"found""#, with: #""outcome":"absent""#) }
                == ["4: record 4 was changed"]
        )
    }

    @Test func aForgedRecordIsNamed() throws {
        #expect(
            try findings { $0[3] = forged($0[3].replacing("NAME_4", with: "NAME_X")) }
                == ["4: record 4 was replaced: the next one was chained to another"]
        )
    }

    @Test func removedRecordsAreNamed() throws {
        #expect(try findings { $0.remove(at: 3) } == ["4: record 4 was removed before this line"])
    }

    @Test func severalRemovedRecordsAreNamed() throws {
        #expect(try findings { $0.removeSubrange(2...5) } == ["3: records 3 to 6 were removed before this line"])
    }

    @Test func aRemovedBeginningIsNoticed() throws {
        #expect(try findings { $0.removeFirst(2) } == ["1: records 1 to 2 were removed before this line"])
    }

    @Test(arguments: [(3, 4, 5), (0, 8, 1), (8, 0, 9), (2, 6, 3)])
    func aMovedRecordIsOneFinding(from: Int, to: Int, sequence: Int) throws {
        let found = try findings { lines in lines.insert(lines.remove(at: from), at: to) }
        // Of two neighbours that were swapped either may be said to have moved.
        let line = from == 3 ? 4 : to + 1
        #expect(found == ["\(line): record \(sequence) is not in its place"])
    }

    @Test func aRepeatedRecordIsNamed() throws {
        let found = try findings { $0.insert($0[2], at: 6) }
        #expect(found == ["7: record 3 stands here again, first at \(folder.log.path):3:1"])
    }

    @Test func aStrangeLineIsNamed() throws {
        #expect(try findings { $0.insert("hello", at: 4) } == ["5: this line is not a record"])
    }

    @Test func aRecordThatWasMadeUnreadableIsNotCalledRemovedToo() throws {
        #expect(try findings { $0[4] = "{}" } == ["5: this line is not a record"])
    }

    @Test func severalFindingsStandInTheOrderOfTheLog() throws {
        let found = try findings { lines in
            lines[7] = lines[7].replacing("python3", with: "python2")
            lines.remove(at: 4)
            lines[1] = "x"
        }
        #expect(
            found == [
                "2: this line is not a record", "5: record 5 was removed before this line", "7: record 8 was changed",
            ]
        )
    }

    @Test func aCutTailIsNoticedByWhoNotedTheHead() throws {
        let log = folder.log
        try log.append(records(1...5))
        let early = try #require(try log.verify().head)
        try log.append(records(6...9))
        let late = try #require(try log.verify().head)
        #expect(try log.verify(head: early).isIntact)
        #expect(try log.verify(head: late).isIntact)
        replaceLines(of: log.path, with: Array(lines(of: log.path).dropLast(2)))
        #expect(try log.verify().isIntact)
        #expect(try log.verify(head: early).isIntact)
        #expect(
            messages(try log.verify(head: late)) == [
                "no record has this hash: the log was cut or written anew since it was noted"
            ]
        )
        #expect(AuditHash(parsing: late.description.uppercased()) == late)
        #expect(AuditHash(parsing: "abc") == nil)
    }

    @Test func aRemovedFileInTheMiddleIsNoticed() throws {
        let log = AuditFile(path: folder.path + "/audit.jsonl", sizeLimit: 2000, keptCount: 100)
        for number in 1...30 { try log.append([record("N\(number)")]) }
        let older = log.olderFiles()
        #expect(older.count > 3)
        replaceContents(of: older[1].path, with: [])
        let range = older[1].sequence...(older[2].sequence - 1)
        let verification = try log.verify()
        #expect(
            messages(verification) == [
                "records \(range.lowerBound) to \(range.upperBound) were removed before this line"
            ]
        )
        #expect(verification.findings.first?.location?.file == older[2].path)
    }

    @Test func noLogAtAllIsAnError() {
        #expect(throws: AuditError.self) { try folder.log.verify() }
    }

    /// Whatever one does to the lines short of forging hashes, verification says no.
    @Test func randomDisorderNeverPasses() throws {
        let seed = UInt64.random(in: 1...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        let log = folder.log
        try log.append(records(1...12))
        let original = lines(of: log.path)
        for round in 0..<300 {
            var edited = original
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: edited.remove(at: Int.random(in: 0..<11, using: &generator))
            case 1: edited.shuffle(using: &generator)
            default:
                edited.insert(
                    original.randomElement(using: &generator) ?? "",
                    at: Int.random(in: 0...12, using: &generator)
                )
            }
            guard edited != original else { continue }
            replaceLines(of: log.path, with: edited)
            #expect(try !log.verify().isIntact, "seed \(seed), round \(round)")
        }
    }
}
