internal import Diagnostics
internal import YAMLTree

/// The layers of a manifest laid over one another: extended manifest, manifest, profile, options.
struct ManifestLayers {
    var merged = ManifestLayer()
    private(set) var kinds: [String: ProviderKind]
    private var problems: [ManifestProblem] = []

    init(kinds: [String: ProviderKind]) {
        self.kinds = kinds
    }

    var diagnostics: [Diagnostic] { problems.map(\.diagnostic) }

    mutating func add(_ layer: ManifestLayer) {
        merged.overlay(layer)
    }

    mutating func add(_ found: [ManifestProblem]) {
        problems += found
    }

    mutating func report(missing profile: String?, in reading: Reading) {
        guard let profile, !reading.profileNames.contains(profile) else { return }
        let reason = ManifestProblem.Reason.unknownProfile(profile, known: reading.profileNames)
        problems.append(ManifestProblem(reason, subject: "--profile"))
    }

    mutating func lay(_ overrides: [ManifestLoader.Override], workingDirectory: String) {
        let parser = ReferenceParser(kinds: kinds, folder: workingDirectory)
        var layer = ManifestLayer()
        for override in overrides {
            do throws(ManifestProblem) {
                guard isVariableName(override.name) else { throw ManifestProblem(.badVariableName) }
                guard !override.name.hasPrefix("WITHSECRETS_") else { throw ManifestProblem(.reservedVariableName) }
                let reference = try parser.parse(override.reference, for: override.name)
                layer.variables.removeAll { $0.name == override.name }
                layer.variables.append(Manifest.Variable(name: override.name, source: .chain([reference])))
            } catch {
                // The name is quoted only once it is known to be one.
                let name = isVariableName(override.name) ? "--env \(override.name)" : "--env"
                problems.append(ManifestProblem(error.reason, subject: name))
            }
        }
        merged.overlay(layer)
    }

    /// What can be told only when all layers are merged.
    mutating func validate(only: [String]) {
        let names = merged.variables.map(\.name)
        checkTemplates(names: names)
        // Names of `env_from` are known only when its secrets were read.
        guard (merged.groups ?? []).isEmpty else { return }
        for name in only where !names.contains(name) {
            problems.append(
                ManifestProblem(.unknownOnly(name, suggestion: nearestName(to: name, among: names)), subject: "--only")
            )
        }
    }

    private mutating func checkTemplates(names: [String]) {
        let known = Set(names)
        var uses: [String: [String]] = [:]
        for variable in merged.variables {
            guard case .template(let template) = variable.source else { continue }
            uses[variable.name] = template.names
            guard (merged.groups ?? []).isEmpty else { continue }
            for name in template.names where !known.contains(name) {
                let suggestion = nearestName(to: name, among: names)
                problems.append(
                    ManifestProblem(
                        .unknownTemplateName(name, suggestion: suggestion),
                        at: variable.location,
                        subject: variable.name
                    )
                )
            }
        }
        var search = TemplateCycles(uses: uses)
        for variable in merged.variables {
            for cycle in search.cycles(from: variable.name) {
                let first = merged.variables.first { $0.name == cycle[0] } ?? variable
                problems.append(ManifestProblem(.templateCycle(cycle), at: first.location, subject: first.name))
            }
        }
    }
}

extension Reading {
    /// Reads every layer of every file, so that all mistakes show, and merges those that count.
    func layers(selecting profile: String?) -> ManifestLayers {
        var base = ReferenceParser.builtInKinds
        for document in documents { base.merge(declaredKinds(in: document.root)) { $1 } }
        var selected = base
        if let profile {
            for document in documents {
                guard let overlay = document.root["profiles"]?[profile] else { continue }
                selected.merge(declaredKinds(in: overlay)) { $1 }
            }
        }
        var layers = ManifestLayers(kinds: selected)
        var profiles: [ManifestLayer] = []
        for document in documents {
            let references = ReferenceParser(kinds: selected, folder: document.file.folder)
            var reader = LayerReader(references: references)
            layers.add(reader.layer(of: document.root, isProfile: false))
            reader.checkVersion(of: document)
            layers.add(reader.reader.problems)
            guard let node = document.root["profiles"] else { continue }
            var names = NodeReader()
            for entry in names.entries(of: node, what: "'profiles'") {
                let own = entry.key == profile ? selected : base.merging(declaredKinds(in: entry.value)) { $1 }
                var reader = LayerReader(references: ReferenceParser(kinds: own, folder: document.file.folder))
                let layer = reader.layer(of: entry.value, isProfile: true)
                if entry.key == profile { profiles.append(layer) }
                layers.add(reader.reader.problems)
            }
            layers.add(names.problems)
        }
        for layer in profiles { layers.add(layer) }
        return layers
    }

    func declaredKinds(in node: YAMLNode) -> [String: ProviderKind] {
        var kinds: [String: ProviderKind] = [:]
        for entry in node["providers"]?.entries ?? [] {
            guard let kind = entry.value["kind"]?.text.flatMap(ProviderKind.init(rawValue:)) else { continue }
            kinds[entry.key] = kind
        }
        return kinds
    }
}

extension LayerReader {
    /// Every file says that it is version 1: one that is extended may be used alone.
    fileprivate mutating func checkVersion(of document: Reading.Document) {
        guard document.root.entries != nil else { return }
        guard let version = document.root["version"] else {
            reader.report(.missingVersion, at: document.root.location)
            return
        }
        if version.text != "1" { reader.report(.unsupportedVersion, at: version.location) }
    }
}
