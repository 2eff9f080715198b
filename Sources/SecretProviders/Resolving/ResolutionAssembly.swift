internal import Diagnostics
internal import ManifestFormat
internal import ProcessLaunch
internal import SecretMemory

/// Puts the outcomes of all chains together: defaults, templates, groups, and what is wrong with them. It does no I/O.
struct ResolutionAssembly {
    let manifest: Manifest
    let plan: ResolutionPlan
    /// Where each variable stands in the manifest.
    private let indices: [String: Int]
    var resolution = Resolution()
    /// Where each variable stands in the resolution.
    var places: [String: Int] = [:]
    /// Names whose own error is told already, so that templates which need them stay silent.
    var failed: Set<String> = []
    /// Which group gave a variable first.
    var givers: [String: String] = [:]

    init(manifest: Manifest, plan: ResolutionPlan) {
        self.manifest = manifest
        self.plan = plan
        indices = Dictionary(manifest.variables.enumerated().map { ($1.name, $0) }) { first, _ in first }
    }

    /// As the manifest's own, without a search: there may be thousands.
    func variable(named name: String) -> Manifest.Variable? {
        indices[name].map { manifest.variables[$0] }
    }

    /// Templates come last: they may insert whatever stands above or below them, and fields of groups.
    consuming func finish() -> Resolution {
        for name in plan.named where places[name] == nil && !failed.contains(name) && !hasFailedGroup {
            let known = manifest.variables.map(\.name) + places.keys.sorted()
            report(.unknownOnly(suggestion: nearestName(to: name, among: known)), "--only", at: nil)
        }
        for index in resolution.variables.indices {
            resolveTemplate(at: index, inside: [])
        }
        for variable in resolution.variables where variable.isExported {
            checkForEnvironment(variable)
        }
        return resolution
    }

    mutating func report(
        _ problem: ResolutionProblem,
        _ subject: String,
        at location: Diagnostic.Location?
    ) {
        let diagnostic = problem.diagnostic(subject, at: location)
        if diagnostic.severity == .warning {
            resolution.warnings.append(diagnostic)
        } else {
            resolution.errors.append(diagnostic)
        }
    }

    /// What is said of steps that the chain went on from.
    mutating func warn(
        of steps: some Sequence<StepReport>,
        _ subject: String,
        at location: Diagnostic.Location?
    ) {
        for step in steps {
            resolution.warnings += step.warnings.map { warning in
                var warning = warning
                warning.subject = subject
                warning.location = warning.location ?? step.reference.location ?? location
                return warning
            }
            switch step.outcome {
            case .found:
                break
            case .absent(let absence):
                let isConfigured = manifest.provider(named: step.reference.address.provider) != nil
                if absence.isWorthAWarning || absence.reason == .notConfigured && isConfigured {
                    report(.passedOver(absence, step.reference), subject, at: location)
                }
            case .failed(let error):
                report(.wentOn(error, step.reference), subject, at: location)
            }
        }
    }
}

// MARK: - Variables

extension ResolutionAssembly {
    /// - Parameter result: of the variable's chain; `nil` for a literal or a template.
    mutating func add(_ variable: Manifest.Variable, _ result: ChainWalk.Result<Secret>?) {
        var resolved = ResolvedVariable(
            name: variable.name,
            value: nil,
            origin: .nothing,
            isSecret: variable.masking != .never,
            masking: variable.masking,
            delivery: variable.delivery,
            isExported: plan.exports(variable.name),
            location: variable.location,
            steps: result?.steps ?? []
        )
        if let result {
            settle(&resolved, variable, result)
        } else if case .literal(let text) = variable.source {
            resolved.value = Secret(copying: text)
            resolved.origin = .literal
            resolved.isSecret = variable.masking == .always
            checkPattern(&resolved, variable)
        }
        if case .template(let template) = variable.source { resolved.inserts = template.names }
        places[variable.name] = resolution.variables.count
        resolution.variables.append(resolved)
    }

    private mutating func settle(
        _ resolved: inout ResolvedVariable,
        _ variable: Manifest.Variable,
        _ result: ChainWalk.Result<Secret>
    ) {
        let (name, location) = (variable.name, variable.location)
        if case .stopped(let reference, let error) = result.end {
            warn(of: result.steps.dropLast(), name, at: location)
            failed.insert(name)
            return report(.stepFailed(error, reference), name, at: location)
        }
        warn(of: result.steps, name, at: location)
        if case .found(let value, let reference) = result.end {
            resolved.value = value
            resolved.origin = .step(reference)
        } else if let fallback = variable.fallback {
            if result.passedOverFailure {
                report(.usedDefault, name, at: location)
            }
            resolved.value = Secret(copying: fallback)
            resolved.origin = .fallback
            checkPattern(&resolved, variable)
        } else if result.passedOverFailure {
            failed.insert(name)
            report(.nothingFoundAfterFailure(result.steps), name, at: location)
        } else if variable.isRequired {
            failed.insert(name)
            report(.nothingFound(result.steps), name, at: location)
        }
    }

    /// For values that no step gave; those of steps are checked there.
    mutating func checkPattern(_ resolved: inout ResolvedVariable, _ variable: Manifest.Variable) {
        guard let value = resolved.value, let pattern = variable.pattern, !pattern.matches(value) else { return }
        resolved.value = nil
        resolved.origin = .nothing
        failed.insert(variable.name)
        report(.noMatch, variable.name, at: variable.location)
    }

    /// What the kernel and C strings ask of a value that goes into the environment.
    private mutating func checkForEnvironment(_ variable: ResolvedVariable) {
        guard variable.delivery == .environment, let value = variable.value else { return }
        let byteCount = variable.name.utf8.count + 1 + value.count + 1
        let holdsNUL = value.withBytes { bytes in bytes.indices.contains { bytes[$0] == 0 } }
        if holdsNUL {
            report(.holdsNUL, variable.name, at: variable.location)
        }
        if byteCount > EnvironmentBlock.largestString {
            report(.tooLong(byteCount: byteCount), variable.name, at: variable.location)
        }
    }
}
