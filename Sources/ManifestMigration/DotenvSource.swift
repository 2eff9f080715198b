internal import Diagnostics
internal import SecretProviders

extension Migration {
    /// `.env`: each variable becomes a reference into the file, which stays where it is.
    func readDotenv(_ bytes: Span<UInt8>, into draft: inout ManifestDraft) throws(Diagnostics) {
        let names: [String]
        do throws(DotenvError) {
            names = try parseDotenv(bytes).map(\.name)
        } catch {
            let location = Diagnostic.Location(file: file, line: error.line, column: error.column)
            throw Diagnostics([Diagnostic(at: location, error.message, hints: [error.hint].compactMap(\.self))])
        }
        let start = Diagnostic.Location(file: file, line: 1, column: 1)
        for name in names {
            let path = reference("dotenv", file)
            draft.add(ManifestDraft.Variable(name: name, source: .chain([.text(path)])), at: start)
        }
    }
}
