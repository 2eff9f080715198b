package import Diagnostics
package import SecretMemory
internal import SecretProviders

/// Reads secrets out of files that others wrote, for `vault import`; the values go straight into locked memory.
package enum SecretImport {
    /// The variables of a dotenv file, in the grammar of our own `dotenv:` references, in the order of the file.
    ///
    /// - Parameter file: its name in messages.
    package static func dotenv(
        _ bytes: borrowing SecretBytes,
        named file: String
    ) throws(ImportError) -> [SecretExporter.Entry] {
        do throws(DotenvError) {
            let fields = try bytes.withBytes { bytes throws(DotenvError) in try parseDotenv(bytes) }
            return fields.map { SecretExporter.Entry(name: $0.name, value: $0.value) }
        } catch {
            let location = Diagnostic.Location(file: file, line: error.line, column: error.column)
            throw ImportError(.malformedDotenv(error.message, hint: error.hint), file: file, location: location)
        }
    }

    /// The members of a JSON object, in the order of the document.
    ///
    /// Objects inside give names with `/`: `{"openai": {"api_key": …}}` is `openai/api_key`. What is no string is
    /// taken as its JSON text, `null` as nothing to import.
    package static func json(_ document: Secret, named file: String) throws(ImportError) -> [SecretExporter.Entry] {
        let root: JSONValue
        do throws(JSONError) {
            root = try JSONValue(parsing: document)
        } catch {
            throw ImportError(.malformedJSON(error.message), file: file)
        }
        guard root.kind == .object else { throw ImportError(.notAnObject, file: file) }
        var entries: [SecretExporter.Entry] = []
        var names: Set<String> = []
        try collect(root, under: "", file: file, into: &entries, &names)
        return entries
    }

    private static func collect(
        _ object: JSONValue,
        under prefix: String,
        file: String,
        into entries: inout [SecretExporter.Entry],
        _ names: inout Set<String>
    ) throws(ImportError) {
        for (member, value) in object.members {
            guard !member.isEmpty else { throw ImportError(.emptyName, file: file) }
            let name = prefix + member
            switch value.kind {
            case .object: try collect(value, under: name + "/", file: file, into: &entries, &names)
            case .null: break
            case .array, .string, .number, .boolean:
                // `{"a/b": 1, "a": {"b": 2}}`
                guard names.insert(name).inserted else { throw ImportError(.repeatedName(name), file: file) }
                entries.append(SecretExporter.Entry(name: name, value: value.secret()))
            }
        }
    }
}

/// Why a file cannot be imported. It quotes nothing of the file but names.
package struct ImportError: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        case malformedDotenv(String, hint: String?)
        case malformedJSON(String)
        case notAnObject
        case emptyName
        case repeatedName(String)
    }

    package var reason: Reason
    package var file: String
    package var location: Diagnostic.Location?

    init(_ reason: Reason, file: String, location: Diagnostic.Location? = nil) {
        self.reason = reason
        self.file = file
        self.location = location
    }

    package var diagnostic: Diagnostic {
        let (message, hint): (String, String?) =
            switch reason {
            case .malformedDotenv(let message, let hint): (message, hint)
            case .malformedJSON(let message): ("not JSON: \(message)", nil)
            case .notAnObject: ("the JSON document is not an object", "names and values: {\"service/key\": \"…\"}")
            case .emptyName: ("a member of the JSON document has an empty name", nil)
            case .repeatedName(let name): ("two values have the name '\(name)'", nil)
            }
        return Diagnostic(
            at: location,
            subject: location == nil ? file : nil,
            message,
            hints: [hint].compactMap(\.self)
        )
    }
}
