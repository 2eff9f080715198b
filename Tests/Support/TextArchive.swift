/// A script with its files in one text, in the format of Go's `txtar`.
///
/// What stands before the first marker line `-- NAME --` is the script; each marker starts a file that goes on to the
/// next marker or the end.
package struct TextArchive: Hashable, Sendable {
    package struct File: Hashable, Sendable {
        /// Relative to the script's folder.
        package var path: String
        package var text: String
    }

    package var comment: String
    package var files: [File]

    package init(parsing text: String) {
        comment = ""
        files = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLastIfEmpty() {
            if let path = Self.marker(line) {
                files.append(File(path: path, text: ""))
            } else if files.isEmpty {
                comment += line + "\n"
            } else {
                files[files.count - 1].text += line + "\n"
            }
        }
    }

    private static func marker(_ line: Substring) -> String? {
        guard line.hasPrefix("-- "), line.hasSuffix(" --"), line.utf8.count > 6 else { return nil }
        return String(line.dropFirst(3).dropLast(3))
    }
}

extension [Substring] {
    fileprivate func dropLastIfEmpty() -> ArraySlice<Substring> {
        last?.isEmpty == true ? dropLast() : self[...]
    }
}
