internal import ArgumentParser
internal import Auditing
internal import Diagnostics
internal import ManifestFormat
internal import ProcessLaunch
internal import SecretProviders

/// `withsecrets explain NAME`: each step of one variable's chain, what came of it, and how long it took.
struct ExplainCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "One variable: each step of its chain and what came of it.",
        discussion: """
            Ends with 0 when the variable has a value, 1 when it is absent or unknown, 125 when a step failed.

            EXAMPLES:
              withsecrets explain DB_PASSWORD
              withsecrets explain DB_PASSWORD --json
            """
    )

    @Argument(help: ArgumentHelp("A variable of the manifest.", valueName: "variable"))
    var name: String

    @Flag(help: "Print JSON; docs/json.md has the shape.")
    var json = false

    @OptionGroup var manifest: ManifestOptions

    func perform() -> Int32 {
        performing(manifest) { options, terminal throws(Failure) in
            _ = ProcessHardening.apply()
            let session = Session(options: options, terminal: terminal)
            let loaded = try session.loadManifest()
            let names = loaded.manifest.variables.map(\.name)
            // Names of `env_from` are known only when its secrets were read.
            if loaded.manifest.groups.isEmpty, !names.contains(name) { throw unknown(among: names) }
            let resolution = try session.resolve(loaded, for: .explain, only: [name])
            guard let variable = resolution.variable(named: name) else {
                throw unknown(among: names + resolution.groups.flatMap(\.names))
            }
            let explanation = Explanation(variable, in: resolution)
            if json {
                terminal.print(JSONText.document(of: explanation))
            } else {
                explanation.print(to: terminal)
            }
            terminal.show(resolution.warnings + resolution.errors)
            if variable.value != nil, resolution.errors.isEmpty { return ExitCode.success }
            return explanation.status == .failed ? ExitCode.ownFailure : ExitCode.finding
        }
    }

    private func unknown(among names: [String]) -> Failure {
        let suggestion = nearestName(to: name, among: names)
        let shown = isVariableName(name) ? " '\(name)'" : ""
        return Failure(
            Diagnostic(
                "the manifest has no variable\(shown)",
                hints: [suggestion.map(didYouMean) ?? "'withsecrets check' lists them"]
            ),
            status: ExitCode.finding
        )
    }
}

/// What `explain` tells, version 1; docs/json.md has the shape.
struct Explanation: Encodable {
    var version = 1
    var name: String
    var location: LogRecord.Place?
    /// As in `check`.
    var status: VariableStatus
    var secret: Bool
    var delivery: String
    var steps: [ExplainedStep]
    /// Of a template: the variables that it inserts.
    var inserts: [Insert]?

    struct Insert: Encodable {
        var name: String
        var status: VariableStatus
        var steps: [ExplainedStep]
    }

    init(_ variable: ResolvedVariable, in resolution: Resolution) {
        name = variable.name
        location = variable.location.map { LogRecord.Place(file: $0.file, line: $0.line, column: $0.column) }
        status = resolution.status(of: variable)
        secret = variable.isSecret
        delivery = if case .file = variable.delivery { "file" } else { "env" }
        steps = variable.steps.map { ExplainedStep($0) }
        guard !variable.inserts.isEmpty else { return }
        inserts = variable.inserts.compactMap { name in
            resolution.variable(named: name).map { part in
                Insert(name: name, status: resolution.status(of: part), steps: part.steps.map { ExplainedStep($0) })
            }
        }
    }

    func print(to terminal: Terminal) {
        let place = location.map { " (\(printable($0.file)):\($0.line):\($0.column))" } ?? ""
        terminal.print(
            "\(name): \(status.rawValue)\(place)\(secret ? "" : ", not secret")\(delivery == "file" ? ", as a file" : "")"
        )
        for line in steps.lines { terminal.print(line) }
        for insert in inserts ?? [] {
            terminal.print("  inserts \(insert.name): \(insert.status.rawValue)")
            for line in insert.steps.lines { terminal.print("  \(line)") }
        }
    }
}
