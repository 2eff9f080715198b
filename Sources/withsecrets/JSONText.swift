internal import CProcessShims
internal import Diagnostics
internal import FoundationEssentials

/// What `--json` and `--log-format json` print; docs/json.md has the shapes.
///
/// FoundationEssentials is in the binary already, for swift-argument-parser.
enum JSONText {
    /// One line without a line break.
    static func line(of value: some Encodable) -> String {
        text(of: value, formatting: [.sortedKeys, .withoutEscapingSlashes])
    }

    /// Indented, for people and for `jq`.
    static func document(of value: some Encodable) -> String {
        text(of: value, formatting: [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted])
    }

    private static func text(of value: some Encodable, formatting: JSONEncoder.OutputFormatting) -> String {
        ws_prepare_libraries()
        let encoder = JSONEncoder()
        encoder.outputFormatting = formatting
        // Our shapes hold text, whole numbers, flags and lists of them, none of which an encoder can refuse.
        guard let data = try? encoder.encode(value) else { return "{}" }
        return withoutControls(String(decoding: data, as: UTF8.self))
    }

    /// The encoder escapes what JSON wants escaped; terminals act upon more. All of that stands in strings.
    private static func withoutControls(_ text: String) -> String {
        guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
        var safe = ""
        for scalar in text.unicodeScalars {
            guard !scalar.isASCII, scalar.isActedUpon else {
                safe.unicodeScalars.append(scalar)
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                safe += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return safe
    }
}

/// A diagnostic as JSON.
struct LogRecord: Encodable {
    struct Place: Encodable {
        var file: String
        var line: Int
        var column: Int
    }

    var level: String
    var message: String
    var subject: String?
    var location: Place?
    var hints: [String]?

    init(_ diagnostic: Diagnostic) {
        level = diagnostic.severity.rawValue
        message = diagnostic.message
        subject = diagnostic.subject
        location = diagnostic.location.map { Place(file: $0.file, line: $0.line, column: $0.column) }
        hints = diagnostic.hints.isEmpty ? nil : diagnostic.hints
    }
}
