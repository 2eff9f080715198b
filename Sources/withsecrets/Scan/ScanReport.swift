internal import Diagnostics
internal import OutputMasking

/// What `scan` found, version 1; docs/json.md has the shape. Names and places, never a value.
struct ScanReport: Encodable {
    struct Finding: Encodable {
        /// The variable's name.
        var name: String
        /// The shape in which it stands there, such as `raw` or `base64`.
        var form: String
        var file: String
        var line: Int
        var column: Int
        var offset: Int
        var length: Int
        /// In history, the oldest commit that has it.
        var commit: String?

        /// `[COMMIT:]FILE:LINE:COLUMN`.
        var place: String { "\(commit.map { "\($0):" } ?? "")\(file):\(line):\(column)" }
    }

    var version = 1
    /// How many files or objects were looked through.
    var scanned = 0
    var findings: [Finding] = []
    /// What could not be read.
    var unread: [String] = []

    var exitStatus: Int32 {
        if !findings.isEmpty { return ExitCode.finding }
        return unread.isEmpty ? ExitCode.success : ExitCode.ownFailure
    }

    mutating func add(
        _ found: [Scanner.Finding],
        names: [String],
        file: String,
        commit: String? = nil
    ) {
        findings += found.map { finding in
            Finding(
                name: names[finding.secret],
                form: finding.form.name,
                file: file,
                line: finding.line,
                column: finding.column,
                offset: finding.offset,
                length: finding.length,
                commit: commit
            )
        }
    }

    func print(to terminal: Terminal) {
        for finding in findings { terminal.print("\(finding.place): \(finding.name) (\(finding.form))") }
        guard findings.isEmpty else {
            let names = Set(findings.map(\.name)).count
            terminal.note("found \(count(names, "secret")) in \(count(Set(findings.map(\.file)).count, "file"))")
            return
        }
        terminal.note("\(count(scanned, "file")), nothing found")
    }
}
