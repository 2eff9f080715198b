internal import Glibc

/// Looks for a manifest in the working directory, then in each parent up to the first that holds `.git`, or the root.
struct ManifestDiscovery {
    static let names = ["withsecrets.yaml", "withsecrets.yml", ".withsecrets.yaml", ".withsecrets.yml"]

    /// Absolute.
    var workingDirectory: String

    /// The file's absolute path, and its name as seen from the working directory; `nil` where there is none.
    func find() -> (path: String, name: String)? {
        var folder = workingDirectory
        var wayUp = ""
        while true {
            for name in Self.names where exists(absolutePath(name, in: folder)) {
                return (absolutePath(name, in: folder), wayUp + name)
            }
            if folder == "/" || exists(absolutePath(".git", in: folder)) { return nil }
            folder = parentFolder(of: folder)
            wayUp += "../"
        }
    }

    /// Whether something has this name; what it is, and whether it can be read, shows when it is opened.
    private func exists(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0
    }
}
