internal import SecretMemory

/// A JSON value to send, written into locked memory.
indirect enum JSONBody: Sendable {
    case text(String)
    case secret(Secret)
    case number(Int)
    case flag(Bool)
    case list([JSONBody])
    case object([(String, JSONBody)])
    /// A document that was checked already.
    case document(Secret)

    func encoded() -> Secret {
        var bytes = SecretBytes(capacity: 512)
        append(to: &bytes)
        return Secret(bytes)
    }

    private func append(to bytes: inout SecretBytes) {
        switch self {
        case .text(let text): Self.append(text, to: &bytes)
        case .secret(let secret): secret.withBytes { bytes.append(jsonString: $0) }
        case .number(let number): bytes.append(String(number))
        case .flag(let flag): bytes.append(flag ? "true" : "false")
        case .document(let document): bytes.append(document)
        case .list(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                element.append(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                Self.append(member.0, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                member.1.append(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static func append(_ text: String, to bytes: inout SecretBytes) {
        var text = text
        text.withUTF8 { bytes.append(jsonString: unsafe $0.span) }
    }
}
