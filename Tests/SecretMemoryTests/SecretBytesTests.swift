import Testing

@testable import SecretMemory

struct SecretBytesTests {
    @Test func growsAndKeepsItsBytes() {
        var bytes = SecretBytes(capacity: 1)
        for value in 0..<5000 { bytes.append(UInt8(truncatingIfNeeded: value)) }
        #expect(bytes.count == 5000)
        bytes.withBytes { span in
            for index in span.indices where span[index] != UInt8(truncatingIfNeeded: index) {
                Issue.record("byte \(index) changed")
                return
            }
        }
    }

    @Test func twentyThousandSecretsFit() {
        let secrets = (0..<20_000).map { Secret(copying: "value number \($0)") }
        #expect(secrets.allSatisfy { !$0.isEmpty })
        #expect(secrets[7].isEqual(to: Secret(copying: "value number 7")))
        #expect(!secrets[7].isEqual(to: secrets[8]))
    }

    @Test func aReaderFillsWhatItWants() {
        var bytes = SecretBytes(copying: "ab")
        unsafe bytes.append(upTo: 100) { room in
            unsafe room.copyBytes(from: [UInt8(ascii: "c"), UInt8(ascii: "d")])
            return 2
        }
        #expect(Secret(bytes).isEqual(to: Secret(copying: "abcd")))
    }

    @Test(arguments: [
        ("", ""), ("\n", ""), ("\r\n", ""), ("a\n", "a"), ("a\r\n", "a"), ("a\n\n", "a\n"), ("a\r", "a\r"),
        ("\na", "\na"),
    ])
    func oneNewlineIsTakenOff(given: String, left: String) {
        var bytes = SecretBytes(copying: given)
        bytes.trimOneNewline()
        #expect(Secret(bytes).isEqual(to: Secret(copying: left)))
    }

    @Test func printingASecretShowsNothing() {
        let secret = Secret(copying: "hunter2-hunter2")
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(!"\(secret) \(String(reflecting: secret)) \(dumped)".contains("hunter2"))
    }
}
