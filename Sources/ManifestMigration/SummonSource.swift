internal import Diagnostics
internal import YAMLTree

/// summon's `secrets.yml`: `NAME: !var PATH`, tags `var`, `file`, `str` and `default='…'` in any order with `:` between, and
/// sections that `-e` picks, of which `common` or `default` holds for all (cyberark/summon, README).
extension Migration {
    func readSummon(_ bytes: Span<UInt8>, into draft: inout ManifestDraft) throws(Diagnostics) {
        let root = try yamlTree(bytes)
        for entry in root.entries ?? [] {
            if entry.key == "summon.files" {
                draft.note(.fileOutput, at: entry.keyLocation)
            } else if let variables = entry.value.entries {
                let isCommon = entry.key == "common" || entry.key == "default"
                for variable in variables { addSummon(variable, to: isCommon ? nil : entry.key, of: &draft) }
            } else {
                addSummon(entry, to: nil, of: &draft)
            }
        }
    }

    private func addSummon(_ entry: YAMLNode.Entry, to profile: String?, of draft: inout ManifestDraft) {
        let tags = entry.value.tag.map(summonTags) ?? []
        var variable = ManifestDraft.Variable(name: entry.key, source: .chain([.text("env:\(entry.key)")]))
        variable.isFile = tags.contains("file")
        if tags.contains(where: { $0.hasPrefix("default=") }) {
            draft.note(.plainDefault, entry.key, at: entry.value.location)
        }
        let path = entry.value.text ?? ""
        if !tags.contains("var") {
            draft.note(.plainValue, entry.key, at: entry.value.location)
        } else if path.contains("$") {
            draft.note(.substitution, entry.key, at: entry.value.location)
        } else {
            let command = summonCommand(path)
            variable.source = .chain([.command(command)])
            draft.note(.throughOldTool(command: command[0]), entry.key, at: entry.value.location)
        }
        draft.add(variable, to: profile, at: entry.keyLocation)
    }

    /// A provider of summon's is a program that takes the path and prints the value.
    private func summonCommand(_ path: String) -> [String] {
        if let summonProvider { return [summonProvider, path] }
        let single = path.replacing("'", with: "''")
        return ["summon", "--yaml", "VALUE: !var '\(single)'", "printenv", "VALUE"]
    }

    /// The words of a tag. A default's text may hold `:` itself.
    private func summonTags(_ tag: String) -> [String] {
        var words: [String] = []
        var rest = tag.drop { $0 == "!" }
        while !rest.isEmpty {
            let isDefault = rest.hasPrefix("default='")
            let end =
                isDefault
                ? rest.dropFirst(9).firstIndex(of: "'").map { rest.index(after: $0) } ?? rest.endIndex
                : rest.firstIndex(of: ":") ?? rest.endIndex
            words.append(String(rest[..<end]))
            rest = rest[end...].drop { $0 == ":" }
        }
        return words
    }
}

extension Migration {
    /// The source as YAML, tags kept.
    func yamlTree(_ bytes: Span<UInt8>) throws(Diagnostics) -> YAMLNode {
        var rules = YAMLRules.manifest
        rules.keepsTags = true
        do throws(YAMLErrors) {
            return try YAMLDocument.parse(bytes, named: file, rules: rules)
        } catch {
            throw error.diagnostics
        }
    }
}
