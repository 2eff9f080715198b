import SecretMemory
import Testing

@testable import AgeFormat

struct Bech32Tests {
    private func decode(_ text: String, prefix: String) -> [UInt8]? {
        let bytes = Array(text.utf8)
        guard let data = Bech32.decode(bytes.span, prefix: prefix) else { return nil }
        return revealed(data)
    }

    @Test func aVectorOfBIP173Decodes() {
        // The data of the vector is 00 44 32 14 c7 42 54 b6 35 cf 84 65 3a 56 d7 c6 75 be 77 df, once its bits are regrouped.
        let text = "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw"
        let data: [UInt8] = [
            0x00, 0x44, 0x32, 0x14, 0xC7, 0x42, 0x54, 0xB6, 0x35, 0xCF, 0x84, 0x65, 0x3A, 0x56, 0xD7, 0xC6, 0x75, 0xBE,
            0x77, 0xDF,
        ]
        #expect(decode(text, prefix: "abcdef") == data)
        #expect(revealed(Bech32.encode(data.span, prefix: "abcdef")) == Array(text.utf8))
        #expect(decode(text.uppercased(), prefix: "ABCDEF") == data)
    }

    @Test func everyChangeOfOneCharacterIsNoticed() {
        let text = AgeIdentity.fixed(1).recipient.text
        for index in text.indices {
            for replacement in "qpzry9x8gf2tvdw0s3jn54khce6mua7lbQ1-é" where text[index] != replacement {
                var changed = text
                changed.replaceSubrange(index...index, with: String(replacement))
                #expect(decode(changed, prefix: "age") == nil, "\(changed)")
            }
        }
        #expect(decode(String(text.dropLast()), prefix: "age") == nil)
        #expect(decode(text.uppercased(), prefix: "age") == nil)
        #expect(decode(text, prefix: "ag") == nil)
        #expect(decode("age1", prefix: "age") == nil)
    }
}
