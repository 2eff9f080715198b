import Testing

@testable import AgeFormat

struct AgeRecipientTests {
    private func problem(_ text: String) -> AgeError? {
        do throws(AgeError) {
            _ = try AgeRecipient(parsing: text)
            return nil
        } catch {
            return error
        }
    }

    @Test func bothKindsComeBackAsTheyWereWritten() throws {
        let age = AgeIdentity.fixed(1).recipient.text
        #expect(try AgeRecipient(parsing: age).text == age)
        let ssh = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
        #expect(try AgeRecipient(parsing: ssh).text == ssh)
        #expect(try AgeRecipient(parsing: ssh + " someone@example.org, laptop").text == ssh)
    }

    @Test(arguments: [
        ("", AgeError.malformedRecipient), ("age1", .malformedRecipient), ("hunter2", .malformedRecipient),
        ("age1qqqq\n", .malformedRecipient), ("ssh-ed25519", .malformedRecipient),
        ("ssh-ed25519 AAAA", .malformedRecipient),
        ("ssh-rsa AAAAB3NzaC1yc2E", .unsupportedKey(.sshRSA)),
        ("ecdsa-sha2-nistp256 AAAAE2V", .unsupportedKey(.otherSSH)),
        ("sk-ssh-ed25519@openssh.com AAAAG", .unsupportedKey(.otherSSH)),
        ("age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t", .unsupportedKey(.plugin)),
        ("age1pq1qqqq", .unsupportedKey(.postQuantum)),
        ("AGE-SECRET-KEY-1QQQQ", .identityInsteadOfRecipient), ("age-secret-key-1qqqq", .identityInsteadOfRecipient),
        // A point of low order, which everybody could read.
        ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", .malformedRecipient),
    ])
    func anythingElseIsRefusedByKind(text: String, error: AgeError) {
        #expect(problem(text) == error)
    }
}
