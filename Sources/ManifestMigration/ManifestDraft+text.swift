internal import Diagnostics

extension ManifestDraft {
    /// The manifest's text.
    func text(from file: String) -> String {
        var lines = [
            "# Made from \(printable(file)) by 'withsecrets init --from'. No value was copied.",
            "version: 1",
        ]
        if !providers.isEmpty {
            lines += ["", "providers:"]
            lines += providers.map { provider in
                let settings = [("kind", provider.kind)] + provider.settings.map { ($0.key, $0.value) }
                return "  \(provider.name): { \(settings.map { "\($0): \(quoted($1))" }.joined(separator: ", ")) }"
            }
        }
        lines.append("")
        lines += base.lines(indent: "", keepsEmpty: true)
        if !profiles.isEmpty {
            lines += ["", "profiles:"]
            for (name, section) in profiles {
                lines.append(section.isEmpty ? "  \(quoted(name)): {}" : "  \(quoted(name)):")
                lines += section.lines(indent: "    ", keepsEmpty: false)
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension ManifestDraft.Section {
    fileprivate func lines(indent: String, keepsEmpty: Bool) -> [String] {
        var lines: [String] = []
        if !variables.isEmpty {
            lines.append("\(indent)env:")
            lines += variables.map { "\(indent)  \(quoted($0.name)): \($0.text)" }
        } else if keepsEmpty {
            lines.append("\(indent)env: {}")
        }
        if !groups.isEmpty {
            lines.append("\(indent)env_from:")
            lines += groups.map { "\(indent)  - { from: \(quoted($0)) }" }
        }
        return lines
    }
}

extension ManifestDraft.Variable {
    /// The short form where nothing else is to be said.
    fileprivate var text: String {
        var options: [String] = []
        if !isRequired { options.append("required: false") }
        if isFile { options.append("as: file") }
        if let decoding { options.append("decode: \(decoding)") }
        if let description, !description.isEmpty { options.append("description: \(quoted(description))") }
        switch source {
        case .template(let template):
            return "{ \((["template: \(quoted(template))"] + options).joined(separator: ", ")) }"
        case .chain(let chain):
            let from = chain.count == 1 ? chain[0].text : "[\(chain.map(\.text).joined(separator: ", "))]"
            return options.isEmpty ? from : "{ \((["from: \(from)"] + options).joined(separator: ", ")) }"
        }
    }
}

extension ManifestDraft.Reference {
    fileprivate var text: String {
        switch self {
        case .text(let text): quoted(text)
        case .command(let words): "{ exec: [\(words.map(quoted).joined(separator: ", "))] }"
        }
    }
}

/// A YAML scalar, plain where nothing in it could be taken for anything else.
private func quoted(_ text: String) -> String {
    let plain = text.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: Array("_./:=%-#".utf8).contains(byte)
        }
    }
    let isWord = ["", "~", "null", "Null", "NULL"].contains(text)
    let isSafeEnd =
        !text.hasPrefix("-") && !text.hasPrefix("#") && !text.hasPrefix("%") && !text.hasPrefix(":")
        && !text.hasPrefix("=") && !text.hasPrefix("..") && !text.hasSuffix(":")
    if plain, !isWord, isSafeEnd { return text }
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar.value {
        case 0x22, 0x5C: result += "\\\(scalar)"
        case 0x0A: result += "\\n"
        case 0x09: result += "\\t"
        case 0x00...0x1F, 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF:
            let digits = String(scalar.value, radix: 16)
            result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}
