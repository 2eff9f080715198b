internal import SecretMemory

/// The sections of `~/.aws/config` or `~/.aws/credentials`, values in locked memory ("Configuration and credential file
/// settings", AWS CLI User Guide).
struct AWSConfigFile: Sendable {
    /// Keys by section as it is written: `default`, `profile dev`, `sso-session corp`, `services local`. A key inside a
    /// nested block is `BLOCK.KEY`.
    private(set) var sections: [String: [String: Secret]] = [:]

    init() {}

    init(_ file: Secret) {
        var section: String?
        var block: String?
        file.withBytes { bytes in
            var start = 0
            while start < bytes.count {
                let end = (start..<bytes.count).first { bytes[$0] == UInt8(ascii: "\n") } ?? bytes.count
                read(bytes.extracting(start..<end), &section, &block)
                start = end + 1
            }
        }
    }

    private mutating func read(_ line: Span<UInt8>, _ section: inout String?, _ block: inout String?) {
        let text = Secret(SecretBytes(copying: line)).trimmed()
        let isIndented = !line.isEmpty && (line[0] == 0x20 || line[0] == 0x09)
        text.withBytes { text in
            guard !text.isEmpty, text[0] != UInt8(ascii: "#"), text[0] != UInt8(ascii: ";") else { return }
            if text[0] == UInt8(ascii: "[") {
                let end = text.indices.first { text[$0] == UInt8(ascii: "]") } ?? text.count
                let words = plainText(text.extracting(1..<end)).split { $0 == " " || $0 == "\t" }
                section = words.joined(separator: " ")
                block = nil
                sections[words.joined(separator: " "), default: [:]] = sections[words.joined(separator: " ")] ?? [:]
                return
            }
            guard let section, let equals = text.indices.first(where: { text[$0] == UInt8(ascii: "=") }) else { return }
            var key = plainText(Secret(SecretBytes(copying: text.extracting(..<equals))).trimmed())
            let value = Self.withoutComment(text.extracting((equals + 1)...))
            if isIndented, let block {
                key = "\(block).\(key)"
            } else {
                block = value.isEmpty ? key : nil
            }
            sections[section, default: [:]][key.lowercased()] = value
        }
    }

    private func plainText(_ secret: Secret) -> String { secret.plainCopy() }
    private func plainText(_ bytes: Span<UInt8>) -> String { RemoteProviders.plainText(bytes) }

    /// A `#` or `;` behind white space begins a comment.
    private static func withoutComment(_ value: Span<UInt8>) -> Secret {
        var end = value.count
        for index in value.indices.dropFirst()
        where (value[index] == UInt8(ascii: "#") || value[index] == UInt8(ascii: ";"))
            && (value[index - 1] == 0x20 || value[index - 1] == 0x09)
        {
            end = index
            break
        }
        return Secret(SecretBytes(copying: value.extracting(..<end))).trimmed()
    }
}
