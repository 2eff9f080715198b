internal import ManifestFormat
internal import SecretMemory

/// One field of an `env_from` secret on its way to a variable.
struct GroupField: Sendable {
    var field: String
    var variable: String
    var value: Secret
}

extension Manifest.VariableGroup {
    /// Whether `include` and `exclude` let a field pass. Globs are held against the variable's name, and against the
    /// field's, which a prefix hides.
    func takes(_ field: String, as variable: String) -> Bool {
        (include.isEmpty || include.match(field, variable)) && !exclude.match(field, variable)
    }

    /// Whether `include` names it without a wildcard: then it may be any name.
    func includesLiterally(_ field: String, as variable: String) -> Bool {
        include.contains { $0.isLiteral && ($0.matches(field) || $0.matches(variable)) }
    }

    /// `mask` wins over `no_mask`.
    func masking(_ field: String, as variable: String) -> Manifest.Variable.Masking {
        if mask.match(field, variable) { return .always }
        return noMask.match(field, variable) ? .never : .automatic
    }
}

extension [Glob] {
    fileprivate func match(_ field: String, _ variable: String) -> Bool {
        contains { $0.matches(field) || $0.matches(variable) }
    }
}

extension ChainWalk {
    /// The fields of a group's secret that its `include` and `exclude` let pass.
    func fields(of group: Manifest.VariableGroup) async -> Result<[GroupField]> {
        await run(group.chain) { payload, reference, _ throws(ProviderError) in
            switch try payload.fields(reference.field, of: reference.address) {
            case .absent(let absence):
                return .absent(absence)
            case .found(let fields):
                return .found(
                    fields.compactMap { name, value in
                        let variable = group.variable(of: name)
                        guard group.takes(name, as: variable) else { return nil }
                        return GroupField(field: name, variable: variable, value: value)
                    }
                )
            }
        }
    }
}
