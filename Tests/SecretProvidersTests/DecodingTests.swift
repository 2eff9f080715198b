internal import ManifestFormat
internal import SecretMemory
internal import TestSupport
import Testing

@testable import SecretProviders

struct DecodingTests {
    @Test(arguments: [
        ("", ""), ("Zg==", "f"), ("Zg", "f"), ("Zm8=", "fo"), ("Zm8", "fo"), ("Zm9v", "foo"),
        ("Zm9v\nYmFy\r\n", "foobar"),
        ("Pz8_", "???"), ("Pz8/", "???"), ("fn5-", "~~~"), (" Z g = = ", "f"),
    ])
    func base64InBothAlphabets(text: String, value: String) {
        #expect(Secret(copying: text).decoded(.base64)?.text == value)
    }

    @Test(arguments: ["Z", "Zg=", "Zg===", "Zm9v=", "Zh==", "Zm9=", "Zm9vY", "Z!==", "=", "Zg==Zg==", "Zm9v=YmFy"])
    func whatIsNoBase64IsRefused(text: String) {
        #expect(Secret(copying: text).decoded(.base64)?.text == nil)
    }

    @Test(arguments: [("", ""), ("666F6f", "foo"), ("66 6f\n6F\n", "foo")])
    func hexInBothCases(text: String, value: String) {
        #expect(Secret(copying: text).decoded(.hex)?.text == value)
    }

    @Test(arguments: ["6", "6g", "0x66", "66:6f"])
    func whatIsNoHexIsRefused(text: String) {
        #expect(Secret(copying: text).decoded(.hex)?.text == nil)
    }

    @Test func allBytesComeBack() {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        for length in 0..<200 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            // A reference of few lines: six bits at a time.
            let bits = bytes.flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 } }
            let text = stride(from: 0, to: bits.count, by: 6).map { start in
                alphabet[(start..<start + 6).reduce(0) { $0 << 1 | Int($1 < bits.count ? bits[$1] : 0) }]
            }
            #expect(Secret(SecretBytes(copying: text.span)).decoded(.base64)?.bytes == bytes, "seed \(seed)")
        }
    }
}
