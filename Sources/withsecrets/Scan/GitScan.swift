internal import Diagnostics

/// Goes through what git keeps: the content that is staged, and all of history.
struct GitScan {
    let scanner: Scanner
    let names: [String]
    var report = ScanReport()

    init(_ scanner: Scanner, names: [String]) {
        self.scanner = scanner
        self.names = names
    }

    private static let blobLimit = 1 << 30

    // MARK: - Staged

    /// What a commit would now add or change, as it is staged, whatever the file in the folder holds.
    mutating func scanStaged(_ paths: [String]) throws(ProgramFailure) {
        // Outside of a repository 'git diff' compares files, and takes offence at its options.
        _ = try gitOutput(of: ["rev-parse", "--git-dir"], limit: 1 << 16)
        let words = ["diff", "--cached", "--raw", "-z", "--no-abbrev", "--no-renames", "--diff-filter=ACMT"]
        let fields = try gitOutput(of: words + ["--"] + paths, limit: 1 << 30).split(separator: 0)
        // `:OLDMODE NEWMODE OLDID NEWID STATUS`, then the path.
        for index in stride(from: 0, to: fields.count - 1, by: 2) {
            let parts = fields[index].split(separator: UInt8(ascii: " "))
            // A submodule's entry is a commit of another repository.
            guard parts.count == 5, !parts[1].elementsEqual("160000".utf8) else { continue }
            let id = String(decoding: parts[3], as: UTF8.self)
            let content = try gitOutput(of: ["cat-file", "blob", id], limit: Self.blobLimit)
            report.scanned += 1
            report.add(scanner.scan(content), names: names, file: FilePath(fields[index + 1]).text)
        }
    }

    // MARK: - History

    /// Every object that the repository has, those that no branch reaches any more included: contents, and the messages of
    /// commits and tags.
    mutating func scanHistory() throws(ProgramFailure) {
        let paths = try pathsByObject()
        var git = try GitProcess(["cat-file", "--batch-all-objects", "--unordered", "--buffer", "--batch"])
        var objects = ObjectStream(git.output)
        while let object = try objects.next() {
            let isContent = object.kind != "tree"
            try unsafe objects.forEachPiece(of: object) { piece in
                if isContent { unsafe scanner.consume(piece) }
            }
            guard isContent else { continue }
            report.scanned += 1
            let found = scanner.finish()
            guard !found.isEmpty else { continue }
            let path = paths[object.id].map { FilePath($0).text }
            let commit = object.kind == "blob" ? try oldestCommit(with: object.id) : nil
            report.add(found, names: names, file: path ?? "\(object.kind) \(object.id)", commit: commit)
        }
        try git.finish()
        report.findings.sort { ($0.file, $0.commit ?? "", $0.offset) < ($1.file, $1.commit ?? "", $1.offset) }
    }

    /// A path for each object that has one.
    private func pathsByObject() throws(ProgramFailure) -> [String: ArraySlice<UInt8>] {
        let list = try gitOutput(of: ["rev-list", "--objects", "--all", "--reflog"], limit: 4 << 30)
        var paths: [String: ArraySlice<UInt8>] = [:]
        for line in list.split(separator: UInt8(ascii: "\n")) {
            guard let blank = line.firstIndex(of: UInt8(ascii: " ")), blank + 1 < line.endIndex else { continue }
            paths[String(decoding: line[..<blank], as: UTF8.self)] = line[(blank + 1)...]
        }
        return paths
    }

    /// The commit that first had a content; `nil` where none has it that can still be reached.
    private func oldestCommit(with id: String) throws(ProgramFailure) -> String? {
        let words = ["log", "--all", "--reflog", "-m", "--no-renames", "--format=%h", "--find-object=\(id)"]
        return try gitOutput(of: words, limit: 64 << 20).split(separator: UInt8(ascii: "\n")).last
            .map { String(decoding: $0, as: UTF8.self) }
    }
}

/// What `git cat-file --batch` writes: `ID KIND SIZE`, a newline, the content, a newline, and so on.
private struct ObjectStream {
    struct Object {
        var id: String
        var kind: String
        var byteCount: Int
    }

    private let descriptor: Int32
    private var buffer = [UInt8](repeating: 0, count: 256 << 10)
    private var start = 0
    private var end = 0

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    mutating func next() throws(ProgramFailure) -> Object? {
        var header: [UInt8] = []
        while let byte = try readByte() {
            guard byte == UInt8(ascii: "\n") else {
                header.append(byte)
                continue
            }
            let words = String(decoding: header, as: UTF8.self).split(separator: " ").map(String.init)
            guard words.count == 3, let byteCount = Int(words[2]), byteCount >= 0 else { throw Self.strange }
            return Object(id: words[0], kind: words[1], byteCount: byteCount)
        }
        guard header.isEmpty else { throw Self.strange }
        return nil
    }

    mutating func forEachPiece(
        of object: Object,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(ProgramFailure) {
        var rest = object.byteCount
        while rest > 0 {
            guard try fill() else { throw Self.strange }
            let count = min(rest, end - start)
            unsafe buffer.withUnsafeBytes { unsafe body(UnsafeRawBufferPointer(rebasing: $0[start..<start + count])) }
            start += count
            rest -= count
        }
        guard try readByte() == UInt8(ascii: "\n") else { throw Self.strange }
    }

    private static let strange = ProgramFailure(reason: "git cat-file stopped in the middle of an object")

    private mutating func readByte() throws(ProgramFailure) -> UInt8? {
        guard try fill() else { return nil }
        defer { start += 1 }
        return buffer[start]
    }

    /// - Returns: whether there is more.
    private mutating func fill() throws(ProgramFailure) -> Bool {
        guard start == end else { return true }
        do throws(ReadFailure) {
            (start, end) = (0, try readSome(descriptor, into: &buffer))
        } catch {
            throw ProgramFailure(reason: "git cat-file: \(error.reason)")
        }
        return end > 0
    }
}
