@testable import OutputMasking

/// Patterns, a stream in which they are likely, and how it is cut, all told by the fuzzer's bytes.
struct FuzzCase {
    var patterns: [OpenPattern] = []
    var stream: [UInt8] = []
    var cuts: [Int] = []
    var pauses: [Int] = []

    /// What interrupts patterns, and what looks as if it did.
    private static let gaps = [
        "\n", "\r\n", "\n  ", "\r\r\n", "\n\t", "\n\n", "\u{1B}[1m", "\u{1B}[m", "\u{1B}[0;31m", "\u{1B}]0;a\u{7}",
        "\u{1B}(B", "\u{1B}", "\u{1B}[", "\u{1B}[0m\n", "\n\u{1B}[0m", " ", "  ", "\u{1B}[0m\u{1B}[K", "\t", "m",
    ].map { Array($0.utf8) }

    init(_ bytes: [UInt8]) {
        var input = FuzzInput(bytes: bytes)
        let alphabet = Array("abABmcX9+=".utf8.prefix(2 + Int(input.next() & 7)))
        for owner in 0..<(1 + Int(input.next() & 3)) { addPattern(owner, alphabet, &input) }
        let longest = 20 + Int(input.next()) * 4
        let cutPlaces = (0..<(input.next() & 7)).map { _ in Int(input.next()) * 256 + Int(input.next()) }
        let pausePlaces = (0..<(input.next() & 3)).map { _ in Int(input.next()) * 256 + Int(input.next()) }
        while !input.isAtEnd, stream.count < longest { addPiece(alphabet, &input) }
        cuts = cutPlaces.map { $0 % (stream.count + 1) }
        pauses = Array(Set(pausePlaces.map { $0 % (stream.count + 1) })).sorted()
    }

    private mutating func addPattern(_ owner: Int, _ alphabet: [UInt8], _ input: inout FuzzInput) {
        var traits = PatternTraits(owner: owner, form: .raw)
        let kind = input.next()
        let count = kind & 1 == 0 ? 1 + Int(input.next() & 7) : 6 + Int(input.next() % 24)
        if kind & 2 != 0 { traits.leading = UInt8(1 + input.next() % 20) }
        if kind & 4 != 0 { traits.trailing = UInt8(1 + input.next() % 20) }
        if kind & 8 != 0, count >= 3, count <= MaskedSecret.longestDelimited {
            (traits.isDelimited, traits.leading, traits.trailing) = (true, 0, 0)
        }
        if kind & 16 != 0, traits.leading == 0 { traits.publicCount = Int(input.next()) % count }
        var pattern = (0..<count).map { _ in alphabet[Int(input.next()) % alphabet.count] }
        if kind & 32 != 0 { pattern = [UInt8](repeating: pattern[0], count: count - 1) + [pattern[count - 1]] }
        if kind & 64 != 0, count > 2 { pattern[1 + Int(input.next()) % (count - 2)] = 0x0A }
        patterns.append(OpenPattern(bytes: pattern, traits: traits))
    }

    private mutating func addPiece(_ alphabet: [UInt8], _ input: inout FuzzInput) {
        let kind = input.next()
        var piece = patterns[Int(kind >> 5) % patterns.count].bytes
        switch kind & 7 {
        case 0:
            stream += [UInt8](repeating: UInt8(ascii: "-"), count: Int(input.next() & 63))
            return
        case 1:
            stream += Self.gaps[Int(input.next()) % Self.gaps.count]
            return
        case 2: piece = (0..<(input.next() & 7)).map { _ in alphabet[Int(input.next()) % alphabet.count] }
        case 3: piece = Array(piece.prefix(Int(input.next()) % (piece.count + 1)))
        case 4: piece = Array(piece.dropFirst(Int(input.next()) % (piece.count + 1)))
        default: break
        }
        for _ in 0..<(kind >> 3 & 3) {
            let gap = Self.gaps[Int(input.next()) % Self.gaps.count]
            piece.insert(contentsOf: gap, at: Int(input.next()) % (piece.count + 1))
        }
        stream += piece
    }
}

/// The fuzzer's bytes, one after another; zeros when they are used up.
struct FuzzInput {
    let bytes: [UInt8]
    private(set) var position = 0

    var isAtEnd: Bool { position >= bytes.count }

    mutating func next() -> UInt8 {
        defer { position += 1 }
        return position < bytes.count ? bytes[position] : 0
    }
}
