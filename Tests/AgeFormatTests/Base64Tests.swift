import Testing

@testable import AgeFormat

struct Base64Tests {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ])
    func theVectorsOfRFC4648HoldBothWays(plain: String, encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(plain.utf8))
        let bare = encoded.filter { $0 != "=" }
        #expect(Base64.encode(Array(plain.utf8), padding: .none) == bare)
        #expect(Base64.decode(bare, padding: .none) == Array(plain.utf8))
    }

    @Test(arguments: [
        "Zg", "Zg=", "Zh==", "Zm9=", "Zg==\n", " Zg==", "Zg==Zg==", "Z===", "====", "Zm-_", "Zm9v=", "Zé==",
    ])
    func whatIsNotCanonicalIsRefused(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test(arguments: ["Z", "Zh", "Zm9", "Zg==", "Zm8=", "Zm9vY", "Zm9v\n"])
    func whatIsNotCanonicalWithoutPaddingIsRefused(text: String) {
        #expect(Base64.decode(text, padding: .none) == nil)
    }

    @Test func everyLengthComesBack() {
        for count in 0..<200 {
            let bytes = fixedRandomness(seed: UInt64(count)).bytes(count)
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            #expect(Base64.decode(Base64.encode(bytes, padding: .none), padding: .none) == bytes)
        }
    }
}
