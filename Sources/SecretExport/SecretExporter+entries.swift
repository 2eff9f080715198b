package import SecretMemory

extension SecretExporter {
    /// The entries of a vault file as one JSON object, for `vault edit`: names as they are, one a line.
    ///
    /// - Throws: for values that are not UTF-8, which JSON has no way to write.
    package static func vaultText(_ entries: [Entry]) throws(ExportErrors) -> SecretBytes {
        let problems = entries.filter { entry in !entry.value.withBytes { isUTF8($0) } }
        guard problems.isEmpty else {
            throw ExportErrors(all: problems.map { ExportError(.notUTF8, format: .json, name: $0.name) })
        }
        var output = SecretBytes(capacity: 64 + entries.reduce(0) { $0 + $1.name.utf8.count + 2 * $1.value.count + 16 })
        output.append("{\n")
        for (index, entry) in entries.enumerated() {
            output.append("  \"\(entry.name)\": ")
            entry.value.withBytes { output.appendJSON($0) }
            output.append(index == entries.count - 1 ? "\n" : ",\n")
        }
        output.append("}\n")
        return output
    }
}

extension SecretNameRule {
    /// The variable that an entry of a vault file is exported as: `OPENAI_API_KEY` for `openai/api_key`.
    package static func variableName(for entry: String) -> String {
        let name = String(
            entry.unicodeScalars.map { scalar in
                scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) ? Character(scalar) : "_"
            }
        )
        let isDigitFirst = name.first.map { ("0"..."9").contains($0) } ?? false
        return (isDigitFirst ? "_" : "") + name.uppercased()
    }

    /// The entry that a name of an imported file becomes: variables as `vaultName(for:)` has them, others as they are.
    package static func vaultName(forImported name: String) -> String {
        let isVariable = name.utf8.allSatisfy { byte in
            (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "_")
        }
        return isVariable ? vaultName(for: name) : name
    }
}
