internal import Diagnostics
internal import YAMLTree

/// `.teller.yml`: version 2 has `providers: { NAME: { kind, options, maps: [{ path, keys }] } }`, version 1
/// `providers: { KIND: { env_sync: { path }, env: { NAME: { path, field } } } }` (tellerops/teller, README of each).
extension Migration {
    func readTeller(_ bytes: Span<UInt8>, into draft: inout ManifestDraft) throws(Diagnostics) {
        let root = try yamlTree(bytes)
        for entry in root.entries ?? [] where !["providers", "project", "opts", "confirm"].contains(entry.key) {
            draft.note(.setting(entry.key), at: entry.keyLocation)
        }
        var options: [String: String] = [:]
        for option in root["opts"]?.entries ?? [] {
            // `env:NAME` is known at run time alone.
            if let text = option.value.text, !text.hasPrefix("env:") { options[option.key] = text }
        }
        for entry in root["providers"]?.entries ?? [] {
            let isSecond = entry.value["maps"] != nil || entry.value["kind"] != nil
            let kindName = (isSecond ? entry.value["kind"]?.text : nil) ?? entry.key
            guard let kind = TellerKind(kindName) else {
                draft.note(.unknownProvider, entry.key, at: entry.keyLocation)
                continue
            }
            let provider = tellerProvider(entry, kind: kind, of: &draft)
            if isSecond {
                for map in entry.value["maps"]?.elements ?? [] {
                    addTeller(map, of: TellerSource(provider: provider, kind: kind, options: options), to: &draft)
                }
            } else {
                addFirst(entry.value, of: TellerSource(provider: provider, kind: kind, options: options), to: &draft)
            }
        }
    }

    private enum TellerKind: String {
        case vault, aws, ssm, gcp, dotenv

        init?(_ name: String) {
            switch name {
            case "hashicorp", "hashicorp_vault": self = .vault
            case "aws_secretsmanager": self = .aws
            case "ssm", "aws_ssm": self = .ssm
            case "google_secretmanager": self = .gcp
            case "dotenv": self = .dotenv
            default: return nil
            }
        }
    }

    private struct TellerSource {
        var provider: String
        var kind: TellerKind
        var options: [String: String]
    }

    private func tellerProvider(
        _ entry: YAMLNode.Entry,
        kind: TellerKind,
        of draft: inout ManifestDraft
    ) -> String {
        var provider = ManifestDraft.Provider(name: entry.key, kind: kind.rawValue)
        for option in entry.value["options"]?.entries ?? [] {
            guard let text = option.value.text, !text.contains("{{") else {
                draft.note(.substitution, entry.key, at: option.value.location)
                continue
            }
            switch (option.key, kind) {
            case ("address", .vault), ("endpoint_url", .aws), ("endpoint_url", .ssm):
                draft.addAddress(text, to: &provider, key: option.key, at: option.keyLocation)
            case ("region", .aws), ("region", .ssm), ("profile", .aws), ("profile", .ssm):
                provider.settings.append((option.key, text))
            case ("token", _), ("access_key_id", _), ("secret_access_key", _), ("session_token", _):
                draft.note(.credential(key: option.key), entry.key, at: option.keyLocation)
            default:
                draft.note(.setting(option.key), entry.key, at: option.keyLocation)
            }
        }
        return draft.add(provider)
    }

    // MARK: - Version 2

    private func addTeller(_ map: YAMLNode, of source: TellerSource, to draft: inout ManifestDraft) {
        guard let path = tellerPath(map["path"], of: source, draft: &draft) else { return }
        guard let keys = map["keys"]?.entries, !keys.isEmpty else {
            switch source.kind {
            case .vault, .aws, .dotenv: draft.addGroup(reference(source.provider, path))
            case .ssm, .gcp: draft.note(.listing, at: map.location)
            }
            return
        }
        for key in keys {
            let to = key.value.text ?? "=="
            let text =
                switch source.kind {
                case .vault, .aws, .dotenv: reference(source.provider, path, field: key.key)
                case .ssm: reference(source.provider, (path.hasSuffix("/") ? path : path + "/") + key.key)
                case .gcp: reference(source.provider, "\(googleProject(path) ?? path)/\(key.key)")
                }
            let variable = ManifestDraft.Variable(name: to == "==" ? key.key : to, source: .chain([.text(text)]))
            draft.add(variable, at: key.keyLocation)
        }
    }

    // MARK: - Version 1

    private func addFirst(_ node: YAMLNode, of source: TellerSource, to draft: inout ManifestDraft) {
        if let all = node["env_sync"], let path = tellerPath(all["path"], of: source, draft: &draft) {
            switch source.kind {
            case .vault, .aws, .dotenv: draft.addGroup(reference(source.provider, path))
            case .ssm, .gcp: draft.note(.listing, at: all.location)
            }
        }
        for entry in node["env"]?.entries ?? [] {
            guard let path = tellerPath(entry.value["path"], of: source, draft: &draft) else { continue }
            let field = entry.value["field"]?.text
            let text: String
            switch source.kind {
            case .vault, .dotenv: text = reference(source.provider, path, field: field ?? entry.key)
            case .aws: text = reference(source.provider, path, field: field)
            case .ssm: text = reference(source.provider, path)
            case .gcp:
                guard let secret = googleSecret(path) else {
                    draft.note(.unresolvable, entry.key, at: entry.value.location)
                    continue
                }
                let option = secret.version.map { (name: "version", value: $0) }
                text = reference(source.provider, "\(secret.project)/\(secret.name)", option: option)
            }
            draft.add(ManifestDraft.Variable(name: entry.key, source: .chain([.text(text)])), at: entry.keyLocation)
        }
    }

    // MARK: - Paths

    /// A path as ours is written: without the leading `/`, and for Vault without the `data/` of the KV API.
    private func tellerPath(_ node: YAMLNode?, of source: TellerSource, draft: inout ManifestDraft) -> String? {
        guard let node, var path = node.text else { return nil }
        for (name, value) in source.options {
            path = path.replacing("{{\(name)}}", with: value).replacing("{{ \(name) }}", with: value)
        }
        guard !path.contains("{{") else {
            draft.note(.substitution, at: node.location)
            return nil
        }
        guard source.kind == .vault else { return path }
        var parts = path.split(separator: "/").map(String.init)
        if parts.count > 2, parts[1] == "data" { parts.remove(at: 1) }
        return parts.joined(separator: "/")
    }

    private func googleProject(_ path: String) -> String? {
        let parts = path.split(separator: "/")
        return parts.count >= 2 && parts[0] == "projects" ? String(parts[1]) : nil
    }

    /// `projects/P/secrets/N[/versions/V]`
    private func googleSecret(_ path: String) -> (project: String, name: String, version: String?)? {
        let parts = path.split(separator: "/").map(String.init)
        guard parts.count >= 4, parts[0] == "projects", parts[2] == "secrets" else { return nil }
        let version = parts.count == 6 && parts[4] == "versions" && parts[5] != "latest" ? parts[5] : nil
        return (parts[1], parts[3], version)
    }
}
