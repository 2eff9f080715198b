internal import Diagnostics
internal import YAMLTree

/// `providers`.
extension LayerReader {
    mutating func providers(_ node: YAMLNode) -> [ProviderConfiguration] {
        reader.entries(of: node, what: "'providers'").compactMap { provider($0) }
    }

    private mutating func provider(_ entry: YAMLNode.Entry) -> ProviderConfiguration? {
        guard isProviderName(entry.key) else {
            reader.report(.badProviderName, at: entry.keyLocation)
            return nil
        }
        guard let kind = kind(of: entry) else { return nil }
        var configuration = ProviderConfiguration(name: entry.key, kind: kind, location: entry.keyLocation)
        let keys = ProviderKey.keys(for: kind)
        for setting in reader.entries(of: entry.value, what: "a provider", known: keys.names.sorted()) {
            switch setting.key {
            case "kind": break
            case "timeout": configuration.timeout = reader.duration(setting.value, what: "'timeout'")
            case "on_error":
                configuration.onError =
                    reader.choice(setting.value, what: "on_error", of: Manifest.FailurePolicy.self)
            case "auth":
                let keys = ProviderKey.authenticationKeys(for: kind)
                for option in reader.entries(of: setting.value, what: "'auth'", known: keys.names.sorted()) {
                    configuration.settings["auth.\(option.key)"] = value(option, among: keys)
                }
            default: configuration.settings[setting.key] = value(setting, among: keys)
            }
        }
        return configuration
    }

    /// `kind`, which a provider with a kind's own name need not repeat.
    private mutating func kind(of entry: YAMLNode.Entry) -> ProviderKind? {
        let own = ProviderKind(rawValue: entry.key)
        guard let node = entry.value["kind"] else {
            // What is no mapping is reported where its settings are read.
            if own == nil, entry.value.entries != nil { reader.report(.missingKind, at: entry.keyLocation) }
            if own == nil, entry.value.entries == nil { _ = reader.entries(of: entry.value, what: "a provider") }
            return own
        }
        guard let kind = reader.choice(node, what: "kind", of: ProviderKind.self) else { return nil }
        if let own, own != kind {
            reader.report(.providerNameIsAnotherKind(entry.key), at: entry.keyLocation)
        }
        return kind
    }

    private mutating func value(
        _ entry: YAMLNode.Entry,
        among keys: [ManifestKey]
    ) -> ProviderConfiguration.Setting? {
        let what = "'\(entry.key)'"
        switch keys.first(where: { $0.name == entry.key })?.shape {
        case .text:
            return reader.text(entry.value, what: what).map { .text($0) }
        case .path:
            return reader.text(entry.value, what: what).map { .text(absolutePath($0, in: references.folder)) }
        case .form(let form):
            guard let text = reader.text(entry.value, what: what) else { return nil }
            guard form.fits(text) else {
                reader.report(.badForm(key: entry.key, form), at: entry.value.location)
                return nil
            }
            return .text(text)
        case .flag:
            return reader.flag(entry.value, what: entry.key).map { .flag($0) }
        case .choice(let choices):
            guard let text = reader.text(entry.value, what: what) else { return nil }
            guard choices.contains(text) else {
                reader.report(.notOneOf(text, what: entry.key, values: choices), at: entry.value.location)
                return nil
            }
            return .text(text)
        case .secret:
            if let text = entry.value.text, (try? references.parse(text, for: nil)) == nil {
                reader.report(.literalSecret(key: entry.key), at: entry.value.location)
                return nil
            }
            return chain(entry.value, for: nil, what: what).map { .secret($0) }
        case .textOrSecret:
            if let text = entry.value.text, (try? references.parse(text, for: nil)) == nil {
                return reader.text(entry.value, what: what).map { .text($0) }
            }
            return chain(entry.value, for: nil, what: what).map { .secret($0) }
        case .version, .maskText, .duration, .count, .userID, .mode, .globs, .namePrefix, .chain, .command, .delivery,
            .variables, .groups, .providers, .authentication, .profiles, .mapping, nil:
            return nil  // no setting of a provider, or read where the provider is
        }
    }
}
