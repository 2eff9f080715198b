internal import Diagnostics
internal import Glibc

/// Which manifests of other people's repositories the user has agreed to, by path and content.
///
/// A text file `$XDG_STATE_HOME/withsecrets/trusted` of lines `HASH PATH`, hash first, 0600. A manifest that changed has
/// another hash and is asked about again. One line a path: an older agreement is replaced.
package struct TrustStore: Sendable {
    package enum Failure: Error, Hashable, Sendable {
        case unwritable(path: String, reason: String)
    }

    /// The folder that `withsecrets` keeps its state in; absolute.
    package let folder: String

    package init(folder: String) {
        self.folder = folder
    }

    private var path: String { folder + "/trusted" }

    package func trusts(_ manifest: LoadedManifest) -> Bool {
        guard let path = manifest.path else { return true }
        return lines().contains(line(hash: manifest.contentHash, path: path))
    }

    /// - Throws: when the agreement cannot be kept.
    package func trust(_ manifest: LoadedManifest) throws(Failure) {
        guard let path = manifest.path else { return }
        let kept = lines().filter { !$0.hasSuffix(" " + escaped(path)) }
        let text = (kept + [line(hash: manifest.contentHash, path: path)]).map { $0 + "\n" }.joined()
        try write(Array(text.utf8))
    }

    private func line(hash: String, path: String) -> String { "\(hash) \(escaped(path))" }

    /// A newline in a path must not make a line of its own, whatever stands beside it: so by scalars, not characters.
    private func escaped(_ path: String) -> String {
        path.unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }

    private func lines() -> [String] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var status = stat()
        // Somebody else who may write here could answer for the user.
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_uid == geteuid(), status.st_mode & 0o022 == 0,
            let bytes = try? readAll(descriptor, limit: 4 << 20)
        else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func write(_ bytes: [UInt8]) throws(Failure) {
        makeFolders()
        let temporary = "\(path).\(getpid())"
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .unwritable(path: temporary, reason: systemMessage(errno)) }
        let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
        let isWritten = count == bytes.count && fsync(descriptor) == 0
        let reason = systemMessage(errno)
        close(descriptor)
        guard isWritten, unsafe rename(temporary, path) == 0 else {
            unsafe unlink(temporary)
            throw .unwritable(path: path, reason: reason)
        }
    }

    private func makeFolders() {
        var made = ""
        for part in folder.split(separator: "/") {
            made += "/" + part
            unsafe mkdir(made, 0o700)
        }
    }
}
