internal import Diagnostics
internal import Glibc
internal import YAMLTree

/// What the user, not a project, says of the audit log: `$XDG_CONFIG_HOME/withsecrets/config.yaml`.
///
/// The file is a manifest that has `version` and `audit` and nothing else. Commands in `audit` come from here or from a
/// manifest that was named, never from one that was found: that is somebody's repository.
package enum UserSettings {
    private static let keys = ["version", "audit"]

    /// - Parameter path: absolute.
    /// - Returns: `nil` where there is no such file.
    /// - Throws: also where others may write to it.
    package static func audit(at path: String) throws(ManifestProblems) -> Manifest.AuditSettings? {
        guard unsafe access(path, F_OK) == 0 else { return nil }
        var reading = Reading(workingDirectory: parentFolder(of: path))
        reading.read(path: path, name: path, rule: OwnershipRule(sudoUser: nil), extendedFrom: [])
        guard !reading.isUnreadable else { throw ManifestProblems(reading.diagnostics) }
        let layers = reading.layers(selecting: nil)
        var reader = NodeReader()
        for document in reading.documents { _ = reader.entries(of: document.root, what: "the file", known: keys) }
        let diagnostics =
            reading.diagnostics + (layers.diagnostics.isEmpty ? reader.problems.map(\.diagnostic) : layers.diagnostics)
        guard diagnostics.isEmpty else { throw ManifestProblems(diagnostics) }
        return layers.merged.manifest.audit
    }
}

extension Manifest.AuditSettings {
    /// These, and `lower` where they leave something open.
    package func laid(over lower: Manifest.AuditSettings) -> Manifest.AuditSettings {
        var result = self
        // A path belongs to its sink.
        if sink == nil, path == nil { (result.sink, result.path) = (lower.sink, lower.path) }
        result.refusesOnError = refusesOnError || lower.refusesOnError
        result.onFailures = onFailures ?? lower.onFailures
        return result
    }
}
