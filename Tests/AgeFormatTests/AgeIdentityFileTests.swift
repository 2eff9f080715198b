import SecretMemory
import Testing

@testable import AgeFormat

struct AgeIdentityFileTests {
    private func outcome(_ text: String) -> String {
        let bytes = Array(text.utf8)
        do throws(AgeError) {
            switch try AgeIdentityFile.parse(bytes.span) {
            case .identities(let identities): return identities.map(\.recipient.text).joined(separator: " ")
            case .encrypted(let file): return "encrypted, \(file.count) bytes"
            }
        } catch {
            return "\(error)"
        }
    }

    private let identity = AgeIdentity.fixed(1)
    private var line: String { String(decoding: revealed(identity.text), as: UTF8.self) }

    @Test func linesOfAgeKeygenAreRead() {
        let other = AgeIdentity.fixed(2)
        let otherLine = String(decoding: revealed(other.text), as: UTF8.self)
        #expect(outcome("# created: today\n# public key: x\n\(line)\n") == identity.recipient.text)
        #expect(
            outcome("\r\n  \(line)  \r\n#\n\n\(otherLine)") == "\(identity.recipient.text) \(other.recipient.text)"
        )
        let written = revealed(AgeIdentityFile.text(of: identity, created: "2026-11-21T04:00:00Z"))
        #expect(outcome(String(decoding: written, as: UTF8.self)) == identity.recipient.text)
    }

    @Test func whatIsNoIdentityIsNamedByItsLine() {
        #expect(outcome("") == "\(AgeError.noIdentity)")
        #expect(outcome("# nothing\n\n") == "\(AgeError.noIdentity)")
        #expect(outcome("\(line)\n\(identity.recipient.text)\n") == "\(AgeError.malformedIdentity(line: 2))")
        #expect(outcome("# x\n\(line.lowercased())\n") == "\(AgeError.malformedIdentity(line: 2))")
        #expect(outcome("\(line.dropLast())\n") == "\(AgeError.malformedIdentity(line: 1))")
        #expect(outcome("\(line)x\n") == "\(AgeError.malformedIdentity(line: 1))")
        #expect(outcome("AGE-PLUGIN-YUBIKEY-1QQQ\n") == "\(AgeError.unsupportedKey(.plugin))")
        #expect(outcome("-----BEGIN RSA PRIVATE KEY-----\n") == "\(AgeError.unsupportedKey(.pem))")
        #expect(outcome("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n") == "\(AgeError.malformedSSHKey)")
    }

    @Test func anEncryptedIdentityFileIsKnownAndOpens() throws {
        let plain = AgeIdentityFile.text(of: identity, created: "now")
        let file = try AgeFile.encrypt(plain, passphrase: SecretBytes(copying: "p"), work: 4)
        #expect(outcome(AgeArmor.encode(file)) == "encrypted, \(file.count) bytes")
        let opened = try AgeIdentityFile.decrypt(file, passphrase: SecretBytes(copying: "p"))
        #expect(opened.map(\.recipient) == [identity.recipient])
    }

    @Test func theTextOfAnIdentityIsKeptForMasking() throws {
        let bytes = Array(line.utf8)
        let read = AgeIdentity(parsing: bytes.span)
        let parsed = try #require(read)
        #expect(parsed.text.isEqual(to: identity.text))
    }
}
