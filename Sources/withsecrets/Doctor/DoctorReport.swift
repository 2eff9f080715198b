internal import Diagnostics

/// What `doctor` looked at, version 1; docs/json.md has the shape. No value is in it.
struct DoctorReport: Encodable {
    enum Status: String, Encodable {
        case ok, note, problem
    }

    struct Check: Encodable {
        var status: Status
        /// What was looked at: a file, a setting.
        var subject: String
        var message: String
        /// How to mend it, or what it would take to know more.
        var remedy: String?
    }

    var version = 1
    var checks: [Check] = []

    private enum CodingKeys: String, CodingKey {
        case version, healthy, checks
    }

    var isHealthy: Bool { !checks.contains { $0.status == .problem } }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(version, forKey: .version)
        try container.encode(isHealthy, forKey: .healthy)
        try container.encode(checks, forKey: .checks)
    }

    mutating func add(_ status: Status, _ subject: String, _ message: String, remedy: String? = nil) {
        checks.append(Check(status: status, subject: printable(subject), message: message, remedy: remedy))
    }

    func print(to terminal: Terminal) {
        for check in checks {
            terminal.print("\(padded(check.status.rawValue, to: 7))  \(check.subject): \(check.message)")
            if let remedy = check.remedy { terminal.print("         \(remedy)") }
        }
        let problems = checks.count { $0.status == .problem }
        terminal.note(problems == 0 ? "all well" : "\(count(problems, "problem"))")
    }
}
