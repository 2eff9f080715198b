internal import SecretMemory
internal import TestSupport
import Testing

@testable import SecretProviders

struct JSONValueTests {
    /// RFC 6901, section 5.
    static let rfcDocument = """
        {"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\\\j": 5, "k\\"l": 6, " ": 7, "m~n": 8}
        """

    @Test(arguments: [
        (["foo"], #"["bar", "baz"]"#), (["foo", "0"], "bar"), ([""], "0"), (["a/b"], "1"), (["c%d"], "2"),
        (["e^f"], "3"),
        (["g|h"], "4"), (["i\\j"], "5"), (["k\"l"], "6"), ([" "], "7"), (["m~n"], "8"),
    ])
    func pointersOfTheStandardLeadWhereItSays(tokens: [String], value: String) throws {
        let document = try JSONValue(parsing: Secret(copying: Self.rfcDocument))
        #expect(document.value(at: tokens)?.secret().text == value)
    }

    @Test(arguments: [
        ["bar"], ["foo", "2"], ["foo", "-"], ["foo", "00"], ["foo", "01"], ["foo", "+1"], ["foo", ""], ["a/b", "x"],
        ["foo", "99999999999999999999"],
    ])
    func otherPointersLeadNowhere(tokens: [String]) throws {
        let document = try JSONValue(parsing: Secret(copying: Self.rfcDocument))
        #expect(document.value(at: tokens)?.kind == nil)
    }

    @Test func theEmptyPointerIsTheDocument() throws {
        let document = try JSONValue(parsing: Secret(copying: " [1] "))
        #expect(document.value(at: [])?.secret().text == "[1]")
    }

    @Test(arguments: [
        (#""a\u0041\n\t\"\\\/""#, "aA\n\t\"\\/"), (#""\ud83d\ude00é""#, "😀é"), (#""\u0000""#, "\0"),
        ("\"\u{7F}\"", "\u{7F}"),
        ("1.50e+3", "1.50e+3"), ("-0", "-0"), ("null", "null"), ("true", "true"), ("[ 1 ]", "[ 1 ]"),
        ("\u{FEFF}{}", "{}"),
    ])
    func valuesComeOutAsTheyAre(json: String, value: String) throws {
        #expect(try JSONValue(parsing: Secret(copying: json)).secret().text == value)
    }

    @Test(
        arguments: [
            ("", .unexpectedEnd, 0), ("  ", .unexpectedEnd, 2), ("{", .unexpectedEnd, 1),
            (#"{"a" 1}"#, .unexpectedByte, 5),
            (#"{"a":1,}"#, .unexpectedByte, 7), ("[1,]", .unexpectedByte, 3), ("[1 2]", .unexpectedByte, 3),
            ("{a:1}", .unexpectedByte, 1), ("'a'", .unexpectedByte, 0), ("tru", .unexpectedEnd, 3),
            ("nul1", .unexpectedByte, 3), ("01", .trailingBytes, 1), ("1.", .badNumber, 2), ("-", .badNumber, 1),
            ("1e", .badNumber, 2), (".5", .unexpectedByte, 0), ("+1", .unexpectedByte, 0), ("NaN", .unexpectedByte, 0),
            ("\"a\nb\"", .controlCharacter, 2), (#""\x""#, .badEscape, 1), (#""\u12g4""#, .badEscape, 1),
            (#""\ud800""#, .loneSurrogate, 1), (#""\udc00""#, .loneSurrogate, 1),
            (#""\ud800\u0041""#, .loneSurrogate, 1),
            (#"{"a":1,"\u0061":2}"#, .duplicateName, 7), ("{} {}", .trailingBytes, 3), ("1//x", .trailingBytes, 1),
        ] as [(String, JSONError.Reason, Int)]
    )
    func whatIsNoJSONIsRefusedAtItsPlace(json: String, reason: JSONError.Reason, offset: Int) {
        #expect(throws: JSONError(reason: reason, offset: offset)) {
            try JSONValue(parsing: Secret(copying: json))
        }
    }

    @Test(
        arguments: [
            [0x80], [0xC0, 0xAF], [0xC3], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF],
        ] as [[UInt8]]
    )
    func invalidUTF8IsRefused(bytes: [UInt8]) {
        let quoted = [UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\"")]
        #expect(throws: JSONError(reason: .invalidUTF8, offset: 1)) {
            try JSONValue(parsing: Secret(SecretBytes(copying: quoted.span)))
        }
    }

    @Test func depthHasALimit() throws {
        let deepest = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
        #expect(try JSONValue(parsing: Secret(copying: deepest)).kind == .array)
        #expect(throws: JSONError(reason: .tooDeep, offset: 128)) {
            try JSONValue(parsing: Secret(copying: "[\(deepest)]"))
        }
    }

    @Test func membersKeepTheirOrderAndNamesTheirCodePoints() throws {
        let document = try JSONValue(parsing: Secret(copying: "{\"é\":1,\"e\u{301}\":2,\"a\":{}}"))
        #expect(document.members.map(\.name.utf8.count) == [2, 3, 1])
        #expect(document.member("e\u{301}")?.publicInteger == 2)
    }

    @Test func anyStringSurvivesTheWayThroughJSON() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let text = randomText(&generator)
            let json = "{\"x\":[0,\(quoted(text, &generator))]}"
            let value = try JSONValue(parsing: Secret(copying: json)).value(at: ["x", "1"])
            #expect(value?.secret().text.utf8.elementsEqual(text.utf8) ?? false, "seed \(seed)")
        }
    }

    private func randomText(_ generator: inout SeededGenerator) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0..<20, using: &generator) {
            let limit: UInt32 = [0x20, 0x7F, 0x7FF, 0xFFFF, 0x10FFFF].randomElement(using: &generator) ?? 0x7F
            if let scalar = Unicode.Scalar(UInt32.random(in: 0...limit, using: &generator)) {
                text.append(scalar)
            }
        }
        return String(text)
    }

    /// Each character as itself or as an escape, by chance.
    private func quoted(_ text: String, _ generator: inout SeededGenerator) -> String {
        var json = "\""
        for scalar in text.unicodeScalars {
            let mustEscape = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
            if mustEscape || Bool.random(using: &generator) {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else {
                json.unicodeScalars.append(scalar)
            }
        }
        return json + "\""
    }
}
