import ManifestFormat
import Testing

@testable import Auditing

struct AuditLineTests {
    private func line(_ record: AuditRecord) -> String {
        var bytes: [UInt8] = []
        var end = ChainEnd()
        end.append(record, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func parse(_ line: String) -> AuditLine? {
        let bytes = Array(line.utf8)
        return AuditLine(parsing: bytes.span)
    }

    /// Computed with `b2sum -l 256` over the line up to `,"hash"`.
    @Test func aLineIsWrittenByteForByteAsDocumented() {
        #expect(
            line(record("DB_PASSWORD"))
                == #"{"audit":1,"sequence":1,"time":"2026-11-21T04:00:00.123Z","operation":"run","user":"ada","pid":42,"#
                + #""command":"python3","variable":"DB_PASSWORD","provider":"vault","#
                + #""reference":"vault:secret/app#db_password","outcome":"found","milliseconds":12,"#
                + #""previous":"0000000000000000000000000000000000000000000000000000000000000000","#
                + #""hash":"44c2145e05c2d141edece2949e409eb2df84820de5970e88be4634ce089eb5a7"}"#
                + "\n"
        )
    }

    @Test func whatWasWrittenReadsBack() throws {
        let actor = AuditActor(user: #"a"b\c"#, pid: 1, commandPath: nil)
        let records = [
            record("A"),
            AuditRecord(.unlock, by: actor, outcome: .failed),
            AuditRecord(.vaultSet, by: actor, variable: "naïve/kéy", provider: "vaultfile", outcome: .done),
        ]
        for record in records {
            let read = try #require(parse(String(line(record).dropLast())))
            #expect(read.isGenuine)
            // Times are kept to the millisecond.
            #expect(read.record == record)
        }
    }

    @Test func whatATerminalCouldActUponIsEscapedAndLongTextCut() throws {
        let actor = AuditActor(user: "a\u{1B}[31m\n\u{202E}", pid: 1, commandPath: String(repeating: "x", count: 300))
        let read = try #require(parse(String(line(AuditRecord(.run, by: actor, outcome: .done)).dropLast())))
        #expect(read.record.user == #"a\u{1b}[31m\u{a}\u{202e}"#)
        #expect(read.record.command == String(repeating: "x", count: 200) + "…")
    }

    @Test func argumentsNeverEnterARecord() {
        let address = SecretAddress(
            provider: "exec",
            path: "/usr/bin/op",
            arguments: ["/usr/bin/op", "s3cr3t"],
            folder: "/"
        )
        let record = AuditRecord(.run, by: ada, reference: SecretReference(address: address), outcome: .found)
        #expect(record.reference == "exec:op")
        #expect(record.command == "python3")
        #expect(!line(record).contains("s3cr3t"))
    }

    @Test func everyChangedByteIsNoticed() throws {
        let good = Array(line(record("TOKEN", .failed)).dropLast().utf8)
        let unnoticed = good.indices.flatMap { index in
            (0..<8).filter { bit in
                var bytes = good
                bytes[index] ^= 1 << bit
                return AuditLine(parsing: bytes.span)?.isGenuine == true
            }
        }
        #expect(unnoticed == [])
    }

    @Test(arguments: [
        "", "{}", "{\"audit\":2", " ", "null",
        #"{"audit":1,"sequence":01,"#, #"{"audit":1,"sequence":0,"#, #"{"audit":1, "sequence":1,"#,
    ])
    func whatIsNoLineOfOursIsRefused(text: String) {
        #expect(parse(text) == nil)
        #expect(parse(String(line(record("A")).dropLast()) + text) == nil || text.isEmpty)
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (1_795_233_600_123, "2026-11-21T04:00:00.123Z"), (-1, "1969-12-31T23:59:59.999Z"),
        (4_107_542_399_999, "2100-02-28T23:59:59.999Z"), (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
    ])
    func timesAreWrittenAndRead(milliseconds: Int, text: String) {
        #expect(AuditTime(milliseconds: Int64(milliseconds)).description == text)
        #expect(AuditTime(parsing: text)?.milliseconds == Int64(milliseconds))
    }

    @Test func everyDayOfFourCenturiesReadsBack() {
        for day in stride(from: Int64(-80_000), through: 80_000, by: 1) {
            let time = AuditTime(milliseconds: day * 86_400_000 + 1)
            #expect(AuditTime(parsing: time.description) == time)
        }
    }

    @Test func timesForPeopleAreRead() {
        let now = AuditTime(milliseconds: 1_795_233_600_000)
        #expect(AuditTime(parsing: "2026-11-21", before: now)?.description == "2026-11-21T00:00:00.000Z")
        #expect(AuditTime(parsing: "2026-11-21 04:00Z", before: now) == now)
        #expect(AuditTime(parsing: "2026-11-21T03:59:59.5Z")?.milliseconds == now.milliseconds - 500)
        #expect(AuditTime(parsing: "90m", before: now)?.milliseconds == now.milliseconds - 5_400_000)
        #expect(AuditTime(parsing: "30d", before: now)?.description == "2026-10-22T04:00:00.000Z")
        #expect(AuditTime(parsing: "4w2d", before: now) == AuditTime(parsing: "30d", before: now))
        for text in ["", "d", "2026-13-01", "2026-02-29", "2026-11-21T24:00Z", "2026-11-21T04:00", "yesterday", "-1d"] {
            #expect(AuditTime(parsing: text, before: now) == nil, "\(text)")
        }
    }
}
