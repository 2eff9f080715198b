internal import ManifestFormat

/// The file that a reference names: absolute, or relative to the folder of its manifest, or under `~/`.
///
/// `~name/` is not expanded: it is a folder of that name.
func localPath(_ path: String, of address: SecretAddress, _ context: ProviderContext) throws(ProviderError) -> String {
    guard !path.utf8.contains(0) else { throw .nulInPath(address) }
    if path.hasPrefix("/") {
        return path
    }
    if path == "~" || path.hasPrefix("~/") {
        guard let home = context.text(of: "HOME") else { throw .noHome(address) }
        return home + path.dropFirst()
    }
    return address.folder.hasSuffix("/") ? address.folder + path : "\(address.folder)/\(path)"
}
