/// A piece of a JSON document that keeps its members in the order that they were given.
enum SchemaValue: Sendable {
    case string(String)
    case number(Int)
    case flag(Bool)
    case array([SchemaValue])
    case object([Member])

    struct Member: Sendable {
        var name: String
        var value: SchemaValue
    }

    /// The object with one more member, behind its own; what is no object stays.
    func adding(_ name: String, _ value: SchemaValue) -> SchemaValue {
        guard case .object(let own) = self else { return self }
        return .object(own + [Member(name: name, value: value)])
    }

    /// The object with another's members behind its own.
    func adding(membersOf other: SchemaValue) -> SchemaValue {
        guard case .object(let own) = self, case .object(let more) = other else { return self }
        return .object(own + more)
    }

    /// Indented by two blanks, without a newline at the end. What holds nothing but scalars is one line.
    func text(indentation: String = "") -> String {
        let inner = indentation + "  "
        switch self {
        case .string(let text): return quoted(text)
        case .number(let number): return String(number)
        case .flag(let flag): return flag ? "true" : "false"
        case .array(let elements):
            guard !elements.allSatisfy(\.isScalar) else {
                return "[" + elements.map { $0.text() }.joined(separator: ", ") + "]"
            }
            let lines = elements.map { inner + $0.text(indentation: inner) }
            return "[\n" + lines.joined(separator: ",\n") + "\n\(indentation)]"
        case .object(let members):
            guard members.count > 1 || members.contains(where: { !$0.value.isScalar }) else {
                return "{ " + members.map { "\(quoted($0.name)): \($0.value.text())" }.joined() + " }"
            }
            let lines = members.map { "\(inner)\(quoted($0.name)): \($0.value.text(indentation: inner))" }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(indentation)}"
        }
    }

    private var isScalar: Bool {
        switch self {
        case .string, .number, .flag: true
        case .array, .object: false
        }
    }

    /// RFC 8259 §7.
    private func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

extension SchemaValue: ExpressibleByStringLiteral {
    init(stringLiteral value: String) { self = .string(value) }
}

extension SchemaValue: ExpressibleByIntegerLiteral {
    init(integerLiteral value: Int) { self = .number(value) }
}

extension SchemaValue: ExpressibleByBooleanLiteral {
    init(booleanLiteral value: Bool) { self = .flag(value) }
}

extension SchemaValue: ExpressibleByArrayLiteral {
    init(arrayLiteral elements: SchemaValue...) { self = .array(elements) }
}

extension SchemaValue: ExpressibleByDictionaryLiteral {
    init(dictionaryLiteral elements: (String, SchemaValue)...) {
        self = .object(elements.map { Member(name: $0.0, value: $0.1) })
    }
}
