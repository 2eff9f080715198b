internal import CSodium
internal import Diagnostics
internal import YAMLTree

/// The manifest and the files that it extends, as trees, lowest first.
struct Reading {
    struct Document {
        var file: ManifestFile
        var root: YAMLNode
        /// What this one extends stands outside its folder: as it is written, or where that really is.
        var outwardExtends: (location: Diagnostic.Location, path: String)?
    }

    /// A manifest on the way to one that it extends, and where it says so.
    struct Step {
        /// Absolute, normalized.
        var path: String
        var name: String
        var location: Diagnostic.Location
    }

    let workingDirectory: String
    private(set) var documents: [Document] = []
    private(set) var diagnostics: [Diagnostic] = []
    /// Whether a file could not be read, or not as YAML at all, so that nothing more can be told.
    private(set) var isUnreadable = false

    private static let extendsLimit = 16

    init(workingDirectory: String) {
        self.workingDirectory = workingDirectory
    }

    /// Reads a file and, before it, what it extends.
    ///
    /// - Parameter extendedFrom: the files that led here.
    mutating func read(
        path: String,
        name: String,
        rule: OwnershipRule?,
        extendedFrom: [Step]
    ) {
        let file: ManifestFile
        let root: YAMLNode
        do throws(ManifestProblem) {
            file = try ManifestFile(name: name, path: path, checkedBy: rule)
        } catch {
            var problem = error
            problem.location = extendedFrom.last?.location
            diagnostics.append(problem.diagnostic)
            isUnreadable = true
            return
        }
        do throws(YAMLErrors) {
            let parsed = try YAMLDocument.parseRecovering(file.bytes.span, named: name, rules: .manifest)
            root = parsed.root
            diagnostics += parsed.problems.map(\.diagnostic)
        } catch {
            diagnostics += error.all.map(\.diagnostic)
            isUnreadable = true
            return
        }
        var document = Document(file: file, root: root)
        if let node = root["extends"] {
            readExtended(node, by: &document, rule: rule, extendedFrom: extendedFrom)
        }
        documents.append(document)
    }

    private mutating func readExtended(
        _ node: YAMLNode,
        by document: inout Document,
        rule: OwnershipRule?,
        extendedFrom: [Step]
    ) {
        var reader = NodeReader()
        defer { diagnostics += reader.problems.map(\.diagnostic) }
        guard let written = reader.text(node, what: "'extends'") else { return }
        let path = normalized(absolutePath(written, in: document.file.folder))
        let own = Step(path: normalized(document.file.path), name: document.file.name, location: node.location)
        let chain = extendedFrom + [own]
        if let first = chain.firstIndex(where: { $0.path == path }) {
            let names = chain[first...].map { printable($0.name) }
            reader.report(.extendsItself(names + [names[0]]), at: node.location)
            return
        }
        guard chain.count <= Self.extendsLimit else {
            reader.report(.extendsTooDeep(limit: Self.extendsLimit), at: node.location)
            return
        }
        if let outside = Boundary(folder: document.file.folder).crossing(written, from: document.file.folder) {
            document.outwardExtends = (node.location, outside)
        }
        let name = written.hasPrefix("/") ? written : nameBeside(document.file.name, written)
        read(path: path, name: name, rule: rule, extendedFrom: chain)
    }

    /// The extended file's name as seen from where the extending one's name is seen.
    private func nameBeside(_ name: String, _ relative: String) -> String {
        guard let slash = name.lastIndex(of: "/") else { return relative }
        return String(name[...slash]) + relative
    }

    /// All bytes that were read, so that a change to any of the files is a change; and what the user is shown of them,
    /// which a link that leads elsewhere now changes as well.
    func contentHash(with parts: [LoadedManifest.SensitivePart]) -> String {
        // Each length first: bytes must not move from one file to the next unseen.
        let pieces = documents.map(\.file.bytes) + parts.map { Array($0.text.utf8) }
        let content = pieces.flatMap { piece in
            unsafe withUnsafeBytes(of: UInt64(piece.count).littleEndian) { unsafe Array($0) } + piece
        }
        var digest = [UInt8](repeating: 0, count: 32)
        unsafe crypto_generichash(&digest, digest.count, content, UInt64(content.count), nil, 0)
        var text = ""
        for byte in digest { text += (byte < 16 ? "0" : "") + String(byte, radix: 16) }
        return text
    }

    var profileNames: [String] {
        var names: [String] = []
        for document in documents {
            for entry in document.root["profiles"]?.entries ?? [] where !names.contains(entry.key) {
                names.append(entry.key)
            }
        }
        return names
    }
}

/// The path without `.`, `..` and doubled slashes, by its text alone.
func normalized(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
        if part == ".." {
            _ = parts.popLast()
        } else {
            parts.append(part)
        }
    }
    return "/" + parts.joined(separator: "/")
}
