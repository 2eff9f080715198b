internal import Diagnostics
internal import YAMLTree

/// `env` and `env_from`.
extension LayerReader {
    mutating func variables(_ node: YAMLNode) -> [Manifest.Variable] {
        var result: [Manifest.Variable] = []
        for entry in reader.entries(of: node, what: "'env'") {
            guard checkVariableName(entry) else {
                // What is under a bad name is still checked, so that all problems show in one go.
                _ = variable(named: "NAME", entry)
                continue
            }
            if let variable = variable(named: entry.key, entry) { result.append(variable) }
        }
        return result
    }

    private mutating func checkVariableName(_ entry: YAMLNode.Entry) -> Bool {
        guard isVariableName(entry.key) else {
            reader.report(.badVariableName, at: entry.keyLocation)
            return false
        }
        guard !entry.key.hasPrefix("WITHSECRETS_") else {
            reader.report(.reservedVariableName, at: entry.keyLocation)
            return false
        }
        return true
    }

    private mutating func variable(named name: String, _ entry: YAMLNode.Entry) -> Manifest.Variable? {
        let node = entry.value
        if node.entries != nil, commandKey(in: node) == nil {
            return longForm(named: name, entry)
        }
        guard let chain = chain(node, for: name, what: "a variable") else { return nil }
        return Manifest.Variable(name: name, location: entry.keyLocation, source: .chain(chain))
    }

    private mutating func longForm(named name: String, _ entry: YAMLNode.Entry) -> Manifest.Variable? {
        let entries = reader.entries(of: entry.value, what: "a variable", known: ManifestKeys.variable.names)
        let problemsBefore = reader.problems.count
        let sources = entries.filter { ["from", "template", "value"].contains($0.key) }
        if sources.count > 1 {
            reader.report(.exclusiveKeys(sources.map(\.key)), at: sources[1].keyLocation)
        }
        guard let first = sources.first else {
            // An unknown key was most likely meant to be the source, and was reported.
            if entries.count == entry.value.entries?.count { reader.report(.missingSource, at: entry.value.location) }
            return nil
        }
        var source: Manifest.Variable.Source?
        for candidate in sources {
            let read = self.source(candidate, for: name)
            if candidate.keyLocation == first.keyLocation { source = read }
        }
        var variable = Manifest.Variable(name: name, location: entry.keyLocation, source: source ?? .literal(""))
        for option in entries {
            readOption(option, into: &variable)
        }
        return source == nil || reader.problems.count > problemsBefore ? nil : variable
    }

    private mutating func source(_ entry: YAMLNode.Entry, for name: String) -> Manifest.Variable.Source? {
        switch entry.key {
        case "from":
            return chain(entry.value, for: name, what: "'from'").map { .chain($0) }
        case "template":
            guard let text = reader.text(entry.value, what: "'template'") else { return nil }
            do throws(Template.Malformed) {
                return .template(try Template(parsing: text))
            } catch {
                reader.report(.malformedTemplate(error.reason), at: place(in: entry.value, offset: error.offset))
                return nil
            }
        default:
            return reader.text(entry.value, what: "'value'").map { .literal($0) }
        }
    }

    private mutating func readOption(_ entry: YAMLNode.Entry, into variable: inout Manifest.Variable) {
        let node = entry.value
        switch entry.key {
        case "default": variable.fallback = reader.text(node, what: "'default'")
        case "required": variable.isRequired = reader.flag(node, what: "required") ?? true
        case "as": variable.delivery = delivery(node) ?? .environment
        case "decode":
            variable.decoding = reader.choice(node, what: "decode", of: EncodedAs.self)?.decoding ?? .none
        case "mask": variable.masking = reader.flag(node, what: "mask").map { $0 ? .always : .never } ?? .automatic
        case "pattern": variable.pattern = pattern(node)
        case "allow_empty": variable.allowsEmpty = reader.flag(node, what: "allow_empty") ?? false
        case "on_error": variable.onError = reader.choice(node, what: "on_error", of: Manifest.FailurePolicy.self)
        case "description": variable.description = reader.text(node, what: "'description'")
        default: break
        }
    }

    private enum EncodedAs: String, CaseIterable {
        case base64, hex

        var decoding: Manifest.Variable.Decoding {
            switch self {
            case .base64: .base64
            case .hex: .hex
            }
        }
    }

    private mutating func pattern(_ node: YAMLNode) -> Pattern? {
        guard let text = reader.text(node, what: "'pattern'") else { return nil }
        do throws(Pattern.Malformed) {
            return try Pattern(parsing: text)
        } catch {
            reader.report(.malformedPattern(error.message), at: node.location)
            return nil
        }
    }

    private enum DeliveryName: String, CaseIterable {
        case env, file
    }

    /// `env`, `file`, or `{ file: { mode: "0440", owner: UID } }`.
    private mutating func delivery(_ node: YAMLNode) -> Manifest.Variable.Delivery? {
        let usualMode: UInt32 = 0o400
        guard node.entries != nil else {
            switch reader.choice(node, what: "as", of: DeliveryName.self) {
            case .file: return .file(mode: usualMode, owner: nil)
            case .env: return .environment
            case nil: return nil
            }
        }
        var mode = usualMode
        var owner: UInt32?
        for entry in reader.entries(of: node, what: "'as'", known: ["file"]) {
            for option in reader.entries(of: entry.value, what: "'file'", known: ManifestKeys.file.names) {
                guard let text = reader.text(option.value, what: "'\(option.key)'") else { continue }
                if option.key == "owner" {
                    owner = UInt32(text)
                    if owner == nil { reader.report(.notAWholeNumber(what: "owner"), at: option.value.location) }
                } else if let bits = UInt32(text, radix: 8), bits <= 0o777, bits & 0o400 != 0 {
                    mode = bits
                } else {
                    reader.report(.notAMode, at: option.value.location)
                }
            }
        }
        return .file(mode: mode, owner: owner)
    }

    /// Where in a scalar's source text a scalar of its value stands: exact for plain text, its start otherwise, since
    /// quotes and folding move things.
    private func place(in node: YAMLNode, offset: Int) -> Diagnostic.Location {
        var location = node.location
        switch node.content {
        case .scalar(_, .plain): location.column += offset
        case .scalar(let text, .singleQuoted), .scalar(let text, .doubleQuoted):
            // Exact as long as nothing before it was escaped; a line break ends the certainty.
            let before = text.unicodeScalars.prefix(offset)
            if !before.contains(where: { $0 == "\n" || $0 == "\\" || $0 == "'" || $0 == "\"" }) {
                location.column += offset + 1
            }
        default: break
        }
        return location
    }

    mutating func groups(_ node: YAMLNode) -> [Manifest.VariableGroup] {
        guard let elements = node.elements ?? (node.entries == nil ? nil : [node]) else {
            reader.reportKind(of: node, what: "'env_from'", expected: "a list")
            return []
        }
        return elements.compactMap { group($0) }
    }

    private mutating func group(_ node: YAMLNode) -> Manifest.VariableGroup? {
        let entries = reader.entries(of: node, what: "an element of 'env_from'", known: ManifestKeys.group.names)
        guard let from = entries.first(where: { $0.key == "from" }) else {
            if entries.count == node.entries?.count { reader.report(.missingSource, at: node.location) }
            return nil
        }
        let chain = chain(from.value, for: nil, what: "'from'")
        var group = Manifest.VariableGroup(chain: chain ?? [], location: node.location)
        for entry in entries {
            let what = "'\(entry.key)'"
            switch entry.key {
            case "prefix":
                guard let prefix = reader.text(entry.value, what: what) else { break }
                group.prefix = prefix
                if !prefix.isEmpty, !isVariableName(prefix) {
                    reader.report(.badVariableName, at: entry.value.location)
                } else if prefix.hasPrefix("WITHSECRETS_") {
                    reader.report(.reservedVariableName, at: entry.value.location)
                }
            case "names":
                group.names =
                    reader.choice(entry.value, what: "names", of: Manifest.VariableGroup.Naming.self) ?? .keep
            case "include": group.include = reader.globs(entry.value, what: what) ?? []
            case "exclude": group.exclude = reader.globs(entry.value, what: what) ?? []
            case "mask": group.mask = reader.globs(entry.value, what: what) ?? []
            case "no_mask": group.noMask = reader.globs(entry.value, what: what) ?? []
            case "required": group.isRequired = reader.flag(entry.value, what: "required") ?? true
            case "on_error":
                group.onError = reader.choice(entry.value, what: "on_error", of: Manifest.FailurePolicy.self)
            default: break
            }
        }
        return chain == nil ? nil : group
    }
}
