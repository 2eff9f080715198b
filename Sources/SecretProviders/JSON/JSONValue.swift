package import SecretMemory

/// A value inside a JSON document that stays in locked memory: a place, not a copy.
///
///     let answer = try JSONValue(parsing: body)
///     let token = answer.member("auth")?.member("client_token")?.secret()
package struct JSONValue: Sendable {
    package enum Kind: String, Hashable, Sendable {
        case object, array, string, number, boolean, null
    }

    private let document: Secret
    private let range: Range<Int>
    package let kind: Kind

    /// Checks a whole document (RFC 8259) and stands for its value.
    ///
    /// Refused are also names that an object has twice, halves of surrogate pairs, invalid UTF-8, and more than 128
    /// levels.
    package init(parsing document: Secret) throws(JSONError) {
        let range = try document.withBytes { bytes throws(JSONError) in
            var scanner = JSONScanner(checksNames: true)
            return try scanner.document(in: bytes)
        }
        self.init(document, range)
    }

    private init(_ document: Secret, _ range: Range<Int>) {
        self.document = document
        self.range = range
        kind = document.withBytes { bytes in
            switch bytes[range.lowerBound] {
            case UInt8(ascii: "{"): .object
            case UInt8(ascii: "["): .array
            case UInt8(ascii: "\""): .string
            case UInt8(ascii: "t"), UInt8(ascii: "f"): .boolean
            case UInt8(ascii: "n"): .null
            default: .number
            }
        }
    }
}

// MARK: - Inside

extension JSONValue {
    /// The members of an object in the order of the document; empty for every other kind.
    package var members: [(name: String, value: JSONValue)] {
        guard kind == .object else { return [] }
        return children { bytes, scanner throws(JSONError) in
            scanner.skipSpace(in: bytes)
            let start = scanner.position
            try scanner.skipValue(in: bytes, depth: 0)
            let name = jsonName(in: bytes, at: start..<scanner.position)
            try scanner.skip(UInt8(ascii: ":"), in: bytes)
            return (name, try valueRange(in: bytes, scanner: &scanner))
        }.map { (name: $0, value: JSONValue(document, $1)) }
    }

    /// The elements of an array; empty for every other kind.
    package var elements: [JSONValue] {
        guard kind == .array else { return [] }
        return children { bytes, scanner throws(JSONError) in
            try valueRange(in: bytes, scanner: &scanner)
        }.map { JSONValue(document, $0) }
    }

    /// The member of an object; names are equal when their code points are.
    package func member(_ name: String) -> JSONValue? {
        members.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }

    /// What a JSON Pointer's reference tokens, unescaped, lead to (RFC 6901 §4); `nil` when one leads nowhere.
    package func value(at pointer: [String]) -> JSONValue? {
        pointer.reduce(Optional(self)) { value, token in
            switch value?.kind {
            case .object: value?.member(token)
            case .array: value?.element(token)
            default: nil
            }
        }
    }

    /// An index is `0` or digits without a leading zero; `-`, behind the last element, is never there.
    private func element(_ token: String) -> JSONValue? {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard token == "0" || token.utf8.first != UInt8(ascii: "0"), token.utf8.allSatisfy(digits.contains),
            let index = Int(token)
        else { return nil }
        let elements = elements
        return elements.indices.contains(index) ? elements[index] : nil
    }

    /// Walks over the children of an object or array that was found well-formed.
    private func children<Child>(
        _ child: (Span<UInt8>, inout JSONScanner) throws(JSONError) -> Child
    ) -> [Child] {
        document.withBytes { bytes in
            var scanner = JSONScanner(at: range.lowerBound + 1)
            let close = bytes[range.upperBound - 1]
            var children: [Child] = []
            guard !scanner.skips(close, in: bytes) else { return [] }
            repeat {
                // It cannot throw: the whole document was walked over before.
                guard let next = try? child(bytes, &scanner) else { break }
                children.append(next)
            } while scanner.skips(UInt8(ascii: ","), in: bytes)
            return children
        }
    }

    private func valueRange(in bytes: Span<UInt8>, scanner: inout JSONScanner) throws(JSONError) -> Range<Int> {
        scanner.skipSpace(in: bytes)
        let start = scanner.position
        try scanner.skipValue(in: bytes, depth: 0)
        return start..<scanner.position
    }
}

// MARK: - Out of it

extension JSONValue {
    /// A string's characters, or the JSON text of every other kind, in locked memory of its own.
    package func secret() -> Secret {
        document.withBytes { bytes in
            kind == .string
                ? Secret(jsonText(in: bytes, at: range))
                : Secret(SecretBytes(copying: bytes.extracting(range)))
        }
    }

    /// The value as it stands in the document, quotes and all.
    package func json() -> Secret {
        document.withBytes { Secret(SecretBytes(copying: $0.extracting(range))) }
    }

    /// A string that is no secret, such as a lease's id or an error's code, in ordinary memory.
    package var publicText: String? {
        guard kind == .string else { return nil }
        return document.withBytes { jsonName(in: $0, at: range) }
    }

    /// A number without fraction and exponent that is no secret.
    package var publicInteger: Int? {
        guard kind == .number else { return nil }
        return document.withBytes { bytes in
            unsafe bytes.extracting(range).withUnsafeBufferPointer { unsafe Int(String(decoding: $0, as: UTF8.self)) }
        }
    }

    package var boolean: Bool? {
        guard kind == .boolean else { return nil }
        return document.withBytes { $0[range.lowerBound] == UInt8(ascii: "t") }
    }
}
