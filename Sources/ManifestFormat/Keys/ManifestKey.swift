/// A key of the manifest: its name, what may stand under it, and what it is for.
///
/// The parser, the JSON Schema (`ManifestSchema`) and the manual page read the same declarations, `ManifestKeys`.
package struct ManifestKey: Sendable {
    package var name: String
    package var shape: ManifestShape
    /// One sentence without a full stop, for an editor's tooltip and for the manual.
    package var summary: String
    /// What counts when the key is left out, as it would be written.
    package var standard: String?
    package var isRequired: Bool

    init(
        _ name: String,
        _ shape: ManifestShape,
        _ summary: String,
        standard: String? = nil,
        isRequired: Bool = false
    ) {
        self.name = name
        self.shape = shape
        self.summary = summary
        self.standard = standard
        self.isRequired = isRequired
    }
}

/// What may stand under a key of the manifest.
package indirect enum ManifestShape: Sendable {
    /// The number of the format.
    case version
    /// Any scalar, as it is written; never null.
    case text
    /// Text without control characters.
    case maskText
    /// A path, relative to the manifest's folder.
    case path
    /// Text of this form.
    case form(TextForm)
    /// `true` or `false`.
    case flag
    /// `500ms`, `30s`, `1h30m`.
    case duration
    /// From 1.
    case count
    /// A user id.
    case userID
    /// Permission bits in octal.
    case mode
    /// One of these words.
    case choice([String])
    /// One pattern for names, or a list of them.
    case globs
    /// The beginning of a variable's name, or nothing.
    case namePrefix
    /// One reference, or a list of them.
    case chain
    /// A program and its arguments: a line, or a list of words.
    case command
    /// A secret of a provider: only a chain.
    case secret
    /// Text, or a chain where it reads as one.
    case textOrSecret
    /// How a variable reaches the command: `env`, `file`, or a mapping with the file's mode and owner.
    case delivery
    /// `env`: variables by their names.
    case variables
    /// `env_from`: a group, or a list of groups.
    case groups
    /// `providers`: providers by their names.
    case providers
    /// `auth` of a provider.
    case authentication
    /// `profiles`: layers by their names.
    case profiles
    /// A mapping with these keys.
    case mapping([ManifestKey])
}
