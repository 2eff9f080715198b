internal import SecretMemory

/// What a format, or the program that reads it, has no way to hold.
extension SecretExporter {
    func problems(of entries: [Entry]) -> [ExportError] {
        var problems: [ExportError] = []
        if format == .k8s, !isObjectName(objectName) { problems.append(ExportError(.badObjectName, format: format)) }
        var names: Set<String> = []
        for entry in entries {
            var reasons = reasons(against: entry.name)
            if !names.insert(entry.name).inserted { reasons.append(.repeatedName) }
            reasons += entry.value.withBytes { self.reasons(against: $0, nameCount: entry.name.utf8.count) }
            problems += reasons.map { ExportError($0, format: format, name: entry.name) }
        }
        // Kubernetes' MaxSecretSize.
        if format == .k8s, entries.reduce(0, { $0 + $1.value.count }) > 1 << 20 {
            problems.append(ExportError(.allTooLong(limit: 1 << 20), format: format))
        }
        return problems
    }

    private func reasons(against name: String) -> [ExportError.Reason] {
        guard isVariableName(name) else { return [.badName] }
        // The runner keeps these to itself.
        if format == .github, name == "NODE_OPTIONS" || name.hasPrefix("GITHUB_") || name.hasPrefix("RUNNER_") {
            return [.reservedName]
        }
        return []
    }

    private func reasons(against value: Span<UInt8>, nameCount: Int) -> [ExportError.Reason] {
        if !format.holdsNUL, contains(0, value) { return [.containsNUL] }
        if !format.holdsAnyBytes, !isUTF8(value) { return [.notUTF8] }
        if format.isLineBased, contains(UInt8(ascii: "\n"), value) { return [.containsNewline] }
        switch format {
        case .docker:
            if value.count > 0, value[value.count - 1] == UInt8(ascii: "\r") { return [.endsInCarriageReturn] }
            // A line of Go's bufio.Scanner, its end included.
            if nameCount + 1 + value.count >= 64 << 10 { return [.tooLong(limit: 64 << 10)] }
        case .gitlab:
            if value.count > 0, isStripped(value[0]) || isStripped(value[value.count - 1]) { return [.blankAtAnEnd] }
        case .dotenv:
            if containsExpansion(value) { return [.containsExpansion] }
            let endsInBackslash = value.count > 0 && value[value.count - 1] == UInt8(ascii: "\\")
            if endsInBackslash, !isPlainDotenv(value) { return [.endsInBackslash] }
        case .json, .yaml, .shell, .github, .systemd, .k8s: break
        }
        return []
    }

    /// Whether all readers take a value without quotes as it is: no quote or blank first, no line end, and no `#` where a
    /// blank of any kind may stand before it.
    private func isPlainDotenv(_ value: Span<UInt8>) -> Bool {
        let isVisible = { (byte: UInt8) in (0x21...0x7E).contains(byte) }
        guard isVisible(value[0]), !Array("'\"`".utf8).contains(value[0]) else { return false }
        var mayHoldHash = true
        var holdsHash = false
        for index in 0..<value.count {
            if value[index] < 0x20 || value[index] == 0x7F { return false }
            if !isVisible(value[index]) { mayHoldHash = false }
            if value[index] == UInt8(ascii: "#") { holdsHash = true }
        }
        return mayHoldHash || !holdsHash
    }

    /// What Ruby's `String#strip` drops.
    private func isStripped(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }

    private func containsExpansion(_ value: Span<UInt8>) -> Bool {
        for index in 0..<max(0, value.count - 1)
        where value[index] == UInt8(ascii: "$") && value[index + 1] == UInt8(ascii: "{") {
            return true
        }
        return false
    }
}

/// Whether a shell takes `name` for a variable's.
func isVariableName(_ name: String) -> Bool {
    guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
    return name.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
        default: false
        }
    }
}

/// A DNS subdomain (RFC 1123), as Kubernetes asks of names.
private func isObjectName(_ name: String) -> Bool {
    guard name.utf8.count <= 253 else { return false }
    return name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
        let isEnd = { (byte: UInt8) in (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) }
        guard let first = label.utf8.first, let last = label.utf8.last else { return false }
        return isEnd(first) && isEnd(last) && label.utf8.allSatisfy { isEnd($0) || $0 == UInt8(ascii: "-") }
    }
}

func contains(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
    for index in 0..<bytes.count where bytes[index] == byte { return true }
    return false
}
