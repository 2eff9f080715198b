internal import SecretMemory
internal import TestSupport
import Testing

@testable import SecretProviders

struct DotenvParserTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var what: String
        var file: String
        var fields: [String]

        init(_ what: String, _ file: String, _ fields: String...) {
            (self.what, self.file, self.fields) = (what, file, fields)
        }

        var testDescription: String { what }
    }

    @Test(arguments: [
        Case("an empty file", ""),
        Case("blank lines and comments", "\n  \t\n# A=1\n   # B=2\n"),
        Case("plain values", "A=1\nB = two words \nC=\tx", "A=1", "B=two words", "C=x"),
        Case("empty values", "A=\nB= \nC=''\nD=\"\"\nE=", "A=", "B=", "C=", "D=", "E="),
        Case(
            "export",
            "export A=1\nexport\tB=2\nexport=3\nexport =4\nexporting=5",
            "A=1",
            "B=2",
            "export=4",
            "exporting=5"
        ),
        Case("names with points and dashes", "a.b-c_1=x\n_A=y", "a.b-c_1=x", "_A=y"),
        Case(
            "comments behind values",
            "A=1 # x\nB=1# x\nC=#x\nD= # x\nE='a#b' # x\nF=a b  #x",
            "A=1",
            "B=1# x",
            "C=#x",
            "D=",
            "E=a#b",
            "F=a b"
        ),
        Case("single quotes take all as it is", #"A='a\nb"$X${Y}'"#, #"A=a\nb"$X${Y}"#),
        Case("double quotes know escapes", #"A="a\nb\r\t\\\"\'\$X""#, "A=a\nb\r\t\\\"'$X"),
        Case("nothing is expanded", "A=$HOME\nB=\"${HOME}\"", "A=$HOME", "B=${HOME}"),
        Case("values over lines", "A=\"one\ntwo\r\nthree\"\nB='x\ny'\n", "A=one\ntwo\nthree", "B=x\ny"),
        Case("CRLF", "A=1\r\nB=\"2\"\r\n\r\n# c\r\nC=3", "A=1", "B=2", "C=3"),
        Case("a byte order mark", "\u{FEFF}A=1", "A=1"),
        Case("quotes inside a plain value", "A=it's\nB=a\"b\"", "A=it's", "B=a\"b\""),
        Case("equals signs in a value", "A=b=c==", "A=b=c=="),
        Case("the last of two counts, at the place of the first", "A=1\nB=2\nA=3", "A=3", "B=2"),
    ])
    func readsFiles(test: Case) throws {
        #expect(try parse(test.file) == test.fields)
    }

    @Test(
        arguments: [
            ("1A=x", .badName, 1, 1), ("=x", .badName, 1, 1), ("A=1\n  é=x", .badName, 2, 3),
            ("A\nB=1", .noEquals, 1, 2),
            ("A B=1", .noEquals, 1, 3), ("export A", .noEquals, 1, 9), ("é", .badName, 1, 1), ("AÄ=1", .noEquals, 1, 2),
            ("A=1\nB=\"ä\nC=2", .unclosedQuote, 2, 3), ("A='x", .unclosedQuote, 1, 3),
            ("A='x'y", .textAfterQuote, 1, 6),
            ("A=\"ä\"#c", .textAfterQuote, 1, 6), (#"A="C:\dir""#, .badEscape, 1, 6), ("A=\"\\", .badEscape, 1, 4),
            ("A=\"x\\\ny\"", .badEscape, 1, 5), ("A=`x`", .backquote, 1, 3), ("A=1\rB=2", .loneCarriageReturn, 1, 4),
            ("A='x\ry'", .loneCarriageReturn, 1, 5), ("A=x\0y", .nul, 1, 4), ("A='\n\0'", .nul, 2, 1),
            ("#\0", .nul, 1, 2),
        ] as [(String, DotenvError.Reason, Int, Int)]
    )
    func pointsAtMistakes(file: String, reason: DotenvError.Reason, line: Int, column: Int) {
        #expect(throws: DotenvError(reason: reason, line: line, column: column)) { try parse(file) }
    }

    @Test func utf16IsCalledByItsName() {
        #expect(throws: DotenvError(reason: .utf16, line: 1, column: 1)) {
            let bytes: [UInt8] = [0xFF, 0xFE, 0x41, 0x00]
            _ = try parseDotenv(bytes.span)
        }
    }

    @Test func valuesNeedNotBeText() throws {
        let bytes: [UInt8] = Array("A=".utf8) + [0xFF, 0x80] + Array("\nB='".utf8) + [0xC3] + Array("'".utf8)
        #expect(try parseDotenv(bytes.span).map(\.value.bytes) == [[0xFF, 0x80], [0xC3]])
    }

    @Test func whatIsWrittenInAnyQuotesIsReadBack() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            var fields: [String] = []
            var file = ""
            for index in 0..<Int.random(in: 1..<5, using: &generator) {
                let value = randomValue(&generator)
                fields.append("N\(index)=\(value)")
                file += ["", "export ", "  "].randomElement(using: &generator) ?? ""
                file += "N\(index)=\(written(value, &generator))"
                file += ["\n", "\r\n", " # c\n", "\t\n\n"].randomElement(using: &generator) ?? "\n"
            }
            #expect(try parse(file) == fields, "seed \(seed)")
        }
    }

    private func randomValue(_ generator: inout SeededGenerator) -> String {
        let characters = Array("ab #'\"\\$=\n\té`")
        return String(
            (0..<Int.random(in: 0..<12, using: &generator)).compactMap { _ in
                characters.randomElement(using: &generator)
            }
        )
    }

    /// In whichever quotes can hold the value.
    private func written(_ value: String, _ generator: inout SeededGenerator) -> String {
        let isPlain = !value.isEmpty && value.allSatisfy { "abé=$".contains($0) }
        if isPlain, Bool.random(using: &generator) { return value }
        if !value.contains("'"), Bool.random(using: &generator) { return "'\(value)'" }
        var escaped = ""
        for character in value {
            switch character {
            case "\"", "\\": escaped += "\\\(character)"
            case "\n": escaped += Bool.random(using: &generator) ? "\\n" : "\n"
            default: escaped.append(character)
            }
        }
        return "\"\(escaped)\""
    }

    private func parse(_ file: String) throws -> [String] {
        var file = file
        return try file.withUTF8 { try parseDotenv(unsafe $0.span) }.map { "\($0.name)=\($0.value.text)" }
    }
}
