/// The findings as SARIF 2.1.0 (OASIS), which code-scanning services read.
struct SARIFLog: Encodable {
    private var schema = "https://json.schemastore.org/sarif-2.1.0.json"
    private var version = "2.1.0"
    private var runs: [Run]

    private enum CodingKeys: String, CodingKey {
        case version, runs
        case schema = "$schema"
    }

    init(_ report: ScanReport) {
        let forms = Set(report.findings.map(\.form)).sorted()
        let driver = Driver(
            rules: forms.map { Rule(id: "secret-\($0)", shortDescription: Message(text: "A secret, as \($0)")) }
        )
        runs = [Run(tool: Tool(driver: driver), results: report.findings.map(Result.init))]
    }

    private struct Message: Encodable {
        var text: String
    }

    private struct Rule: Encodable {
        var id: String
        var shortDescription: Message
    }

    private struct Driver: Encodable {
        var name = "withsecrets"
        var version = Version.text
        var rules: [Rule]
    }

    private struct Tool: Encodable {
        var driver: Driver
    }

    private struct Run: Encodable {
        var tool: Tool
        var results: [Result]
    }

    private struct Result: Encodable {
        struct Location: Encodable {
            var physicalLocation: Physical
        }

        struct Physical: Encodable {
            var artifactLocation: Artifact
            var region: Region
        }

        struct Artifact: Encodable {
            var uri: String
        }

        struct Region: Encodable {
            var startLine: Int
            var startColumn: Int
            var byteOffset: Int
            var byteLength: Int
        }

        var ruleId: String
        var level = "error"
        var message: Message
        var locations: [Location]

        init(_ finding: ScanReport.Finding) {
            ruleId = "secret-\(finding.form)"
            let commit = finding.commit.map { " in commit \($0)" } ?? ""
            message = Message(text: "the value of \(finding.name) stands here\(commit) (\(finding.form))")
            let region = Region(
                startLine: finding.line,
                startColumn: finding.column,
                byteOffset: finding.offset,
                byteLength: finding.length
            )
            let artifact = Artifact(uri: Self.reference(finding.file))
            locations = [Location(physicalLocation: Physical(artifactLocation: artifact, region: region))]
        }

        /// A path as a relative reference (RFC 3986 §3.3): all but unreserved characters and `/` percent-encoded.
        private static func reference(_ path: String) -> String {
            var text = ""
            for byte in path.utf8 {
                let character = Character(Unicode.Scalar(byte))
                if byte < 0x80, character.isLetter || character.isNumber || "-._~/".contains(character) {
                    text.append(character)
                } else {
                    let digits = String(byte, radix: 16, uppercase: true)
                    text += "%" + (digits.count == 1 ? "0" : "") + digits
                }
            }
            return text
        }
    }
}
