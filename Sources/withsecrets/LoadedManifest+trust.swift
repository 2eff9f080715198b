internal import ManifestFormat

extension LoadedManifest {
    /// Whether its addresses may have the user's own credentials: it was named, holds nothing that could send them
    /// anywhere, or was looked at and trusted.
    var isTrusted: Bool {
        guard needsConsent else { return true }
        return Surroundings.stateFolder.map { TrustStore(folder: $0).trusts(self) } ?? false
    }
}
