internal import Glibc

/// Runs a script against the built program, as a user at a shell would, and looks for leaks afterwards.
///
/// A script is a `TextArchive`: commands, then files. It gets a folder of its own with `HOME`, `XDG_*` and `TMPDIR`
/// inside and an environment of nothing else but `PATH`, `LANG` and what it sets. Tests/CommandTests/README.md lists the
/// commands. Every value that a script plants is looked for in all that its programs wrote, to the screen or to files,
/// so each script is a test for leaks as well.
package struct ScriptRunner {
    package struct Settings: Sendable {
        /// The program under test; scripts find it as `withsecrets` in their PATH.
        package var binary: String
        /// A folder of helper programs, in front of the system's in PATH.
        package var tools: String?
        /// `$REPO` in scripts.
        package var repository: String?
        /// For each step, and for each `expect`.
        package var limit: Duration

        package init(
            binary: String,
            tools: String? = nil,
            repository: String? = nil,
            limit: Duration = .seconds(120)
        ) {
            self.binary = binary
            self.tools = tools
            self.repository = repository
            self.limit = limit
        }
    }

    let settings: Settings
    /// Everything of this script stands below here.
    let root: String
    var folder: String
    var environment: [(name: String, value: String)]
    var secrets = PlantedSecrets()
    var input = "/dev/null"
    var last: StepProcess.Result?
    /// What the programs wrote: the line of the step, the stream, and the bytes.
    var captured: [(line: ScriptLine, stream: Stream, bytes: [UInt8])] = []
    var allowances: [Allowance] = []
    /// Allowances for the streams of the next program.
    var pendingAllowances: [Allowance] = []

    package enum Stream: String, Sendable { case stdout, stderr }

    /// Where a planted secret may stand.
    enum Allowance: Hashable {
        case stream(secret: String, Stream, line: Int)
        case file(secret: String, path: String)
    }

    private init(_ settings: Settings) throws {
        self.settings = settings
        let root = try ScriptFiles.makeTemporaryFolder(named: "withsecrets-script")
        self.root = root
        folder = "\(root)/work"
        let places = [
            ("HOME", "home"), ("TMPDIR", "tmp"), ("XDG_CONFIG_HOME", "home/.config"),
            ("XDG_STATE_HOME", "home/.local/state"), ("XDG_DATA_HOME", "home/.local/share"),
            ("XDG_CACHE_HOME", "home/.cache"), ("XDG_RUNTIME_DIR", "run"),
        ]
        environment = places.map { ($0.0, "\(root)/\($0.1)") }
        // What Tests/run installed, and where Swift usually is, come last.
        let path = [
            "\(root)/bin", settings.tools, "/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin",
            settings.repository.map { "\($0)/.venv/bin" }, "/opt/swift/usr/bin", "/usr/share/swift/usr/bin",
        ]
        environment += [
            ("PATH", path.compactMap(\.self).joined(separator: ":")), ("LANG", "C.UTF-8"),
            ("SWIFT_BACKTRACE", "enable=no"),
        ]
        // The search for a manifest ends at `.git`: nothing above the script's folder is looked at.
        for name in ["work", "bin", ".git", "home", "tmp"] { try ScriptFiles.makeFolder("\(root)/\(name)") }
        try ScriptFiles.makeFolder("\(root)/run", mode: 0o700)
        unsafe symlink(settings.binary, "\(root)/bin/withsecrets")
    }

    /// Runs one script.
    ///
    /// - Throws: `ScriptFailure` with the step that went wrong; values of planted secrets never stand in it.
    package static func run(_ archive: TextArchive, _ settings: Settings) throws -> ScriptOutcome {
        var runner = try ScriptRunner(settings)
        defer { ScriptFiles.remove(runner.root) }
        var lines: [ScriptLine] = []
        for (index, text) in archive.comment.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if let line = try ScriptLine(parsing: text, number: index + 1) { lines.append(line) }
        }
        for line in lines where line.words.first.map(runner.expand) == "plant" { try runner.plant(line) }
        do {
            try runner.unpack(archive.files)
            let outcome = try runner.perform(lines)
            try runner.searchForLeaks()
            return outcome
        } catch let failure as ScriptFailure {
            throw ScriptFailure(
                line: failure.line,
                text: failure.text,
                runner.secrets.hiding(failure.message).replacing(runner.root, with: "$ROOT")
            )
        }
    }

    private mutating func unpack(_ files: [TextArchive.File]) throws {
        for file in files {
            let path = path(file.path)
            let text = file.text.replacing("$WORK", with: "\(root)/work")
            let contents = Array(secrets.expanding(text).utf8)
            try ScriptFiles.write(contents, to: path)
            // The script itself wrote these values there.
            for secret in secrets.found(in: contents) { allowances.append(.file(secret: secret, path: path)) }
        }
    }

    private mutating func perform(_ lines: [ScriptLine]) throws -> ScriptOutcome {
        var rest = lines[...]
        while let line = rest.popFirst() {
            guard try isApplicable(line) else { continue }
            let words = line.words.map(expand)
            switch words[0] {
            case "skip": return .skipped(words.dropFirst().joined(separator: " "))
            case "stop": return .passed
            case "tty":
                guard let end = rest.firstIndex(where: { $0.words.first.map(expand) == "end" }) else {
                    throw failure(line, "no 'end' after this 'tty'")
                }
                try converse(line, words, turns: Array(rest[..<end]))
                rest = rest[(end + 1)...]
            default: try step(line, words)
            }
        }
        return .passed
    }

    /// All conditions in front of the line hold: `root`, or `exec:PROGRAM` for a program that PATH has.
    private func isApplicable(_ line: ScriptLine) throws -> Bool {
        for condition in line.conditions {
            let holds: Bool
            if condition.name == "root" {
                holds = geteuid() == 0
            } else if condition.name.hasPrefix("exec:") {
                holds = findProgram(String(condition.name.dropFirst(5))) != nil
            } else {
                throw failure(line, "unknown condition [\(condition.name)]")
            }
            if holds != condition.isWanted { return false }
        }
        return true
    }

    // MARK: - Leaks

    private func searchForLeaks() throws {
        for (line, stream, bytes) in captured {
            for secret in secrets.found(in: bytes)
            where !allowances.contains(.stream(secret: secret, stream, line: line.number)) {
                throw failure(
                    line,
                    "\(secret) leaked to \(stream.rawValue):\n\(String(decoding: bytes, as: UTF8.self))"
                )
            }
        }
        for path in ScriptFiles.regularFiles(below: root) {
            for secret in secrets.found(in: try ScriptFiles.read(path))
            where !allowances.contains(.file(secret: secret, path: path)) {
                throw ScriptFailure(line: 0, text: "", "\(secret) leaked to the file \(path)")
            }
        }
    }

    // MARK: - Words and paths

    func expand(_ word: ScriptLine.Word) -> String {
        word.map { piece in
            switch piece {
            case .literal(let text): text
            case .variable(let name): value(of: name)
            }
        }.joined()
    }

    private func value(of name: String) -> String {
        switch name {
        case "WORK": "\(root)/work"
        case "ROOT": root
        case "REPO": settings.repository ?? ""
        default: secrets.value(of: name) ?? environment.last { $0.name == name }?.value ?? ""
        }
    }

    func path(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(folder)/\(path)"
    }

    func findProgram(_ name: String) -> String? {
        if name.contains("/") { return path(name) }
        return value(of: "PATH").split(separator: ":").map { "\($0)/\(name)" }.first { unsafe access($0, X_OK) == 0 }
    }

    func failure(_ line: ScriptLine, _ message: String) -> ScriptFailure {
        ScriptFailure(line: line.number, text: line.text, message)
    }
}
