internal import Diagnostics
internal import YAMLTree

/// What a manifest from a clone of somebody's repository may not do unasked.
extension Reading {
    /// Programs, the addresses and files that say where credentials go or what vouches for a server, and files outside the
    /// manifest's folder. Taken from the merged layers: what was overridden does nothing.
    func sensitiveParts(of layer: ManifestLayer) -> [LoadedManifest.SensitivePart] {
        var parts: [LoadedManifest.SensitivePart] = []
        for document in documents {
            guard let location = document.outwardExtends, let path = document.root["extends"]?.text else { continue }
            parts.append(.init(location: location, text: "extends \(printable(path))"))
        }
        for provider in layer.providers {
            guard let location = provider.location else { continue }
            for (key, text) in provider.sensitiveSettings {
                parts.append(.init(location: location, text: "\(key) of \(provider.name): \(shown(text))"))
            }
            for case .secret(let chain) in provider.settings.values { parts += chain.compactMap(command) }
        }
        let chains =
            layer.variables.compactMap { variable -> [SecretReference]? in
                guard case .chain(let chain) = variable.source else { return nil }
                return chain
            } + (layer.groups ?? []).map(\.chain)
        for chain in chains { parts += chain.compactMap(command) }
        return parts.sorted { ($0.location, $0.text) < ($1.location, $1.text) }
    }

    /// A reference from the command line has no location: the user wrote it.
    private func command(_ reference: SecretReference) -> LoadedManifest.SensitivePart? {
        guard let location = reference.location, !reference.address.arguments.isEmpty else { return nil }
        let program = reference.address.arguments[0]
        return .init(location: location, text: "runs \(printable(program))")
    }

    /// Without the user-info of a URL, which may hold a password.
    private func shown(_ text: String) -> String {
        guard let scheme = text.firstRange(of: "://"), let at = text[scheme.upperBound...].lastIndex(of: "@") else {
            return printable(text)
        }
        return printable(String(text[..<scheme.upperBound]) + String(text[text.index(after: at)...]))
    }
}
