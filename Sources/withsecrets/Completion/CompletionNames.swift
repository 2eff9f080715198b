internal import Diagnostics
internal import ManifestFormat
internal import VaultFormat

/// The names that completions offer: read from the manifest and the vault file without opening, running or asking anything.
///
/// What cannot be read offers nothing, in silence: nobody asked for a message.
struct CompletionNames {
    typealias Candidate = CompletionSearch.Candidate

    private let file: String?
    private let vault: String?
    private let manifest: LoadedManifest?

    init(file: String?, profile: String?, vault: String?) {
        self.file = (file ?? Surroundings.variable("WITHSECRETS_FILE")).map(Self.fromHome)
        self.vault = vault.map(Self.fromHome)
        manifest = try? Surroundings.manifestLoader(file: self.file, profile: profile).load()
    }

    var variables: [Candidate] {
        let variables = manifest?.manifest.variables ?? []
        return safe(
            variables.map { variable in
                Candidate(text: variable.name, summary: variable.description ?? Self.summary(of: variable.source))
            }
        )
    }

    /// Those of the manifest, whatever profile was named so far.
    var profiles: [Candidate] {
        let loader = ManifestLoader(file: file, workingDirectory: Surroundings.workingDirectory ?? "/")
        let names = manifest?.profiles ?? (try? loader.load())?.profiles ?? []
        return safe(names.map { Candidate(text: $0) })
    }

    /// Names of the vault's secrets, which its file holds readable.
    var secrets: [Candidate] {
        let folder = manifest?.folder
        let location = VaultLocation(
            path: vault ?? manifest?.manifest.provider(named: ProviderKind.vaultfile.rawValue)?.text("path"),
            manifestFolder: folder.map { $0 == Surroundings.workingDirectory ? "." : $0 },
            environment: .process
        )
        var candidates: [Candidate] = []
        for path in location.candidates {
            guard let file = try? VaultFile.read(path) else { continue }
            for entry in file.secrets where !candidates.contains(where: { $0.text == entry.name }) {
                candidates.append(Candidate(text: entry.name, summary: entry.description ?? ""))
            }
        }
        return safe(candidates)
    }

    /// Names of our own environment.
    var inherited: [Candidate] {
        safe(Surroundings.names.filter { !$0.hasPrefix("WITHSECRETS_") }.sorted().map { Candidate(text: $0) })
    }

    /// What a reference may begin with.
    var providers: [Candidate] {
        let own = (manifest?.manifest.providers ?? []).map { provider in
            let kind = provider.kind.rawValue
            return Candidate(text: "\(provider.name):", summary: provider.name == kind ? "" : kind)
        }
        let kinds = ProviderKind.allCases.map { Candidate(text: "\($0.rawValue):") }
        return safe(own + kinds.filter { kind in !own.contains { $0.text == kind.text } })
    }

    func kind(of provider: String) -> ProviderKind? {
        manifest?.manifest.provider(named: provider)?.kind ?? ProviderKind(rawValue: provider)
    }

    private static func summary(of source: Manifest.Variable.Source) -> String {
        switch source {
        case .chain(let chain): chain.map(\.description).joined(separator: ", ")
        case .template: "a template"
        case .literal: "a literal"
        }
    }

    /// A shell hands a tilde over as it was typed.
    private static func fromHome(_ path: String) -> String {
        guard path.hasPrefix("~/"), let home = Surroundings.variable("HOME") else { return path }
        return home + path.dropFirst()
    }

    /// Only names that mean nothing to a shell: the file may be somebody else's, and what is offered is typed with a key.
    private func safe(_ candidates: [Candidate]) -> [Candidate] {
        candidates.filter { candidate in
            !candidate.text.hasPrefix("-")
                && candidate.text.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
                        UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "+"):
                        true
                    default: false
                    }
                }
        }
    }
}
