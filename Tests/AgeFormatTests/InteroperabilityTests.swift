import SecretMemory
import TestSupport
import Testing

@testable import AgeFormat

/// Debian's `age`, `age-keygen` and `ssh-keygen` on the other side.
struct InteroperabilityTests {
    private let folder = TemporaryFolder()

    private func identities(_ file: [UInt8]) throws -> [AgeIdentity] {
        guard case .identities(let identities) = try AgeIdentityFile.parse(file.span) else { return [] }
        return identities
    }

    private func run(_ arguments: String..., input: [UInt8] = []) throws -> CommandResult {
        let result = runCommand(arguments, input: input)
        try #require(result.status == 0, "\(arguments.joined(separator: " ")): \(result.errorText)")
        return result
    }

    private func sshKey(_ name: String, options: String...) throws -> String {
        let path = folder.path(name)
        let arguments = ["ssh-keygen", "-q", "-N", "", "-C", "someone@example.org", "-f", path] + options
        let result = runCommand(arguments)
        try #require(result.status == 0, "ssh-keygen: \(result.errorText)")
        return path
    }

    @Test(arguments: [0, 32, 65536, 100_000])
    func ageOpensWhatWeWrite(count: Int) throws {
        let content = fixedRandomness(seed: 1).bytes(count)
        let identity = AgeIdentity(generatingFrom: .system)
        let file = try AgeFile.encrypt(SecretBytes(copying: content.span), to: [identity.recipient])
        let written = revealed(AgeIdentityFile.text(of: identity, created: "2026-11-21T04:00:00Z"))
        let path = folder.write("identity.txt", written)
        #expect(try run("age", "-d", "-i", path, input: file).output == content)
        #expect(try run("age", "-d", "-i", path, input: Array(AgeArmor.encode(file).utf8)).output == content)
        #expect(try run("age-keygen", "-y", path).outputText == identity.recipient.text + "\n")
    }

    @Test(arguments: [0, 32, 65536, 100_000])
    func weOpenWhatAgeWrites(count: Int) throws {
        let content = fixedRandomness(seed: 2).bytes(count)
        _ = try run("age-keygen", "-o", folder.path("key"))
        let identity = try #require(identities(folder.read("key") ?? []).first)
        let file = try run("age", "-r", identity.recipient.text, input: content).output
        #expect(decrypted(file, with: [identity]) == .success(content))
        let armored = try run("age", "-a", "-r", identity.recipient.text, input: content).outputText
        #expect(decrypted(try AgeArmor.decode(armored), with: [identity]) == .success(content))
        #expect(AgeArmor.encode(try AgeArmor.decode(armored)) == armored)
    }

    @Test func sshKeysWorkBothWays() throws {
        let path = try sshKey("id_ed25519", options: "-t", "ed25519")
        let identity = try #require(identities(folder.read("id_ed25519") ?? []).first)
        let line = String(decoding: folder.read("id_ed25519.pub") ?? [], as: UTF8.self)
        #expect(try AgeRecipient(parsing: String(line.dropLast())) == identity.recipient)
        let content = Array("to an ssh key".utf8)
        let ours = try AgeFile.encrypt(
            SecretBytes(copying: content.span),
            to: [AgeIdentity.fixed(4).recipient, identity.recipient]
        )
        #expect(try run("age", "-d", "-i", path, input: ours).output == content)
        let theirs = try run("age", "-R", path + ".pub", input: content).output
        #expect(decrypted(theirs, with: [.fixed(4), identity]) == .success(content))
        #expect(decrypted(theirs, with: [.fixed(4)]) == .failure(.noMatchingIdentity))
    }

    @Test func sshKeysThatWeCannotUseAreNamed() throws {
        let path = folder.path("locked")
        let made = runCommand(["ssh-keygen", "-q", "-t", "ed25519", "-N", "a passphrase", "-f", path])
        try #require(made.status == 0)
        #expect(throws: AgeError.sshKeyNeedsPassphrase) { try identities(folder.read("locked") ?? []) }
        _ = try sshKey("rsa", options: "-t", "rsa", "-b", "2048")
        #expect(throws: AgeError.unsupportedKey(.sshRSA)) { try identities(folder.read("rsa") ?? []) }
        _ = try sshKey("ecdsa", options: "-t", "ecdsa")
        #expect(throws: AgeError.unsupportedKey(.otherSSH)) { try identities(folder.read("ecdsa") ?? []) }
    }

    @Test func aChangedSSHKeyIsRefused() throws {
        _ = try sshKey("id", options: "-t", "ed25519")
        let good = folder.read("id") ?? []
        let start = "-----BEGIN OPENSSH PRIVATE KEY-----\n".utf8.count
        for index in start..<good.count - 36 where good[index] != 0x0A {
            var changed = good
            changed[index] = changed[index] == 0x41 ? 0x42 : 0x41
            guard let identity = try? identities(changed).first else { continue }
            // The check number and the comment may be anything, as for OpenSSH; the key may not.
            #expect(try identity.recipient == identities(good).first?.recipient)
        }
        for count in 0..<good.count - 1 { #expect(throws: AgeError.self) { try identities(Array(good[..<count])) } }
    }
}
