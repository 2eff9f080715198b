internal import Diagnostics
internal import FuzzTarget
internal import ManifestFormat

/// Any text is a reference or refused with a message of one line; what was read can be written and read again.
@main
struct ReferenceParserFuzz: FuzzTarget {
    private static let parser = ReferenceParser(
        kinds: ReferenceParser.builtInKinds.merging(["prod-vault": .vault, "team": .vaultfile]) { $1 },
        folder: "/srv/app"
    )

    static func check(_ input: [UInt8]) {
        let text = String(decoding: input, as: UTF8.self)
        for variable in ["API_KEY", nil] {
            do throws(ManifestProblem) {
                let reference = try parser.parse(text, for: variable)
                let again = try parser.parse(written(reference), for: variable)
                precondition(again == reference)
                precondition(reference.address.arguments.isEmpty == (parser.kinds[reference.address.provider] != .exec))
            } catch {
                let diagnostic = error.diagnostic
                let lines = [diagnostic.message] + diagnostic.hints
                precondition(lines.allSatisfy { $0.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F } })
            }
        }
    }

    /// With everything percent-encoded that could mean something, and every word in quotes.
    private static func written(_ reference: SecretReference) -> String {
        let address = reference.address
        var text = address.provider
        if address.arguments.isEmpty {
            if let path = address.path { text += ":" + encoded(path) }
        } else {
            text += ":" + address.arguments.map { "'" + escaped($0, ["'": "'\\''"]) + "'" }.joined(separator: " ")
        }
        switch reference.field {
        case nil: break
        case .name(let name): text += "#" + encoded(name)
        case .pointer(let tokens):
            text +=
                "#" + tokens.map { "/" + encoded(escaped($0, ["~": "~0", "/": "~1"])) }.joined()
        }
        guard !address.options.isEmpty else { return text }
        let options = address.options.sorted { $0.key < $1.key }
        return text + "?" + options.map { encoded($0.key) + "=" + encoded($0.value) }.joined(separator: "&")
    }

    /// By scalars: `replacing` goes by characters, and passes over a mark that an accent follows.
    private static func escaped(_ text: String, _ marks: [Unicode.Scalar: String]) -> String {
        text.unicodeScalars.reduce(into: "") {
            $0.unicodeScalars.append(contentsOf: (marks[$1] ?? String($1)).unicodeScalars)
        }
    }

    private static func encoded(_ text: String) -> String {
        text.utf8.reduce(into: "") { result, byte in
            let isPlain = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            if isPlain {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
    }
}
