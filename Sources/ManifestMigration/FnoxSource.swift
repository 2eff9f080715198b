internal import Diagnostics

/// `fnox.toml`: `[providers.NAME]` with a `type`, `[secrets]` of `NAME = { provider, value, … }`, and the same under
/// `[profiles.NAME]` (fnox.jdx.dev/reference/configuration). Providers that we have no kind for are asked through
/// `fnox get`.
extension Migration {
    func readFnox(_ bytes: Span<UInt8>, into draft: inout ManifestDraft) throws(Diagnostics) {
        let root = try tomlTree(bytes)
        let known = ["providers", "secrets", "profiles", "default_provider", "if_missing", "root"]
        for entry in root.entries ?? [] where !known.contains(entry.key) {
            draft.note(.setting(entry.key), at: entry.value.location)
        }
        var base = FnoxSection(root: root)
        base.providers = fnoxProviders(root["providers"], of: &draft)
        addFnox(root["secrets"], base, to: nil, of: &draft)
        for profile in root["profiles"]?.entries ?? [] {
            var section = FnoxSection(root: profile.value, under: base)
            let own = fnoxProviders(profile.value["providers"], of: &draft)
            section.providers.merge(own) { _, own in own }
            addFnox(profile.value["secrets"], section, to: profile.key, of: &draft)
            // A secret of all profiles is asked of this one's provider where it has one of that name.
            let inherited = root["secrets"]?.entries?.filter { entry in
                let provider = entry.value["provider"]?.text ?? section.usualProvider
                return profile.value["secrets"]?[entry.key] == nil && provider.map { own[$0] != nil } == true
            }
            let node = TOMLNode(content: .table(inherited ?? []), location: profile.value.location)
            var silent = draft
            addFnox(node, section, to: profile.key, of: &silent)
            silent.notes = draft.notes
            draft = silent
        }
    }

    /// What holds for the secrets of the file, or of one profile.
    private struct FnoxSection {
        var providers: [String: FnoxProvider] = [:]
        var usualProvider: String?
        var ifMissing: String?

        init(root: TOMLNode, under base: FnoxSection? = nil) {
            providers = base?.providers ?? [:]
            usualProvider = root["default_provider"]?.text ?? base?.usualProvider
            ifMissing = root["if_missing"]?.text ?? base?.ifMissing
        }
    }

    private struct FnoxProvider {
        enum Kind {
            case aws, ssm, azure(vault: String), gcp(project: String), vault(path: String)
            /// The value stands in the file.
            case plain, encrypted
            case other
        }

        var kind: Kind
        var name: String
        var prefix: String
    }

    private func fnoxProviders(_ node: TOMLNode?, of draft: inout ManifestDraft) -> [String: FnoxProvider] {
        var providers: [String: FnoxProvider] = [:]
        for entry in node?.entries ?? [] {
            providers[entry.key] = fnoxProvider(entry, of: &draft)
        }
        return providers
    }

    private func fnoxProvider(_ entry: TOMLNode.Entry, of draft: inout ManifestDraft) -> FnoxProvider {
        let node = entry.value
        let kind: FnoxProvider.Kind
        let ours: String?
        switch node["type"]?.text {
        case "aws-sm": (kind, ours) = (.aws, "aws")
        case "aws-ps": (kind, ours) = (.ssm, "ssm")
        case "azure-sm":
            let host = node["vault_url"]?.text.map {
                $0.replacing("https://", with: "").prefix { $0 != "." && $0 != "/" }
            }
            (kind, ours) = host.map { (.azure(vault: String($0)), "azure") } ?? (.other, nil)
        case "gcp-sm": (kind, ours) = node["project"]?.text.map { (.gcp(project: $0), "gcp") } ?? (.other, nil)
        case "vault": (kind, ours) = (.vault(path: node["path"]?.text ?? "secret"), "vault")
        case "plain": (kind, ours) = (.plain, nil)
        case "age", "aws-kms", "azure-kms", "gcp-kms", "fido2", "yubikey": (kind, ours) = (.encrypted, nil)
        default: (kind, ours) = (.other, nil)
        }
        var provider = ManifestDraft.Provider(name: entry.key, kind: ours ?? "")
        for option in node.entries ?? [] where ours != nil {
            switch (option.key, option.value.text) {
            case ("type", _), ("prefix", _), ("path", _), ("vault_url", _), ("project", _): break
            case ("region", let text?), ("profile", let text?), ("namespace", let text?),
                ("role_arn", let text?):
                provider.settings.append((option.key, text))
            case ("address", let text?), ("endpoint", let text?):
                draft.addAddress(text, to: &provider, key: option.key, at: option.value.location)
            case ("token", _), ("credential_command", _):
                draft.note(.credential(key: option.key), entry.key, at: option.value.location)
            default: draft.note(.setting(option.key), entry.key, at: option.value.location)
            }
        }
        let name = ours == nil ? entry.key : draft.add(provider)
        return FnoxProvider(kind: kind, name: name, prefix: node["prefix"]?.text ?? "")
    }

    private func addFnox(_ node: TOMLNode?, _ section: FnoxSection, to profile: String?, of draft: inout ManifestDraft)
    {
        for entry in node?.entries ?? [] {
            let secret = entry.value
            if secret["env"]?.flag == false {
                draft.note(.notInjected, entry.key, at: secret.location)
                continue
            }
            var variable = ManifestDraft.Variable(name: entry.key, source: .chain([]))
            variable.isRequired = (secret["if_missing"]?.text ?? section.ifMissing) == "error"
            variable.isFile = secret["as_file"]?.flag == true
            variable.description = secret["description"]?.text
            if secret["default"] != nil { draft.note(.plainDefault, entry.key, at: secret.location) }
            variable.source = .chain([fnoxReference(entry, section, profile: profile, of: &draft)])
            draft.add(variable, to: profile, at: secret.location)
        }
    }

    private func fnoxReference(
        _ entry: TOMLNode.Entry,
        _ section: FnoxSection,
        profile: String?,
        of draft: inout ManifestDraft
    ) -> ManifestDraft.Reference {
        let secret = entry.value
        let inEnvironment = ManifestDraft.Reference.text("env:\(entry.key)")
        let onlyName = section.providers.count == 1 ? section.providers.keys.first : nil
        guard secret.text == nil, let value = secret["value"]?.text else {
            if secret.text != nil { draft.note(.plainValue, entry.key, at: secret.location) }
            return inEnvironment
        }
        let name = secret["provider"]?.text ?? section.usualProvider ?? onlyName
        guard let provider = name.flatMap({ section.providers[$0] }) else {
            draft.note(.unknownProvider, entry.key, at: secret.location)
            return inEnvironment
        }
        let pointer = secret["json_path"]?.text?.split(separator: ".").map(String.init)
        var needsOldTool = secret["line"] != nil
        let path = provider.prefix + value
        switch provider.kind {
        case .aws where !needsOldTool, .ssm where !needsOldTool:
            return .text(reference(provider.name, path, pointer: pointer))
        case .azure(let vault) where !needsOldTool:
            return .text(reference(provider.name, "\(vault)/\(path)", pointer: pointer))
        case .gcp(let project) where !needsOldTool:
            return .text(reference(provider.name, "\(project)/\(path)", pointer: pointer))
        case .vault(let base) where !needsOldTool && pointer == nil:
            // `SECRET/FIELD`, or `SECRET` and its field `value`.
            let parts = value.split(separator: "/", maxSplits: 1).map(String.init)
            guard let secret = parts.first else { return inEnvironment }
            return .text(reference(provider.name, "\(base)/\(secret)", field: parts.count == 2 ? parts[1] : "value"))
        case .plain:
            draft.note(.plainValue, entry.key, at: secret.location)
            return inEnvironment
        case .encrypted:
            draft.note(.encryptedValue, entry.key, at: secret.location)
            needsOldTool = true
        case .aws, .ssm, .azure, .gcp, .vault, .other:
            draft.note(.throughOldTool(command: "fnox get"), entry.key, at: secret.location)
        }
        let profileWords = profile.map { ["--profile", $0] } ?? []
        return .command(["fnox", "get", entry.key] + profileWords)
    }

    func tomlTree(_ bytes: Span<UInt8>) throws(Diagnostics) -> TOMLNode {
        do throws(TOMLError) {
            return try TOMLDocument.parse(bytes, named: file)
        } catch {
            throw Diagnostics([error.diagnostic])
        }
    }
}
