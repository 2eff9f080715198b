package import Diagnostics

/// Turns another tool's configuration into a manifest that does the same, and says what it could not carry over.
///
/// No value of the source ever enters the manifest: what stands there in plain text may be a secret, whatever it is
/// called. Names, paths, addresses and descriptions do.
package struct Migration: Sendable {
    package var source: MigrationSource
    /// The source as the manifest would write its path: relative to the manifest's folder, or absolute.
    package var file: String
    /// The program that summon asks (`summon-conjur`, or its path); `nil` to go through `summon` itself.
    package var summonProvider: String?

    package init(_ source: MigrationSource, file: String, summonProvider: String? = nil) {
        self.source = source
        self.file = file
        self.summonProvider = summonProvider
    }

    package struct Result: Sendable {
        /// A whole `withsecrets.yaml`.
        package var manifest: String
        /// In the order of the source.
        package var notes: [MigrationNote]
    }

    /// - Parameter bytes: the source's content; what is read of it may be in ordinary memory, as it is in a file.
    /// - Throws: what is wrong with the source.
    package func result(from bytes: Span<UInt8>) throws(Diagnostics) -> Result {
        var draft = ManifestDraft()
        switch source {
        case .teller: try readTeller(bytes, into: &draft)
        case .summon: try readSummon(bytes, into: &draft)
        case .dotenv: try readDotenv(bytes, into: &draft)
        case .fnox: try readFnox(bytes, into: &draft)
        case .secretspec: try readSecretSpec(bytes, into: &draft)
        }
        let notes = draft.notes.enumerated().sorted { left, right in
            (left.element.location, left.offset) < (right.element.location, right.offset)
        }
        return Result(manifest: draft.text(from: file), notes: notes.map(\.element))
    }
}

/// The tools whose files can be read.
package enum MigrationSource: String, Hashable, Sendable, CaseIterable {
    case teller, summon, dotenv, fnox, secretspec

    /// What a file is by its name; `nil` where the name does not tell.
    package init?(fileName path: String) {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        switch name {
        case ".teller.yml", ".teller.yaml", "teller.yml", "teller.yaml": self = .teller
        case "secrets.yml", "secrets.yaml": self = .summon
        case "secretspec.toml": self = .secretspec
        case _ where name.hasPrefix("fnox.") && name.hasSuffix(".toml"), ".fnox.toml": self = .fnox
        case _ where name == ".env" || name.hasPrefix(".env.") || name.hasSuffix(".env"): self = .dotenv
        default: return nil
        }
    }
}
