import Testing

@testable import AgeFormat

struct AgeArmorTests {
    private static let start = "-----BEGIN AGE ENCRYPTED FILE-----"
    private static let end = "-----END AGE ENCRYPTED FILE-----"

    @Test func everyLengthComesBack() throws {
        for count in 1..<200 {
            let bytes = fixedRandomness(seed: UInt64(count)).bytes(count)
            let text = AgeArmor.encode(bytes)
            #expect(try AgeArmor.decode(text) == bytes)
            #expect(
                try AgeArmor.decode("\n \t" + text.split(separator: "\n").joined(separator: "\r\n") + "\r\n\n") == bytes
            )
        }
    }

    @Test(arguments: [
        "", "\(start)", "\(start)\n\(end)\n", "\(start)\n\n\(end)\n", "\(start)\nYWdl\n", "YWdl\n\(end)\n",
        "\(start)\nYWdl\n\n\(end)\n", "\(start)\n\nYWdl\n\(end)\n", "\(start)\nYW\ndl\n\(end)\n",
        "\(start)\nYWdl \n\(end)\n", "\(start)\n YWdl\n\(end)\n", "\(start)\nYWd\n\(end)\n", "\(start)\nYWe=\n\(end)\n",
        "\(start)\nYW=\n=\n\(end)\n", "x\(start)\nYWdl\n\(end)\n", "x\n\(start)\nYWdl\n\(end)\n",
        "\(start)\nYWdl\n\(end)\nx", "\(start)\nYWdl\n\(end)x", "\(start)\rYWdl\r\(end)\r", "\(start) \nYWdl\n\(end)\n",
        "\(start)\nHeader: x\n\nYWdl\n\(end)\n", "-----BEGIN AGE ENCRYPTED FILE----\nYWdl\n\(end)\n",
        "\(start)\n\(String(repeating: "A", count: 68))\n\(end)\n", "\(start)\nYWdl\n\(start)\nYWdl\n\(end)\n",
    ])
    func anotherFormIsRefused(text: String) {
        #expect(throws: AgeError.malformedArmor) { try AgeArmor.decode(text) }
    }
}
