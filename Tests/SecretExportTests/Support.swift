import SecretMemory
import TestSupport

@testable import SecretExport

/// One entry's name and its bytes, in ordinary memory: these are no secrets.
struct Sample {
    var name: String
    var bytes: [UInt8]

    var entry: SecretExporter.Entry {
        SecretExporter.Entry(name: name, value: Secret(locked(bytes)))
    }
}

/// `A0`, `A1`, … with these values.
func samples(_ values: [[UInt8]]) -> [Sample] {
    values.enumerated().map { Sample(name: "A\($0.offset)", bytes: $0.element) }
}

func samples(_ texts: [String]) -> [Sample] {
    samples(texts.map { Array($0.utf8) })
}

func locked(_ bytes: [UInt8]) -> SecretBytes {
    SecretBytes(copying: bytes.span)
}

extension SecretBytes {
    borrowing func copyOut() -> [UInt8] {
        withBytes { bytes in (0..<bytes.count).map { bytes[$0] } }
    }
}

func exported(_ format: ExportFormat, _ samples: [Sample]) throws -> [UInt8] {
    try SecretExporter(format).export(samples.map(\.entry)).copyOut()
}

func exportedText(_ format: ExportFormat, _ samples: [Sample]) throws -> String {
    String(decoding: try exported(format, samples), as: UTF8.self)
}

/// What the format says about one value.
func reasons(_ format: ExportFormat, _ value: [UInt8]) -> [ExportError.Reason] {
    do {
        _ = try SecretExporter(format).export(samples([value]).map(\.entry))
        return []
    } catch {
        return error.all.map(\.reason)
    }
}

/// Values on which quoting has gone wrong before.
let nastyTexts: [String] = [
    "", "plain", " leading", "trailing ", "\ttabs\t", "a b c", "it's", "\"quoted\"", "'", "\"", "''", "\"\"", "`id`",
    "$HOME", "$(id)", "$", "$$", "a$5", "it's $5 \"now\"", "\\", "\\\\", "a\\b", "a\\nb", "ends\\", "ends\\\\", "\\'",
    "\\\"", "\\$HOME", "#comment", "a #b", "a=b", "=", "export X=1", "line1\nline2", "\n", "\n\n", "ends\n", "\nstarts",
    "a\r\nb", "ends\r", "\r", "a\rb", "-----BEGIN KEY-----\nMIIB+/=\n-----END KEY-----\n", "päßwörd", "日本語", "🔑",
    "\u{FEFF}x",
    "\u{2028}", "\u{85}", "\u{7F}", "\u{1B}[31m", "\u{01}\u{1F}", "*", "?", "[a]", "~", "!", "!!", "%", "%25", "%s",
    "a;b",
    "a&b|c", "<>", "{a,b}", "null", "~", "true", "yes", "0123", "1e5", "- x", "key: value", "{\"a\": [1]}", "a\u{0}b",
    "EOF", "withsecrets_", "<<", "\u{FFFE}", "\u{10FFFF}", "!!binary x", "&a", "*a", "@", "a\tb",
]

/// Bytes that are no UTF-8.
let nastyBytes: [[UInt8]] = [
    [0xFF], [0xC3, 0x28], [0x80, 0x81, 0x82, 0x88], [0xED, 0xA0, 0x80], Array("a".utf8) + [0xFE, 0x0A, 0x27],
    [UInt8](1...255),
]

/// Random values out of the pieces that quoting is about.
func randomValues(count: Int, seed: UInt64, isText: Bool) -> [[UInt8]] {
    var generator = SeededGenerator(seed: seed)
    let pieces = [
        "'", "\"", "\\", "$", "`", "\n", "\r", " ", "\t", "#", "=", "{", "}", "a", "n", "x", "é", "🔑", "%", "!",
        "\u{2028}", ";",
        "$'", "\\n", "''", "\\'",
    ].map { Array($0.utf8) }
    return (0..<count).map { _ in
        var value: [UInt8] = []
        for _ in 0..<Int.random(in: 0...12, using: &generator) {
            if isText || Bool.random(using: &generator) {
                value += pieces[Int.random(in: 0..<pieces.count, using: &generator)]
            } else {
                value.append(UInt8.random(in: 1...255, using: &generator))
            }
        }
        return value
    }
}
