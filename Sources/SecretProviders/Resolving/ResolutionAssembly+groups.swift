internal import Diagnostics
internal import ManifestFormat

extension ResolutionAssembly {
    /// Far more than fits into an environment, and little enough to take no time.
    private static let mostFields = 10_000

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
            guard fields.count <= Self.mostFields else {
                report(.tooManyFields(fields.count), "\(subject) \(reference)", at: group.location)
                break
            }
            warnOfMissing(fields, of: group, "\(subject) \(reference)")
            for field in fields where plan.needs(field.variable) && variable(named: field.variable) == nil {
                if add(field, of: group, reference, result.steps) {
                    resolved.names.append(field.variable)
                }
            }
        }
        resolution.groups.append(resolved)
    }

    /// A name under `include` that no field has is misspelt more often than not.
    private mutating func warnOfMissing(_ fields: [GroupField], of group: Manifest.VariableGroup, _ subject: String) {
        for glob in group.include where glob.isLiteral {
            guard !fields.contains(where: { glob.matches($0.field) || glob.matches($0.variable) }) else { continue }
            report(.includesNothing(glob.text), subject, at: group.location)
        }
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
        if steersPrograms(variable: name), !isLiteral {
            return .dangerousName(name, field: field.field)
        }
        return nil
    }
}
