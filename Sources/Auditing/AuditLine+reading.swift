internal import Diagnostics

extension AuditLine {
    /// Reads one line, without its newline, as strictly as it was written: keys, order, spelling.
    ///
    /// - Returns: `nil` for what we did not write so.
    package init?(parsing bytes: Span<UInt8>) {
        var reader = LineReader()
        guard reader.takes(#"{"audit":1,"sequence":"#, in: bytes), let sequence = reader.number(in: bytes),
            sequence > 0,
            reader.takes(#","time":"#, in: bytes), let time = reader.text(in: bytes).flatMap(AuditTime.init(parsing:)),
            reader.takes(#","operation":"#, in: bytes), let operation = reader.text(in: bytes),
            reader.takes(#","user":"#, in: bytes), let user = reader.text(in: bytes),
            reader.takes(#","pid":"#, in: bytes), let pid = reader.number(in: bytes).flatMap(Int32.init(exactly:)),
            reader.takes(#","command":"#, in: bytes), let command = reader.optionalText(in: bytes),
            reader.takes(#","variable":"#, in: bytes), let variable = reader.optionalText(in: bytes),
            reader.takes(#","provider":"#, in: bytes), let provider = reader.optionalText(in: bytes),
            reader.takes(#","reference":"#, in: bytes), let reference = reader.optionalText(in: bytes),
            reader.takes(#","outcome":"#, in: bytes),
            let outcome = reader.text(in: bytes).flatMap(AuditRecord.Outcome.init(rawValue:)),
            reader.takes(#","milliseconds":"#, in: bytes), let milliseconds = reader.optionalNumber(in: bytes),
            reader.takes(#","previous":"#, in: bytes), let previous = reader.hash(in: bytes)
        else { return nil }
        let hashedCount = reader.position
        guard reader.takes(#","hash":"#, in: bytes), let hash = reader.hash(in: bytes),
            reader.takes("}", in: bytes), reader.position == bytes.count
        else { return nil }
        record = AuditRecord(
            time: time,
            operation: AuditRecord.Operation(rawValue: operation),
            user: user,
            pid: pid,
            command: command,
            variable: variable,
            provider: provider,
            reference: reference,
            outcome: outcome,
            milliseconds: milliseconds
        )
        self.sequence = sequence
        self.previous = previous
        self.hash = hash
        isGenuine = AuditHash(of: bytes.extracting(0..<hashedCount)) == hash
    }
}

private func isPrintable(_ text: String) -> Bool {
    text.utf8.allSatisfy { (0x20...0x7E).contains($0) } || printable(text, limit: .max) == text
}

/// The pieces of a line, each taken where it stands.
private struct LineReader {
    private(set) var position = 0

    mutating func takes(_ text: StaticString, in bytes: Span<UInt8>) -> Bool {
        guard position + text.utf8CodeUnitCount <= bytes.count else { return false }
        for index in 0..<text.utf8CodeUnitCount where unsafe bytes[position + index] != text.utf8Start[index] {
            return false
        }
        position += text.utf8CodeUnitCount
        return true
    }

    /// A whole number without sign and leading zeros, at most 18 digits.
    mutating func number(in bytes: Span<UInt8>) -> Int? {
        let start = position
        var value = 0
        while position < bytes.count, position - start < 18,
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position])
        {
            value = value * 10 + Int(bytes[position] - UInt8(ascii: "0"))
            position += 1
        }
        guard position > start, bytes[start] != UInt8(ascii: "0") || position == start + 1 else { return nil }
        return value
    }

    /// A number, or `.some(nil)` for `null`.
    mutating func optionalNumber(in bytes: Span<UInt8>) -> Int?? {
        if takes("null", in: bytes) { return .some(nil) }
        return number(in: bytes).map { .some($0) }
    }

    /// A string in which only `"` and `\` are escaped.
    mutating func text(in bytes: Span<UInt8>) -> String? {
        guard takes("\"", in: bytes) else { return nil }
        var content: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                // What a terminal could act upon we would have escaped.
                return String(validating: content, as: UTF8.self).flatMap { isPrintable($0) ? $0 : nil }
            case UInt8(ascii: "\\"):
                guard position < bytes.count,
                    bytes[position] == UInt8(ascii: "\"") || bytes[position] == UInt8(ascii: "\\")
                else { return nil }
                content.append(bytes[position])
                position += 1
            case 0..<0x20:
                return nil
            default:
                content.append(byte)
            }
        }
        return nil
    }

    /// A string, or `.some(nil)` for `null`.
    mutating func optionalText(in bytes: Span<UInt8>) -> String?? {
        if takes("null", in: bytes) { return .some(nil) }
        return text(in: bytes).map { .some($0) }
    }

    mutating func hash(in bytes: Span<UInt8>) -> AuditHash? {
        guard takes("\"", in: bytes), position + 64 <= bytes.count,
            let hash = AuditHash(hexadecimal: bytes.extracting(position..<position + 64))
        else { return nil }
        position += 64
        return takes("\"", in: bytes) ? hash : nil
    }
}
