internal import Diagnostics

/// Reads a text that holds one YAML document.
package enum YAMLDocument {
    /// The tree of a document with which nothing is wrong.
    ///
    /// - Parameter file: the file's name in places, as the user would write it.
    /// - Throws: all that is wrong with it.
    package static func parse(
        _ bytes: Span<UInt8>,
        named file: String,
        rules: YAMLRules
    ) throws(YAMLErrors) -> YAMLNode {
        let (root, problems) = try parseRecovering(bytes, named: file, rules: rules)
        guard problems.isEmpty else { throw YAMLErrors(problems) }
        return root
    }

    /// The tree as far as it can be told, and what is wrong with it, so that a reader can report its own findings in the
    /// same go. Where `problems` is not empty the tree is for finding more of them, never for use.
    ///
    /// Of duplicate keys the first counts, keys that are not text are left out, refused tags are passed over.
    ///
    /// - Throws: when there is no tree; all that was found up to there.
    package static func parseRecovering(
        _ bytes: Span<UInt8>,
        named file: String,
        rules: YAMLRules
    ) throws(YAMLErrors) -> (root: YAMLNode, problems: [YAMLError]) {
        let start = Diagnostic.Location(file: file, line: 1, column: 1)
        guard bytes.count <= rules.byteLimit else {
            throw YAMLErrors([YAMLError(.tooLarge(limit: rules.byteLimit), at: start)])
        }
        do throws(YAMLError) {
            try checkCharacters(of: bytes, named: file)
        } catch {
            throw YAMLErrors([error])
        }
        var builder = TreeBuilder(file: file, rules: rules)
        do throws(YAMLError) {
            let parser = EventParser(file: file)
            return try unsafe bytes.withUnsafeBytes { (buffer) throws(YAMLError) in
                unsafe parser.setInput(buffer)
                while let event = try parser.next() {
                    try builder.take(event)
                }
                return (try builder.root(orEmptyAt: start), builder.problems)
            }
        } catch {
            throw YAMLErrors(builder.problems + [error])
        }
    }
}
