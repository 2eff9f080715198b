package import SecretMemory

/// Writes variables in one of the formats of `ExportFormat`, so that whoever reads them back gets the same bytes.
///
/// What a format cannot hold is an error, never something near it. The text is built in locked memory.
package struct SecretExporter: Sendable {
    package struct Entry: Sendable {
        package var name: String
        package var value: Secret

        package init(name: String, value: Secret) {
            self.name = name
            self.value = value
        }
    }

    package var format: ExportFormat
    /// `metadata.name` of a Kubernetes Secret; other formats have no use for it.
    package var objectName: String

    package init(_ format: ExportFormat, objectName: String = "withsecrets") {
        self.format = format
        self.objectName = objectName
    }

    /// - Throws: everything that stands in the way, about all entries at once.
    package func export(_ entries: [Entry]) throws(ExportErrors) -> SecretBytes {
        let problems = problems(of: entries)
        guard problems.isEmpty else { throw ExportErrors(all: problems) }
        var output = SecretBytes(capacity: 64 + entries.reduce(0) { $0 + $1.name.utf8.count + 2 * $1.value.count + 16 })
        writeHead(to: &output, isEmpty: entries.isEmpty)
        for (index, entry) in entries.enumerated() {
            entry.value.withBytes { write(entry.name, $0, isLast: index == entries.count - 1, to: &output) }
        }
        if format == .json { output.append(entries.isEmpty ? "{}\n" : "}\n") }
        return output
    }

    private func writeHead(to output: inout SecretBytes, isEmpty: Bool) {
        switch format {
        case .json: if !isEmpty { output.append("{\n") }
        case .yaml: if isEmpty { output.append("{}\n") }
        case .k8s:
            output.append("apiVersion: v1\nkind: Secret\nmetadata:\n  name: \"\(objectName)\"\ntype: Opaque\n")
            output.append(isEmpty ? "data: {}\n" : "data:\n")
        case .dotenv, .shell, .docker, .github, .gitlab, .systemd: break
        }
    }

    private func write(_ name: String, _ value: Span<UInt8>, isLast: Bool, to output: inout SecretBytes) {
        switch format {
        case .dotenv:
            output.append("\(name)=")
            output.appendDotenv(value)
        case .json:
            output.append("  \"\(name)\": ")
            output.appendJSON(value)
            if !isLast { output.append(",") }
        case .yaml:
            output.append("\"\(name)\": ")
            output.appendYAML(value)
        case .shell:
            output.append("export \(name)=")
            output.appendShell(value)
        case .docker, .gitlab:
            output.append("\(name)=")
            output.append(value)
        case .github:
            output.appendHeredoc(name, value)
        case .systemd:
            output.append("\(name)=")
            output.appendSystemd(value)
        case .k8s:
            output.append("  \"\(name)\": \"")
            output.appendBase64(value)
            output.append("\"")
        }
        output.append("\n")
    }
}
