internal import ManifestFormat

/// Which variables a run resolves and which it exports.
struct ResolutionPlan {
    /// `nil` for all.
    private let exported: Set<String>?
    private let needed: Set<String>?
    /// Names of `only` and of templates that stand under `env` nowhere, so that `env_from` may give them.
    private let elsewhere: Set<String>
    let hasGroups: Bool

    init(_ manifest: Manifest, only: [String]?) {
        hasGroups = !manifest.groups.isEmpty
        exported = only.map(Set.init)
        guard let only else {
            (needed, elsewhere) = (nil, [])
            return
        }
        let variables = Dictionary(manifest.variables.map { ($0.name, $0) }) { first, _ in first }
        var needed: Set<String> = []
        var next = only
        while let name = next.popLast() {
            guard needed.insert(name).inserted, let variable = variables[name] else { continue }
            if case .template(let template) = variable.source {
                next += template.names
            }
        }
        self.needed = needed
        elsewhere = needed.filter { variables[$0] == nil }
    }

    func needs(_ name: String) -> Bool {
        needed?.contains(name) ?? true
    }

    func exports(_ name: String) -> Bool {
        exported?.contains(name) ?? true
    }

    var needsGroups: Bool {
        hasGroups && (needed == nil || !elsewhere.isEmpty)
    }

    /// The names of `only`, sorted.
    var named: [String] {
        exported?.sorted() ?? []
    }
}
