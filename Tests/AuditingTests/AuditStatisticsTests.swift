import Diagnostics
import Glibc
import ManifestFormat
import TestSupport
import Testing

@testable import Auditing

struct AuditStatisticsTests {
    private let folder = TemporaryFolder()

    private func filledLog() throws -> AuditFile {
        let log = folder.log
        unsafe unlink(log.path)
        let actor = AuditActor(user: "ada", pid: 7, commandPath: nil)
        try log.append([record("DB_PASSWORD"), record("API_KEY", .absent, second: 10), record("API_KEY", second: 20)])
        try log.append([AuditRecord(.unlock, by: actor, outcome: .failed, at: record("", second: 30).time)])
        return log
    }

    private func shown(_ edit: (inout AuditFilter) -> Void) throws -> [String] {
        var filter = AuditFilter()
        edit(&filter)
        var lines: [String] = []
        _ = try filledLog().forEachRecord(matching: filter) { record, _ in lines.append(record.summary) }
        return lines
    }

    @Test func recordsAreShownForPeople() throws {
        #expect(
            try shown { _ in } == [
                "2026-11-21T04:00:00.123Z  ada  run python3[42]  DB_PASSWORD  found  vault:secret/app#db_password  12 ms",
                "2026-11-21T04:00:10.123Z  ada  run python3[42]  API_KEY  absent  vault:secret/app#api_key  12 ms",
                "2026-11-21T04:00:20.123Z  ada  run python3[42]  API_KEY  found  vault:secret/app#api_key  12 ms",
                "2026-11-21T04:00:30.123Z  ada  unlock[7]  failed",
            ]
        )
    }

    @Test func filtersPickByNameTimeAndOutcome() throws {
        #expect(try shown { $0.names = [Glob("API_*")] }.count == 2)
        #expect(try shown { $0.outcomes = [.failed] }.count == 1)
        #expect(try shown { $0.since = AuditTime(parsing: "2026-11-21T04:00:10.123Z") }.count == 3)
        #expect(try shown { $0.until = AuditTime(parsing: "2026-11-21T04:00:10.123Z") }.count == 1)
        #expect(
            try shown {
                $0.names = [Glob("API_KEY")]
                $0.outcomes = [.found]
                $0.until = AuditTime(parsing: "2026-11-22")
            }.count == 1
        )
    }

    @Test func jsonIsTheLineItself() throws {
        let log = try filledLog()
        var json: [String] = []
        _ = try log.forEachRecord { json.append($1) }
        #expect(json == lines(of: log.path))
    }

    @Test func strangeLinesAreCountedNotShown() throws {
        let log = try filledLog()
        replaceLines(of: log.path, with: lines(of: log.path) + ["\u{1B}]0;x\u{7}"])
        var recordCount = 0
        let strangeCount = try log.forEachRecord { _, _ in recordCount += 1 }
        #expect(strangeCount == 1)
        #expect(recordCount == 4)
    }

    @Test func statisticsCountByProviderNameAndOutcome() throws {
        let statistics = try filledLog().statistics()
        #expect(
            statistics.text == """
                4 records from 2026-11-21T04:00:00.123Z to 2026-11-21T04:00:30.123Z

                provider     found    absent    failed      done
                -                0         0         1         0
                vault            2         1         0         0

                variable        found    absent    failed      done
                -                   0         0         1         0
                API_KEY             1         1         0         0
                DB_PASSWORD         1         0         0         0

                """
        )
        #expect(
            statistics.json
                == #"{"version":1,"records":4,"first":"2026-11-21T04:00:00.123Z","last":"2026-11-21T04:00:30.123Z","#
                + #""providers":{"":{"failed":1},"vault":{"found":2,"absent":1}},"#
                + #""variables":{"":{"failed":1},"API_KEY":{"found":1,"absent":1},"DB_PASSWORD":{"found":1}},"#
                + #""outcomes":{"found":2,"absent":1,"failed":1}}"#
        )
    }

    @Test func thePrometheusFileIsPutInPlaceWhole() throws {
        let path = folder.path + "/withsecrets.prom"
        try filledLog().statistics().writePrometheusFile(to: path, isIntact: true)
        #expect(
            String(decoding: contents(of: path), as: UTF8.self) == """
                # HELP withsecrets_audit_records Records in the audit log by provider, variable and outcome.
                # TYPE withsecrets_audit_records gauge
                withsecrets_audit_records{provider="",variable="",outcome="failed"} 1
                withsecrets_audit_records{provider="vault",variable="API_KEY",outcome="absent"} 1
                withsecrets_audit_records{provider="vault",variable="API_KEY",outcome="found"} 1
                withsecrets_audit_records{provider="vault",variable="DB_PASSWORD",outcome="found"} 1
                # HELP withsecrets_audit_last_record_timestamp_seconds When the last record was written.
                # TYPE withsecrets_audit_last_record_timestamp_seconds gauge
                withsecrets_audit_last_record_timestamp_seconds 1795233630
                # HELP withsecrets_audit_intact Whether the chain of the audit log verifies.
                # TYPE withsecrets_audit_intact gauge
                withsecrets_audit_intact 1

                """
        )
        #expect(mode(of: path) == 0o644)
        #expect(folder.names == ["audit.jsonl", "withsecrets.prom"])
        let error = #expect(throws: AuditError.self) {
            try AuditStatistics().writePrometheusFile(to: "/nonexistent/x.prom", isIntact: nil)
        }
        #expect(error?.diagnostic.message == "cannot write the statistics: no such file or directory")
    }

    @Test func labelsAreEscaped() {
        var statistics = AuditStatistics()
        statistics.count(record("A\"\\\n"))
        #expect(statistics.prometheusText(isIntact: nil).contains(#"variable="A\"\\\n","#))
    }
}
