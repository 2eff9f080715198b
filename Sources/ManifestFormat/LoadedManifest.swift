package import Diagnostics

/// A manifest as a run uses it, and what is known of where it came from.
package struct LoadedManifest: Sendable {
    package var manifest: Manifest
    /// The manifest's file as the user would name it; `nil` where `-e` alone stands for one.
    package var name: String?
    /// Its absolute path.
    package var path: String?
    /// The folder that the default vault file is looked for in: the manifest's, else the working directory. Absolute.
    package var folder: String
    /// Whether it was found, not named.
    package var wasFound: Bool
    /// What a manifest that somebody else wrote should not do unasked, in the order of the file.
    package var sensitiveParts: [SensitivePart]
    /// The bytes of the manifest and of all that it extends, and what its sensitive parts come to on this machine, as one
    /// hexadecimal BLAKE2b-256.
    package var contentHash: String
    package var profiles: [String]
    /// Where a manifest that was found has `audit.on_failures`, which only the user's own files may have.
    package var ignoredAlert: Diagnostic.Location?

    /// Whether it may do what it does only once the user has agreed: to name a manifest is to agree to it.
    package var needsConsent: Bool { wasFound && !sensitiveParts.isEmpty }

    /// Something that sends the user's credentials somewhere, runs a program or steers one, or reads and writes files
    /// that are not the manifest's.
    package struct SensitivePart: Hashable, Sendable {
        package var location: Diagnostic.Location
        /// `runs op read …`, `address of prod-vault: https://…`: what the user is asked about, fit for a terminal.
        package var text: String
    }
}
