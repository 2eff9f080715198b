// Readers that cannot be run here, written down from what is documented of them, as plainly as it goes.

private let newline = UInt8(ascii: "\n")

private func lines(_ bytes: [UInt8]) -> [[UInt8]] {
    var lines = bytes.split(separator: newline, omittingEmptySubsequences: false).map(Array.init)
    if lines.last == [] { lines.removeLast() }
    return lines
}

private func text(_ bytes: some Sequence<UInt8>) -> String {
    String(decoding: Array(bytes), as: UTF8.self)
}

/// `docker run --env-file`: lines as Go's `bufio.ScanLines` gives them, blanks before the name dropped, lines that
/// start with `#` and empty ones skipped, everything behind the first `=` is the value.
func readDockerFile(_ bytes: [UInt8]) -> [(name: String, value: [UInt8])] {
    lines(bytes).compactMap { line in
        var line = line[...]
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        line = line.drop { [0x20, 0x09, 0x0B, 0x0C, 0x0D].contains($0) }
        guard let first = line.first, first != UInt8(ascii: "#"), let equals = line.firstIndex(of: UInt8(ascii: "=")),
            String(validating: line, as: UTF8.self) != nil
        else { return nil }
        return (text(line[..<equals]), Array(line[(equals + 1)...]))
    }
}

/// A GitLab dotenv report: one variable a line, no empty lines, quotes kept, both ends stripped.
func readGitLabReport(_ bytes: [UInt8]) -> [(name: String, value: [UInt8])] {
    let blanks: [UInt8] = [0x00, 0x20, 0x09, 0x0A, 0x0B, 0x0C, 0x0D]
    return lines(bytes).compactMap { line in
        guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        var value = line[(equals + 1)...].drop { blanks.contains($0) && $0 != 0 }
        while let last = value.last, blanks.contains(last) { value.removeLast() }
        return (text(line[..<equals]), Array(value))
    }
}

/// The runner's reading of the file behind `GITHUB_ENV`: `NAME=VALUE`, or `NAME<<DELIMITER` and lines up to it.
func readGitHubFile(_ bytes: [UInt8]) -> [(name: String, value: [UInt8])] {
    var variables: [(name: String, value: [UInt8])] = []
    var rest = lines(bytes)[...]
    while let line = rest.popFirst() {
        let words = text(line)
        let equals = words.utf8.firstIndex(of: UInt8(ascii: "="))
        guard let start = words.firstRange(of: "<<"), equals.map({ $0 > start.lowerBound }) ?? true else {
            if let equals { variables.append((String(words[..<equals]), Array(words[equals...].utf8.dropFirst()))) }
            continue
        }
        let delimiter = Array(words[start.upperBound...].utf8)
        var value: [[UInt8]] = []
        while let next = rest.popFirst(), next != delimiter { value.append(next) }
        variables.append((String(words[..<start.lowerBound]), Array(value.joined(separator: [newline]))))
    }
    return variables
}

/// `EnvironmentFile=` (systemd.exec(5)): the states that a file of `NAME="…"` lines goes through. In double quotes a
/// backslash makes one of `"`, `\`, `` ` `` and `$` stand for itself, joins lines before a newline, and stays elsewhere.
func readSystemdFile(_ bytes: [UInt8]) -> [(name: String, value: [UInt8])] {
    var variables: [(name: String, value: [UInt8])] = []
    var rest = bytes[...]
    while !rest.isEmpty {
        let name = rest.prefix { $0 != UInt8(ascii: "=") }
        rest = rest.dropFirst(name.count + 1)
        guard rest.popFirst() == UInt8(ascii: "\"") else { return variables }
        var value: [UInt8] = []
        while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
            guard byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() else {
                value.append(byte)
                continue
            }
            switch escaped {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "`"), UInt8(ascii: "$"): value.append(escaped)
            case newline: break
            default: value += [byte, escaped]
            }
        }
        guard rest.popFirst() == newline else { return variables }
        variables.append((text(name), value))
    }
    return variables
}
