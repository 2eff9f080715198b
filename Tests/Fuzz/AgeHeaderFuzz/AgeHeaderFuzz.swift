internal import AgeFormat
internal import FuzzTarget

/// Feeds the readers of age headers, armor and identity files. A header that is accepted is written as it was read.
@main
struct AgeHeaderFuzz: FuzzTarget {
    static func check(_ input: [UInt8]) {
        if let (header, length) = try? AgeHeader.parse(input.span) {
            precondition(Array(header.text.utf8) == Array(input[..<length]), "a header has another form")
        }
        if let file = try? AgeArmor.decode(input.span) {
            precondition((try? AgeArmor.decode(AgeArmor.encode(file))) == file, "armor has another form")
        }
        _ = try? AgeIdentityFile.parse(input.span)
        _ = try? AgeRecipient(parsing: String(decoding: input, as: UTF8.self))
    }
}
