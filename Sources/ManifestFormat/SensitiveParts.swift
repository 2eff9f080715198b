internal import Diagnostics
internal import YAMLTree

/// What a manifest from a clone of somebody's repository may not do unasked.
extension Reading {
    /// The parts of every file and of every profile, unmerged, and in the order of their places: agreement is kept for the
    /// files as a whole, so nothing in them may come to count later that was not shown. Equal ones are shown once.
    var sensitiveParts: [LoadedManifest.SensitivePart] {
        var parts = SensitiveParts(boundary: Boundary(folder: documents.last?.file.folder ?? workingDirectory))
        for document in documents {
            guard let (location, path) = document.outwardExtends else { continue }
            parts.add("extends \(path)", at: location)
        }
        let base = documents.reduce(into: ReferenceParser.builtInKinds) { kinds, document in
            kinds.merge(declaredKinds(in: document.root)) { $1 }
        }
        let tables = tablesOfKinds(over: base)
        if tables.count > Self.tableLimit, let location = documents.compactMap({ $0.root["profiles"]?.location }).last {
            parts.add("gives its providers other kinds in more than \(Self.tableLimit) ways", at: location)
        }
        for (own, profiles) in tables.prefix(Self.tableLimit) {
            parts.kinds = base.merging(own) { $1 }
            for document in documents {
                parts.add(layer(of: document.root, isProfile: false, in: document, kinds: parts.kinds))
            }
            for document in documents {
                for entry in document.root["profiles"]?.entries ?? [] where profiles.contains(entry.key) {
                    let layer = layer(of: entry.value, isProfile: true, in: document, kinds: parts.kinds)
                    parts.add(layer, ofProfile: entry.key)
                }
            }
        }
        return parts.all.sorted { ($0.location, $0.text) < ($1.location, $1.text) }
    }

    /// Each costs one more reading of what stands outside of profiles, which somebody may have made long.
    private static let tableLimit = 16

    /// What the names of providers mean decides what references to them do. The kinds that profiles add to those of
    /// `base`, or put in their place, each with the profiles that do; first the profiles that do neither.
    private func tablesOfKinds(
        over base: [String: ProviderKind]
    ) -> [(own: [String: ProviderKind], profiles: Set<String>)] {
        var kinds: [String: [String: ProviderKind]] = [:]
        var names: [String] = []
        for document in documents {
            for entry in document.root["profiles"]?.entries ?? [] {
                if kinds[entry.key] == nil { names.append(entry.key) }
                kinds[entry.key, default: [:]].merge(declaredKinds(in: entry.value)) { $1 }
            }
        }
        var tables: [(own: [String: ProviderKind], profiles: Set<String>)] = [([:], [])]
        for name in names {
            let own = (kinds[name] ?? [:]).filter { base[$0.key] != $0.value }
            if let index = tables.firstIndex(where: { $0.own == own }) {
                tables[index].profiles.insert(name)
            } else if tables.count <= Self.tableLimit {
                // One more than are looked at tells that there are too many.
                tables.append((own, [name]))
            }
        }
        return tables
    }

    private func layer(
        of node: YAMLNode,
        isProfile: Bool,
        in document: Document,
        kinds: [String: ProviderKind]
    ) -> ManifestLayer {
        // What cannot be read so is an error of every run that would read it so.
        var reader = LayerReader(references: ReferenceParser(kinds: kinds, folder: document.file.folder))
        return reader.layer(of: node, isProfile: isProfile)
    }
}

/// Collects what the user is to be asked about.
private struct SensitiveParts {
    /// The manifest's own folder.
    let boundary: Boundary
    /// What the names of providers mean in the layer that is added.
    var kinds: [String: ProviderKind] = [:]
    private(set) var all: [LoadedManifest.SensitivePart] = []
    private var seen: Set<String> = []
    private var profile: String?

    init(boundary: Boundary) {
        self.boundary = boundary
    }

    mutating func add(_ text: String, at location: Diagnostic.Location) {
        guard seen.insert(text).inserted else { return }
        let place = profile.map { " (profile \(printable($0)))" } ?? ""
        all.append(.init(location: location, text: text + place))
    }

    mutating func add(_ layer: ManifestLayer, ofProfile profile: String? = nil) {
        self.profile = profile
        for provider in layer.providers { add(provider) }
        for variable in layer.variables { add(variable) }
        for group in layer.groups ?? [] { add(group) }
        guard let location = layer.auditLocation else { return }
        switch (layer.auditSink, layer.auditPath) {
        case (.off, _): add("audit off", at: location)
        case (let sink?, nil): add("audit to \(sink.rawValue)", at: location)
        case (_, let path?): add("audit to \(printable(path))", at: location)
        case (nil, nil): break
        }
    }

    private mutating func add(_ provider: ProviderConfiguration) {
        guard let location = provider.location else { return }
        for (key, text) in provider.sensitiveSettings {
            add("\(key) of \(printable(provider.name)): \(withoutUser(text))", at: location)
        }
        for case .secret(let chain) in provider.settings.values { add(chain) }
    }

    private mutating func add(_ variable: Manifest.Variable) {
        guard let location = variable.location else { return }
        if case .chain(let chain) = variable.source {
            add(chain)
            if variable.masking == .never { add("does not mask \(variable.name)", at: location) }
        }
        guard !variable.isInherited, steersPrograms(variable: variable.name) else { return }
        let value =
            switch variable.source {
            case .literal(let text): " to \(printable(text))"
            case .template(let template): " to \(printable(template.text))"
            case .chain: variable.fallback.map { ", by default to \(printable($0))" } ?? ""
            }
        add("sets \(variable.name)\(value)", at: location)
    }

    private mutating func add(_ group: Manifest.VariableGroup) {
        add(group.chain)
        guard let location = group.location else { return }
        for glob in group.include where glob.isLiteral {
            // A name counts as the field has it and as the variable does.
            let names = [group.variable(of: glob.text), glob.text]
            if let name = names.first(where: steersPrograms) { add("sets \(printable(name))", at: location) }
        }
        for glob in group.noMask { add("does not mask \(printable(glob.text))", at: location) }
    }

    private mutating func add(_ chain: [SecretReference]) {
        for reference in chain {
            guard let location = reference.location else { continue }
            let address = reference.address
            switch kinds[address.provider] {
            case .exec:
                add("runs \(printable(address.arguments.map(quoted).joined(separator: " ")))", at: location)
            case .vault where address.options["method"] == "write":
                add("writes to \(printable(reference.description))", at: location)
            case .file, .dotenv:
                guard let outside = boundary.crossing(address.path ?? "", from: address.folder) else { break }
                add("reads \(outside)", at: location)
            default: break
            }
        }
    }

    /// A word in single quotes where it could be taken for several, or for none.
    private func quoted(_ word: String) -> String {
        let isPlain =
            !word.isEmpty && !word.unicodeScalars.contains { $0.properties.isWhitespace || $0 == "'" || $0 == "\"" }
        return isPlain
            ? word : "'\(word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''"))'"
    }

    /// Without the user-info of a URL, which may hold a password.
    private func withoutUser(_ text: String) -> String {
        guard let scheme = text.firstRange(of: "://"), let at = text[scheme.upperBound...].lastIndex(of: "@") else {
            return printable(text)
        }
        return printable(String(text[..<scheme.upperBound]) + String(text[text.index(after: at)...]))
    }
}

extension Manifest.Variable {
    /// Whether it hands on what we inherited under the same name, and so changes nothing.
    fileprivate var isInherited: Bool {
        guard case .chain(let chain) = source, fallback == nil, decoding == .none, delivery == .environment else {
            return false
        }
        return chain.allSatisfy { $0.address.provider == ProviderKind.env.rawValue && $0.address.path == name }
    }
}

extension Template {
    /// As it is written.
    fileprivate var text: String {
        parts.map { part in
            switch part {
            case .text(let text): text.split(separator: "$", omittingEmptySubsequences: false).joined(separator: "$$")
            case .variable(let name): "${\(name)}"
            }
        }
        .joined()
    }
}
