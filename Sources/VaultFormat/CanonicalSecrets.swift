internal import AgeFormat

/// Reads the secrets of a file in the layout that `VaultFileWriter` writes, line by line.
///
/// It is for speed alone: a YAML parser takes most of the time of a command on a file with thousands of secrets. It reads
/// nothing that the YAML reader would refuse, and whatever is not exactly our layout is left to that.
struct CanonicalSecrets {
    private let text: [UInt8]
    private var position: Int
    private let end: Int

    /// - Returns: the secrets, and the text of the file without them; `nil` where the layout is another.
    static func read(_ text: [UInt8]) -> (secrets: [VaultFile.Entry], rest: [UInt8])? {
        let heading = Array("\nsecrets:\n".utf8)
        let footing = Array("\nmac: ".utf8)
        guard text.count <= VaultLimits.fileByteCount, let start = firstIndex(of: heading, in: text),
            let last = text.dropLast().lastIndex(of: 0x0A), text.last == 0x0A, last >= start + heading.count,
            text[last...].starts(with: footing)
        else { return nil }
        var reader = CanonicalSecrets(text: text, position: start + heading.count, end: last + 1)
        var secrets: [VaultFile.Entry] = []
        while reader.position < reader.end {
            guard let entry = reader.entry() else { return nil }
            if let before = secrets.last, !SecretName.precedes(before.name, entry.name) { return nil }
            secrets.append(entry)
        }
        return (secrets, text[...start] + Array("secrets: {}".utf8) + text[last...])
    }

    private static func firstIndex(of pattern: [UInt8], in text: [UInt8]) -> Int? {
        var index = 0
        while let found = text[index...].firstIndex(of: pattern[0]) {
            if text[found...].starts(with: pattern) { return found }
            index = found + 1
        }
        return nil
    }

    private mutating func entry() -> VaultFile.Entry? {
        guard let name = name(), let value = value("    value: "), let number = number("    version: "),
            let created = time("    created: "), let changed = time("    changed: ")
        else { return nil }
        let expires = time("    expires: ")
        // Escapes are left to YAML; so is what looks like one of our keys and was not taken.
        let description = description()
        var previous: [VaultFile.Version] = []
        if take("    previous:\n") {
            while let value = self.value("      - value: ") {
                guard let number = self.number("        version: "), let changed = self.time("        changed: ") else {
                    return nil
                }
                let expires = time("        expires: ")
                previous.append(VaultFile.Version(number: number, changed: changed, expires: expires, value: value))
            }
            guard !previous.isEmpty else { return nil }
        }
        let current = VaultFile.Version(number: number, changed: changed, expires: expires, value: value)
        let entry = VaultFile.Entry(
            name: name,
            created: created,
            current: current,
            description: description,
            previous: previous
        )
        let numbers = entry.previous.isEmpty ? [] : entry.versions.map(\.number)
        return zip(numbers, numbers.dropFirst()).allSatisfy { $0 > $1 } ? entry : nil
    }

    /// `  NAME:`, the name in quotes or not.
    private mutating func name() -> String? {
        guard take("  ") else { return nil }
        var line = restOfLine()
        guard line.popLast() == UInt8(ascii: ":") else { return nil }
        if line.count > 2, line.first == UInt8(ascii: "\""), line.last == UInt8(ascii: "\"") {
            line = line.dropFirst().dropLast()
        } else if let first = line.first, first <= 0x40 || !line.contains(UInt8(ascii: "/")) {
            return nil
        }
        let name = String(decoding: line, as: UTF8.self)
        return SecretName.isValid(name) ? name : nil
    }

    private mutating func value(_ key: StaticString) -> [UInt8]? {
        guard take(key) else { return nil }
        let line = restOfLine()
        let bytes = Base64.decode(text.span.extracting(line.startIndex..<line.endIndex))
        guard let bytes, bytes.count >= SealedBox.nonceCount + 32 + SealedBox.tagCount else { return nil }
        return bytes
    }

    private mutating func number(_ key: StaticString) -> UInt64? {
        guard take(key) else { return nil }
        let line = restOfLine()
        guard let first = line.first, first != 0x30, line.count <= 16 else { return nil }
        var number: UInt64 = 0
        for digit in line {
            guard (0x30...0x39).contains(digit) else { return nil }
            number = number * 10 + UInt64(digit - 0x30)
        }
        return number <= VaultLimits.number ? number : nil
    }

    private mutating func time(_ key: StaticString) -> VaultTime? {
        let before = position
        guard take(key) else { return nil }
        guard let time = VaultTime(parsing: restOfLine()) else {
            position = before
            return nil
        }
        return time
    }

    private mutating func description() -> String? {
        let before = position
        guard take("    description: \"") else { return nil }
        var line = restOfLine()
        let isPlain = line.popLast() == UInt8(ascii: "\"") && !line.contains { $0 == 0x22 || $0 == 0x5C || $0 > 0x7E }
        let text = String(decoding: line, as: UTF8.self)
        guard isPlain, VaultText.isValid(text) else {
            position = before  // the next line that is looked for is not there, and YAML takes over
            return nil
        }
        return text
    }

    private mutating func take(_ literal: StaticString) -> Bool {
        let count = literal.utf8CodeUnitCount
        guard end - position >= count else { return false }
        let start = unsafe literal.utf8Start
        for offset in 0..<count where unsafe text[position + offset] != start[offset] { return false }
        position += count
        return true
    }

    /// Up to the LF, which is passed.
    private mutating func restOfLine() -> ArraySlice<UInt8> {
        let rest = text[position..<end]
        let lineEnd = rest.firstIndex(of: 0x0A) ?? end
        defer { position = min(lineEnd + 1, end) }
        return text[position..<lineEnd]
    }
}
