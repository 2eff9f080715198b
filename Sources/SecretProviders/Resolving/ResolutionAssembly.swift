internal import Diagnostics
internal import ManifestFormat
internal import SecretMemory

/// Puts the outcomes of all chains together: defaults, templates, groups, and what is wrong with them. It does no I/O.
struct ResolutionAssembly {
    let manifest: Manifest
    let plan: ResolutionPlan
    private var resolution = Resolution()
    /// Where each variable stands in the resolution.
    private var places: [String: Int] = [:]
    /// Names whose own error is told already, so that templates which need them stay silent.
    private var failed: Set<String> = []
    /// Which group gave a variable first.
    private var givers: [String: String] = [:]

    init(manifest: Manifest, plan: ResolutionPlan) {
        self.manifest = manifest
        self.plan = plan
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

    private mutating func report(
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
    private mutating func warn(
        of steps: some Sequence<StepReport>,
        _ subject: String,
        at location: Diagnostic.Location?
    ) {
        for step in steps {
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
    private mutating func checkPattern(_ resolved: inout ResolvedVariable, _ variable: Manifest.Variable) {
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
        if byteCount > ResolutionProblem.stringLimit {
            report(.tooLong(byteCount: byteCount), variable.name, at: variable.location)
        }
    }
}

// MARK: - Templates

extension ResolutionAssembly {
    /// Makes the value of the template at `index`, and of those that it needs first.
    ///
    /// A template that inserts an absent variable is absent itself, or takes its default; that is no error, since the
    /// variable that it lacks was allowed to be.
    private mutating func resolveTemplate(at index: Int, inside outer: [String]) {
        let resolved = resolution.variables[index]
        guard case .nothing = resolved.origin, !failed.contains(resolved.name),
            let variable = manifest.variable(named: resolved.name), case .template(let template) = variable.source
        else { return }
        if let start = outer.firstIndex(of: resolved.name) {
            failed.formUnion(outer[start...])
            return report(.cycle(Array(outer[start...]) + [resolved.name]), resolved.name, at: resolved.location)
        }
        for name in template.names {
            guard let place = places[name] else {
                reportUnknown(name, in: resolved)
                continue
            }
            resolveTemplate(at: place, inside: outer + [resolved.name])
            if case .file = resolution.variables[place].delivery {
                failed.insert(resolved.name)
                report(.fileInTemplate(name), resolved.name, at: resolved.location)
            }
        }
        guard !failed.contains(resolved.name) else { return }
        guard failed.isDisjoint(with: template.names) else {
            failed.insert(resolved.name)
            return
        }
        fill(template, variable, at: index)
    }

    private mutating func reportUnknown(_ name: String, in resolved: ResolvedVariable) {
        failed.insert(resolved.name)
        // A group that failed has its own error, and may well be where the name comes from.
        guard !failed.contains(name), !hasFailedGroup else { return }
        let suggestion = nearestName(to: name, among: manifest.variables.map(\.name))
        report(.unknownInTemplate(name, suggestion: suggestion), resolved.name, at: resolved.location)
    }

    private var hasFailedGroup: Bool {
        resolution.groups.contains { group in
            group.names.isEmpty && group.steps.contains { if case .found = $0.outcome { false } else { true } }
        }
    }

    private mutating func fill(_ template: Template, _ variable: Manifest.Variable, at index: Int) {
        var value = SecretBytes()
        var holdsSecret = false
        for part in template.parts {
            switch part {
            case .text(let text):
                value.append(text)
            case .variable(let name):
                let inserted = places[name].map { resolution.variables[$0] }
                guard let inserted, let secret = inserted.value else {
                    if let fallback = variable.fallback {
                        resolution.variables[index].value = Secret(copying: fallback)
                        resolution.variables[index].origin = .fallback
                    }
                    return
                }
                secret.withBytes { value.append($0) }
                holdsSecret = holdsSecret || inserted.isSecret
            }
        }
        var resolved = resolution.variables[index]
        resolved.value = Secret(value)
        resolved.origin = .template
        resolved.isSecret = variable.masking == .always || variable.masking == .automatic && holdsSecret
        checkPattern(&resolved, variable)
        resolution.variables[index] = resolved
    }
}

// MARK: - Groups

extension ResolutionAssembly {
    mutating func add(_ group: Manifest.VariableGroup, _ result: ChainWalk.Result<[GroupField]>) {
        let subject = "env_from"
        var resolved = ResolvedGroup(location: group.location, steps: result.steps, names: [])
        switch result.end {
        case .stopped(let reference, let error):
            warn(of: result.steps.dropLast(), subject, at: group.location)
            report(.stepFailed(error, reference), subject, at: group.location)
        case .absent:
            warn(of: result.steps, subject, at: group.location)
            if result.passedOverFailure {
                report(.nothingFoundAfterFailure(result.steps), subject, at: group.location)
            } else if group.isRequired {
                report(.nothingFound(result.steps), subject, at: group.location)
            }
        case .found(let fields, let reference):
            warn(of: result.steps, subject, at: group.location)
            for field in fields where plan.needs(field.variable) && manifest.variable(named: field.variable) == nil {
                if add(field, of: group, reference, result.steps) {
                    resolved.names.append(field.variable)
                }
            }
        }
        resolution.groups.append(resolved)
    }

    /// - Returns: whether the field became a variable.
    private mutating func add(
        _ field: GroupField,
        of group: Manifest.VariableGroup,
        _ reference: SecretReference,
        _ steps: [StepReport]
    ) -> Bool {
        let name = field.variable
        if let problem = problem(with: field, of: group) {
            failed.insert(name)
            report(problem, "env_from \(reference)", at: group.location)
            return false
        }
        givers[name] = group.location.map { "env_from \(reference) (\($0.text))" } ?? "env_from \(reference)"
        places[name] = resolution.variables.count
        let masking = group.masking(field.field, as: name)
        resolution.variables.append(
            ResolvedVariable(
                name: name,
                value: field.value,
                origin: .group(reference),
                isSecret: masking != .never,
                masking: masking,
                delivery: .environment,
                isExported: plan.exports(name),
                location: group.location,
                steps: steps
            )
        )
        return true
    }

    private func problem(with field: GroupField, of group: Manifest.VariableGroup) -> ResolutionProblem? {
        let name = field.variable
        if name.hasPrefix("WITHSECRETS_") {
            return .ownName(name)
        }
        if let first = givers[name] {
            return .givenTwice(name, first: first)
        }
        let isLiteral = group.includesLiterally(field.field, as: name)
        // Not even `include` makes a name of what the environment cannot hold.
        let isImpossible = name.isEmpty || name.utf8.contains { $0 == 0 || $0 == UInt8(ascii: "=") }
        if isImpossible || !isVariableName(name) && !isLiteral {
            return .badFieldName(field.field, variable: name)
        }
        if canRunCode(variable: name), !isLiteral {
            return .dangerousName(name, field: field.field)
        }
        return nil
    }
}
