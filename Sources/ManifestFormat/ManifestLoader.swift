internal import Diagnostics
internal import Glibc
internal import YAMLTree

/// Finds the manifest, reads it with all that it extends, and merges the profile and the options into it.
package struct ManifestLoader: Sendable {
    /// `-f`, or `WITHSECRETS_FILE`.
    package var file: String?
    /// `-p`, or `WITHSECRETS_PROFILE`.
    package var profile: String?
    /// `-e NAME=REFERENCE`, in their order.
    package var overrides: [Override]
    /// `--only`; empty for all.
    package var only: [String]
    /// Absolute.
    package var workingDirectory: String
    /// The text of `SUDO_UID`.
    package var sudoUser: String?

    /// One `-e NAME=REFERENCE`.
    package struct Override: Hashable, Sendable {
        package var name: String
        package var reference: String

        package init(name: String, reference: String) {
            self.name = name
            self.reference = reference
        }
    }

    package init(
        file: String? = nil,
        profile: String? = nil,
        overrides: [Override] = [],
        only: [String] = [],
        workingDirectory: String,
        sudoUser: String? = nil
    ) {
        self.file = file
        self.profile = profile
        self.overrides = overrides
        self.only = only
        self.workingDirectory = workingDirectory
        self.sudoUser = sudoUser
    }

    /// - Throws: all problems of all files, in the order of their places.
    package func load() throws(ManifestProblems) -> LoadedManifest {
        var reading = Reading(workingDirectory: workingDirectory)
        let (path, name) = try locate()
        if let path {
            let rule = file == nil ? OwnershipRule(sudoUser: sudoUser) : nil
            reading.read(path: path, name: name, rule: rule, extendedFrom: [])
        }
        guard !reading.isUnreadable else { throw ManifestProblems(reading.diagnostics) }
        var layers = reading.layers(selecting: profile)
        layers.report(missing: profile, in: reading)
        layers.lay(overrides, workingDirectory: workingDirectory)
        layers.validate(only: only)
        let diagnostics = reading.diagnostics + layers.diagnostics
        guard diagnostics.isEmpty else { throw ManifestProblems(diagnostics) }
        let wasFound = path != nil && file == nil
        var manifest = layers.merged.manifest
        let alert = manifest.audit.onFailures
        if wasFound { manifest.audit.onFailures = nil }
        let parts = reading.sensitiveParts
        return LoadedManifest(
            manifest: manifest,
            name: path == nil ? nil : name,
            path: path,
            folder: path.map(parentFolder) ?? workingDirectory,
            wasFound: wasFound,
            sensitiveParts: parts,
            contentHash: reading.contentHash(with: parts),
            profiles: reading.profileNames,
            ignoredAlert: wasFound ? alert?.location : nil
        )
    }

    /// A manifest that is found counts with `-e` too; one need not be there then.
    private func locate() throws(ManifestProblems) -> (path: String?, name: String) {
        if let file {
            return (absolutePath(file, in: workingDirectory), file)
        }
        if let found = ManifestDiscovery(workingDirectory: workingDirectory).find() {
            return found
        }
        guard !overrides.isEmpty else {
            var problems = ManifestProblems([ManifestProblem(.notFound(folder: workingDirectory)).diagnostic])
            problems.isMissing = true
            throw problems
        }
        return (nil, "")
    }
}
