/// `template: "postgres://app:${DB_PASSWORD}@db"`: text with other variables of the manifest in it.
package struct Template: Hashable, Sendable {
    package enum Part: Hashable, Sendable {
        case text(String)
        case variable(String)
    }

    /// Why text is no template; `offset` counts Unicode scalars from its start.
    package struct Malformed: Error, Hashable {
        package enum Reason: Hashable, Sendable {
            /// A `$` that starts neither `${NAME}` nor `$$`.
            case strayDollar
            case unclosedBrace
            case badName
        }

        package var reason: Reason
        package var offset: Int
    }

    package private(set) var parts: [Part]

    /// The names that it inserts, in the order of their first use.
    package var names: [String] {
        var seen: Set<String> = []
        return parts.compactMap { part in
            guard case .variable(let name) = part, seen.insert(name).inserted else { return nil }
            return name
        }
    }

    /// Reads `${NAME}` as a variable and `$$` as a `$`.
    package init(parsing text: String) throws(Malformed) {
        let scalars = Array(text.unicodeScalars)
        var parts: [Part] = []
        var plain = String.UnicodeScalarView()
        var index = 0
        while index < scalars.count {
            guard scalars[index] == "$" else {
                plain.append(scalars[index])
                index += 1
                continue
            }
            let start = index
            switch index + 1 < scalars.count ? scalars[index + 1] : nil {
            case "$":
                plain.append("$")
                index += 2
            case "{":
                guard let end = scalars[index...].firstIndex(of: "}") else {
                    throw Malformed(reason: .unclosedBrace, offset: start)
                }
                var name = String.UnicodeScalarView()
                name.append(contentsOf: scalars[(index + 2)..<end])
                guard isVariableName(String(name)) else { throw Malformed(reason: .badName, offset: start) }
                if !plain.isEmpty {
                    parts.append(.text(String(plain)))
                    plain = String.UnicodeScalarView()
                }
                parts.append(.variable(String(name)))
                index = end + 1
            default:
                throw Malformed(reason: .strayDollar, offset: start)
            }
        }
        if !plain.isEmpty {
            parts.append(.text(String(plain)))
        }
        self.parts = parts
    }
}

/// Whether `name` is a name of the POSIX shell's variables: letters, digits and `_`, no digit first.
package func isVariableName(_ name: String) -> Bool {
    guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
    return name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
