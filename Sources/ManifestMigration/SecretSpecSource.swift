internal import Diagnostics

/// `secretspec.toml`: `[providers]` of `ALIAS = "URI"`, `[profiles.NAME]` of `NAME = { providers, required, … }`; other
/// profiles inherit from `default` (secretspec.dev/reference/configuration). Providers that we have no kind for, and
/// secrets without any, are asked through `secretspec get`.
extension Migration {
    func readSecretSpec(_ bytes: Span<UInt8>, into draft: inout ManifestDraft) throws(Diagnostics) {
        let root = try tomlTree(bytes)
        for entry in root.entries ?? [] where !["project", "providers", "profiles"].contains(entry.key) {
            draft.note(.setting(entry.key), at: entry.value.location)
        }
        if let node = root["project"]?["extends"] { draft.note(.setting("extends"), at: node.location) }
        var spec = SecretSpec(project: root["project"]?["name"]?.text ?? "")
        for entry in root["providers"]?.entries ?? [] {
            guard let uri = entry.value.text ?? entry.value["uri"]?.text else { continue }
            spec.stores[entry.key] = secretSpecStore(uri, named: entry.key, of: &draft)
        }
        let base = root["profiles"]?["default"]
        if let base { addProfile(base, named: nil, under: nil, spec, to: &draft) }
        for profile in root["profiles"]?.entries ?? [] where profile.key != "default" {
            let inherits = profile.value["defaults"]?["inherit"]?.flag != false
            if !inherits { draft.note(.setting("inherit"), profile.key, at: profile.value.location) }
            addProfile(profile.value, named: profile.key, under: inherits ? base : nil, spec, to: &draft)
        }
    }

    private struct SecretSpec {
        var project: String
        var stores: [String: Store] = [:]

        enum Store {
            case env
            case dotenv(path: String)
            case file(root: String)
            case aws(provider: String), ssm(provider: String)
            case gcp(project: String)
            case vault(provider: String, mount: String)
            case other
        }
    }

    /// A provider's URI; what it says about credentials is left out.
    private func secretSpecStore(_ uri: String, named name: String, of draft: inout ManifestDraft) -> SecretSpec.Store {
        let scheme = String(uri.prefix { $0 != ":" && $0 != "?" })
        var rest = uri.dropFirst(scheme.count).drop { $0 == ":" }
        if rest.hasPrefix("//") { rest = rest.dropFirst(2) }
        let hasOptions = rest.contains("?")
        let body = String(rest.prefix { $0 != "?" })
        switch scheme {
        case "env": return .env
        case "dotenv": return .dotenv(path: body.isEmpty ? ".env" : body)
        case "file" where !body.isEmpty: return .file(root: body)
        case "awssm" where !hasOptions, "awsps" where !hasOptions:
            var provider = ManifestDraft.Provider(name: name, kind: scheme == "awssm" ? "aws" : "ssm")
            let parts = body.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
            if let region = parts.last, !region.isEmpty { provider.settings.append(("region", region)) }
            if parts.count == 2 { provider.settings.append(("profile", parts[0])) }
            let ours = draft.add(provider)
            return scheme == "awssm" ? .aws(provider: ours) : .ssm(provider: ours)
        case "gcsm" where !body.isEmpty: return .gcp(project: body)
        case "vault" where !hasOptions && !body.isEmpty:
            let parts = body.split(separator: "/", maxSplits: 1).map(String.init)
            let host = parts[0].split(separator: "@").map(String.init)
            var provider = ManifestDraft.Provider(name: name, kind: "vault")
            provider.settings.append(("address", "https://\(host[host.count - 1])"))
            if host.count == 2 { provider.settings.append(("namespace", host[0])) }
            return .vault(provider: draft.add(provider), mount: parts.count == 2 ? parts[1] : "secret")
        default: return .other
        }
    }

    // MARK: - Secrets

    /// One profile; in others than `default` a secret's keys lie over those that it has there.
    ///
    /// Stores keep a secret by profile, so that what a profile inherits may live elsewhere for it.
    private func addProfile(
        _ node: TOMLNode,
        named profile: String?,
        under base: TOMLNode?,
        _ spec: SecretSpec,
        to draft: inout ManifestDraft
    ) {
        let usual = node["defaults"]
        for entry in node.entries ?? [] where entry.key != "defaults" {
            let chosen = SecretSpecEntry(own: entry.value, base: base?[entry.key], usual: usual)
            let variable = variable(entry.key, chosen, profile, spec, to: &draft)
            draft.add(variable, to: profile, at: entry.value.location)
        }
        for entry in base?.entries ?? [] where entry.key != "defaults" && node[entry.key] == nil {
            // What is to be said of it was said where it stands.
            var silent = draft
            let chosen = SecretSpecEntry(own: entry.value, usual: base?["defaults"])
            let inherited = variable(entry.key, chosen, profile, spec, to: &silent)
            guard inherited != variable(entry.key, chosen, nil, spec, to: &silent) else { continue }
            silent.notes = draft.notes
            draft = silent
            if isVariableName(entry.key) { draft.add(inherited, to: profile, at: entry.value.location) }
        }
    }

    private func variable(
        _ name: String,
        _ chosen: SecretSpecEntry,
        _ profile: String?,
        _ spec: SecretSpec,
        to draft: inout ManifestDraft
    ) -> ManifestDraft.Variable {
        var variable = ManifestDraft.Variable(name: name, source: .chain([.text("env:\(name)")]))
        variable.description = chosen["description"]?.text
        variable.isFile = chosen["as_path"]?.flag == true
        // A presence group and a default make a secret optional.
        variable.isRequired = chosen["required"].map { $0.flag == true } ?? (chosen["default"] == nil)
        for key in ["default", "generate", "prompt"] {
            guard let value = chosen[key], value.flag != false else { continue }
            draft.note(key == "default" ? .plainDefault : .setting(key), name, at: value.location)
        }
        guard let composed = chosen["composed"] else {
            variable.source = .chain(chain(name, chosen, profile, spec, &variable, to: &draft))
            return variable
        }
        if let template = composed.text, holdsNoPassword(template) {
            variable.source = .template(template)
        } else {
            draft.note(.plainValue, name, at: composed.location)
        }
        return variable
    }

    private struct SecretSpecEntry {
        var own: TOMLNode
        var base: TOMLNode?
        var usual: TOMLNode?

        subscript(key: String) -> TOMLNode? { own[key] ?? usual?[key] ?? base?[key] }
    }

    private func chain(
        _ name: String,
        _ entry: SecretSpecEntry,
        _ profile: String?,
        _ spec: SecretSpec,
        _ variable: inout ManifestDraft.Variable,
        to draft: inout ManifestDraft
    ) -> [ManifestDraft.Reference] {
        let command = ["secretspec", "get", name] + (profile.map { ["--profile", $0] } ?? [])
        let aliases = entry["providers"]?.elements?.compactMap(\.text) ?? []
        let encoding = entry["encoding"]?.text
        var needsOldTool = entry["extract"] != nil || entry["refs"] != nil || encoding == "base64url" || aliases.isEmpty
        var references: [ManifestDraft.Reference] = []
        for alias in aliases where !needsOldTool {
            let store = spec.stores[alias] ?? secretSpecStore(alias, named: alias, of: &draft)
            guard let text = secretSpecReference(name, entry["ref"], profile ?? "default", spec.project, store) else {
                needsOldTool = true
                break
            }
            references.append(.text(text))
        }
        guard needsOldTool else {
            variable.decoding = encoding
            return references
        }
        // The old command asks the whole chain itself, and decodes.
        draft.note(.throughOldTool(command: "secretspec get"), name, at: entry.own.location)
        return [.command(command)]
    }

    /// Where a secret lives: what its `ref` says, else the place that secretspec makes of project, profile and name.
    private func secretSpecReference(
        _ name: String,
        _ ref: TOMLNode?,
        _ profile: String,
        _ project: String,
        _ store: SecretSpec.Store
    ) -> String? {
        let item = ref?["item"]?.text
        let field = ref?["field"]?.text
        if ref != nil, item == nil || ref?.entries?.contains(where: { !["item", "field"].contains($0.key) }) == true {
            return nil
        }
        let usual = "secretspec/\(project)/\(profile)/\(name)"
        switch store {
        case .env: return "env:\(item ?? name)"
        case .dotenv(let path): return reference("dotenv", path, field: item)
        case .file(let root) where ref == nil: return reference("file", "\(root)/\(project)/\(profile)/\(name)")
        case .aws(let provider): return reference(provider, item ?? usual, field: field)
        case .ssm(let provider) where field == nil: return reference(provider, item ?? "/\(usual)")
        // Its naming scheme changed between versions.
        case .gcp(let project) where item != nil && field == nil: return reference("gcp", "\(project)/\(item ?? "")")
        case .vault(let provider, let mount):
            return reference(provider, "\(mount)/\(item ?? usual)", field: field ?? "value")
        case .file, .ssm, .gcp, .other: return nil
        }
    }

    /// Whether no password stands in a template's own text: `://USER:PASSWORD@`, unless `${NAME}` gives it.
    private func holdsNoPassword(_ template: String) -> Bool {
        for part in template.components(separatedBy: "://").dropFirst() {
            guard let at = part.firstIndex(of: "@"), let colon = part[..<at].firstIndex(of: ":") else { continue }
            let password = part[part.index(after: colon)..<at]
            guard password.hasPrefix("${"), password.hasSuffix("}"), password.count(where: { $0 == "}" }) == 1 else {
                return false
            }
        }
        return true
    }
}

extension String {
    fileprivate func components(separatedBy separator: String) -> [Substring] {
        var parts: [Substring] = []
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            parts.append(rest[..<range.lowerBound])
            rest = rest[range.upperBound...]
        }
        return parts + [rest]
    }
}
