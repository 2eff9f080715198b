internal import SecretMemory

/// Walks over JSON text in place (RFC 8259, strictly): it reads bytes where they lie and copies none but names.
///
/// One pass with `checksNames` proves a document well-formed; later passes over the same bytes then cannot fail.
struct JSONScanner {
    /// Objects and arrays inside one another.
    static let depthLimit = 128

    private(set) var position: Int
    private let checksNames: Bool

    init(at position: Int = 0, checksNames: Bool = false) {
        self.position = position
        self.checksNames = checksNames
    }

    /// Passes over a whole document and returns where its value lies. A byte order mark in front is passed over.
    mutating func document(in bytes: Span<UInt8>) throws(JSONError) -> Range<Int> {
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF {
            position = 3
        }
        skipSpace(in: bytes)
        let start = position
        try skipValue(in: bytes, depth: 0)
        let end = position
        skipSpace(in: bytes)
        guard position == bytes.count else { throw failure(.trailingBytes) }
        return start..<end
    }

    mutating func skipSpace(in bytes: Span<UInt8>) {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    mutating func skipValue(in bytes: Span<UInt8>, depth: Int) throws(JSONError) {
        guard position < bytes.count else { throw failure(.unexpectedEnd) }
        switch bytes[position] {
        case UInt8(ascii: "{"): try skipObject(in: bytes, depth: depth)
        case UInt8(ascii: "["): try skipArray(in: bytes, depth: depth)
        case UInt8(ascii: "\""): try skipString(in: bytes)
        case UInt8(ascii: "t"): try skipWord("true", in: bytes)
        case UInt8(ascii: "f"): try skipWord("false", in: bytes)
        case UInt8(ascii: "n"): try skipWord("null", in: bytes)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try skipNumber(in: bytes)
        default: throw failure(.unexpectedByte)
        }
    }

    /// Passes over `byte`, with the space before it.
    mutating func skip(_ byte: UInt8, in bytes: Span<UInt8>) throws(JSONError) {
        skipSpace(in: bytes)
        guard position < bytes.count else { throw failure(.unexpectedEnd) }
        guard bytes[position] == byte else { throw failure(.unexpectedByte) }
        position += 1
    }

    /// Whether `byte` comes next after space; then both are passed over.
    mutating func skips(_ byte: UInt8, in bytes: Span<UInt8>) -> Bool {
        skipSpace(in: bytes)
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private func failure(_ reason: JSONError.Reason) -> JSONError {
        JSONError(reason: reason, offset: position)
    }
}

// MARK: - Objects and arrays

extension JSONScanner {
    private mutating func skipObject(in bytes: Span<UInt8>, depth: Int) throws(JSONError) {
        guard depth < Self.depthLimit else { throw failure(.tooDeep) }
        position += 1
        var names: Set<[UInt8]> = []
        guard !skips(UInt8(ascii: "}"), in: bytes) else { return }
        while true {
            skipSpace(in: bytes)
            guard position < bytes.count else { throw failure(.unexpectedEnd) }
            guard bytes[position] == UInt8(ascii: "\"") else { throw failure(.unexpectedByte) }
            let start = position
            try skipString(in: bytes)
            if checksNames, !names.insert(Array(jsonName(in: bytes, at: start..<position).utf8)).inserted {
                throw JSONError(reason: .duplicateName, offset: start)
            }
            try skip(UInt8(ascii: ":"), in: bytes)
            skipSpace(in: bytes)
            try skipValue(in: bytes, depth: depth + 1)
            guard skips(UInt8(ascii: ","), in: bytes) else { break }
        }
        try skip(UInt8(ascii: "}"), in: bytes)
    }

    private mutating func skipArray(in bytes: Span<UInt8>, depth: Int) throws(JSONError) {
        guard depth < Self.depthLimit else { throw failure(.tooDeep) }
        position += 1
        guard !skips(UInt8(ascii: "]"), in: bytes) else { return }
        repeat {
            skipSpace(in: bytes)
            try skipValue(in: bytes, depth: depth + 1)
        } while skips(UInt8(ascii: ","), in: bytes)
        try skip(UInt8(ascii: "]"), in: bytes)
    }
}

// MARK: - Scalars

extension JSONScanner {
    private mutating func skipWord(_ word: StaticString, in bytes: Span<UInt8>) throws(JSONError) {
        for index in 0..<word.utf8CodeUnitCount {
            guard position < bytes.count else { throw failure(.unexpectedEnd) }
            guard unsafe bytes[position] == word.utf8Start[index] else { throw failure(.unexpectedByte) }
            position += 1
        }
    }

    /// RFC 8259 §6: no leading zeros, no bare point, no `+` in front.
    private mutating func skipNumber(in bytes: Span<UInt8>) throws(JSONError) {
        if bytes[position] == UInt8(ascii: "-") {
            position += 1
        }
        if position < bytes.count, bytes[position] == UInt8(ascii: "0") {
            position += 1
        } else {
            try skipDigits(in: bytes)
        }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            try skipDigits(in: bytes)
        }
        guard position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") else { return }
        position += 1
        if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
            position += 1
        }
        try skipDigits(in: bytes)
    }

    private mutating func skipDigits(in bytes: Span<UInt8>) throws(JSONError) {
        let start = position
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
            position += 1
        }
        guard position > start else { throw failure(.badNumber) }
    }

    /// Passes over a string with its quotes.
    private mutating func skipString(in bytes: Span<UInt8>) throws(JSONError) {
        position += 1
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return
            case UInt8(ascii: "\\"):
                try skipEscape(in: bytes)
            case 0x00...0x1F:
                throw failure(.controlCharacter)
            case 0x20...0x7F:
                position += 1
            default:
                position += try utf8Length(in: bytes)
            }
        }
        throw failure(.unexpectedEnd)
    }

    private mutating func skipEscape(in bytes: Span<UInt8>) throws(JSONError) {
        guard position + 1 < bytes.count else { throw failure(.unexpectedEnd) }
        guard bytes[position + 1] == UInt8(ascii: "u") else {
            guard simpleEscape(bytes[position + 1]) != nil else { throw failure(.badEscape) }
            position += 2
            return
        }
        guard let unit = codeUnit(in: bytes, at: position) else { throw failure(.badEscape) }
        switch unit {
        case 0xD800...0xDBFF:
            guard let second = codeUnit(in: bytes, at: position + 6), (0xDC00...0xDFFF).contains(second) else {
                throw failure(.loneSurrogate)
            }
            position += 12
        case 0xDC00...0xDFFF:
            throw failure(.loneSurrogate)
        default:
            position += 6
        }
    }

    /// The length of the well-formed sequence at the position (Unicode, table 3-7).
    private func utf8Length(in bytes: Span<UInt8>) throws(JSONError) -> Int {
        let (length, second): (Int, ClosedRange<UInt8>)
        switch bytes[position] {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw failure(.invalidUTF8)
        }
        guard position + length <= bytes.count, second.contains(bytes[position + 1]) else {
            throw failure(.invalidUTF8)
        }
        for index in 2..<max(length, 2) where !(0x80...0xBF).contains(bytes[position + index]) {
            throw failure(.invalidUTF8)
        }
        return length
    }
}
