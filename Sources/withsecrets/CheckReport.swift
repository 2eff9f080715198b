internal import Diagnostics
internal import ManifestFormat
internal import SecretProviders

/// What `check` found, version 1; docs/json.md has the shape.
struct CheckReport: Encodable {
    struct Variable: Encodable {
        var name: String
        var status: VariableStatus
        /// The reference that answered.
        var source: String?
        /// Which of several places answered: a file, a host.
        var origin: String?
        /// Of a vault entry that has such a time.
        var expires: String?
        var required: Bool
        var secret: Bool
        var milliseconds: Double?
        /// What was tried, in order.
        var steps: [ExplainedStep]?
    }

    var version = 1
    var manifest: String?
    var isValid = true
    var variables: [Variable] = []
    var problems: [LogRecord] = []

    private enum CodingKeys: String, CodingKey {
        case version, manifest, variables, problems
        case isValid = "valid"
    }

    private var diagnostics: [Diagnostic] = []
    private var hasFailedSteps = false

    init() {}

    init(_ loaded: LoadedManifest) {
        manifest = loaded.name
        variables = loaded.manifest.variables.map { variable in
            Variable(
                name: variable.name,
                status: .unchecked,
                required: variable.isRequired,
                secret: !variable.isPlainLiteral
            )
        }
    }

    var hasWarnings: Bool { diagnostics.contains { $0.severity == .warning } }

    var exitStatus: Int32 {
        if hasFailedSteps { return ExitCode.ownFailure }
        return diagnostics.contains { $0.severity == .error } ? ExitCode.finding : ExitCode.success
    }

    mutating func add(_ resolution: Resolution) {
        let required = Dictionary(variables.map { ($0.name, $0.required) }) { first, _ in first }
        variables = resolution.variables.map { variable in
            let found = variable.steps.last(where: \.wasFound)
            return Variable(
                name: variable.name,
                status: resolution.status(of: variable),
                source: variable.source?.description,
                origin: found?.origin,
                expires: found?.expires,
                required: required[variable.name] ?? true,
                secret: variable.isSecret,
                milliseconds: variable.steps.isEmpty ? nil : variable.milliseconds,
                steps: variable.steps.isEmpty ? nil : variable.steps.map { ExplainedStep($0) }
            )
        }
        let steps =
            resolution.variables.filter { $0.value == nil }.flatMap(\.steps)
            + resolution.groups.filter { $0.names.isEmpty }.flatMap(\.steps)
        hasFailedSteps = steps.contains(where: \.hasFailed)
    }

    mutating func add(_ found: [Diagnostic]) {
        diagnostics += found
        problems += found.map(LogRecord.init)
    }

    /// A table on stdout, the problems on stderr.
    ///
    /// - Parameter isDetailed: shows the steps of every variable, not only where there was more than a first one that has it.
    func print(to terminal: Terminal, isDetailed: Bool = false) {
        let nameWidth = variables.map(\.name.count).max() ?? 0
        let statusWidth = variables.map(\.status.rawValue.count).max() ?? 0
        for variable in variables {
            var line = padded(variable.name, to: nameWidth) + "  " + padded(variable.status.rawValue, to: statusWidth)
            if let source = variable.source { line += "  \(printable(source))" }
            if let origin = variable.origin { line += " (\(printable(origin)))" }
            if let expires = variable.expires { line += "  expires \(expires)" }
            if variable.status == .absent, !variable.required { line += "  optional" }
            terminal.print(trimmed(line))
            if let steps = variable.steps,
                isDetailed || steps.count > 1 || steps.contains(where: { $0.outcome != .found })
            {
                for line in steps.lines { terminal.print("  \(line)") }
            }
        }
        printRoutes(to: terminal)
        terminal.show(diagnostics)
        let errors = diagnostics.count { $0.severity == .error }
        let warnings = diagnostics.count { $0.severity == .warning }
        let name = manifest.map { printable($0) } ?? "the command line"
        if errors + warnings == 0 {
            terminal.note("\(name): \(count(variables.count, "variable")), all well")
        } else {
            terminal.note("\(name): \(count(errors, "error")), \(count(warnings, "warning"))")
        }
    }
}

extension CheckReport {
    /// How each provider asked its service, once however many variables it has.
    private func printRoutes(to terminal: Terminal) {
        var shown: Set<String> = []
        for step in variables.flatMap({ $0.steps ?? [] }) {
            guard let connection = step.connection else { continue }
            let line = "\(printable(step.provider)): \(connection.line)"
            if shown.insert(line).inserted { terminal.print(line) }
        }
    }
}

extension Manifest.Variable {
    /// A literal that is not masked.
    fileprivate var isPlainLiteral: Bool {
        if case .literal = source { masking != .always } else { false }
    }
}

/// Filled with blanks on the right.
func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
}

private func trimmed(_ line: String) -> String {
    var line = line
    while line.last == " " { line.removeLast() }
    return line
}

/// `1 record`, `2 records`.
func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
