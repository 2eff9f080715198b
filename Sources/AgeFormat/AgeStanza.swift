/// One way to the file key: for one recipient, in a form that its type defines.
package struct AgeStanza: Hashable, Sendable {
    /// The type, and what else stands on the first line. Each is one or more visible ASCII characters.
    package var arguments: [String]
    package var body: [UInt8]

    package var type: String { arguments.first ?? "" }

    /// `-> TYPE ARGUMENT...`, then base64 in lines of 64 of which the last is shorter, if need be empty.
    var text: String {
        var text = "-> " + arguments.joined(separator: " ") + "\n"
        let digits = Array(Base64.encode(body, padding: .none).utf8)
        var start = 0
        repeat {
            let end = min(start + AgeHeader.columns, digits.count)
            text += String(decoding: digits[start..<end], as: UTF8.self) + "\n"
            start += AgeHeader.columns
        } while start <= digits.count
        return text
    }
}
