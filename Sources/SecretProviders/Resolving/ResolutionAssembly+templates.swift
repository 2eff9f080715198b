internal import Diagnostics
internal import ManifestFormat
internal import SecretMemory

extension ResolutionAssembly {
    /// Templates inside of templates, so many of them.
    private static let deepestTemplate = 64
    /// In bytes; ten of ten of ten `${…}` are soon all memory.
    private static let longestTemplate = 1 << 20

    /// Makes the value of the template at `index`, and of those that it needs first.
    ///
    /// A template that inserts an absent variable is absent itself, or takes its default. That is no error, since the
    /// variable that it lacks was allowed to be; it is warned of where the template was not.
    mutating func resolveTemplate(at index: Int, inside outer: [String]) {
        let resolved = resolution.variables[index]
        guard case .nothing = resolved.origin, !failed.contains(resolved.name),
            let variable = variable(named: resolved.name), case .template(let template) = variable.source
        else { return }
        guard outer.count < Self.deepestTemplate else {
            failed.formUnion(outer)
            return report(.templatesTooDeep, outer[0], at: resolution.variables[places[outer[0]] ?? index].location)
        }
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

    var hasFailedGroup: Bool {
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
                    } else if variable.isRequired {
                        report(.templateAbsent(missing: name), variable.name, at: variable.location)
                    }
                    return
                }
                guard value.count + secret.count <= Self.longestTemplate else {
                    failed.insert(variable.name)
                    return report(.templateTooLong, variable.name, at: variable.location)
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
