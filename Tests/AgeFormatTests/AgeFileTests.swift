import SecretMemory
import TestSupport
import Testing

@testable import AgeFormat

/// The classes of the public age test vectors, on files that are made here.
struct AgeFileTests {
    private let identity = AgeIdentity.fixed(1)
    private let plaintext = Array("it was a dark and stormy night".utf8)

    private func encrypted(_ plaintext: [UInt8], seed: UInt64 = 7) throws(AgeError) -> [UInt8] {
        let secret = SecretBytes(copying: plaintext.span)
        return try AgeFile.encrypt(secret, to: [identity.recipient], randomness: fixedRandomness(seed: seed))
    }

    /// A file whose header is `stanzas` under a code that is right.
    private func file(_ stanzas: (AgeStanza) -> [AgeStanza]) throws -> [UInt8] {
        let randomness = fixedRandomness(seed: 3)
        let fileKey = randomness.secretBytes(16)
        let stanza = try identity.recipient.wrap(fileKey, randomness: randomness)
        let header = AgeHeader(stanzas: stanzas(stanza), fileKey: fileKey)
        let secret = SecretBytes(copying: plaintext.span)
        return Array(header.text.utf8)
            + AgeStream.seal(secret, fileKey: fileKey, nonce: randomness.bytes(AgeStream.nonceCount))
    }

    private func replacing(_ old: String, _ new: String, in file: [UInt8]) throws -> [UInt8] {
        let (header, count) = try AgeHeader.parse(file.span)
        let text = header.text
        let range = try #require(text.firstRange(of: old))
        return Array(text[..<range.lowerBound].utf8) + Array(new.utf8) + Array(text[range.upperBound...].utf8)
            + file[count...]
    }

    @Test(arguments: [0, 1, 15, 65535, 65536, 65537, 131_072, 200_000])
    func whatIsEncryptedComesBack(count: Int) throws {
        let content = fixedRandomness(seed: 5).bytes(count)
        #expect(decrypted(try encrypted(content), with: [.fixed(9), identity]) == .success(content))
        #expect(decrypted(try encrypted(content), with: [.fixed(9)]) == .failure(.noMatchingIdentity))
    }

    @Test func manyRecipientsEachOpenTheFile() throws {
        let identities = (1...20).map { AgeIdentity.fixed($0) }
        let secret = SecretBytes(copying: plaintext.span)
        let file = try AgeFile.encrypt(secret, to: identities.map(\.recipient))
        for identity in identities { #expect(decrypted(file, with: [identity]) == .success(plaintext)) }
        #expect(throws: AgeError.malformedHeader(.tooManyStanzas(limit: 256))) {
            try AgeFile.encrypt(secret, to: Array(repeating: identity.recipient, count: 257))
        }
        #expect(throws: AgeError.malformedHeader(.noStanza)) { try AgeFile.encrypt(secret, to: []) }
    }

    @Test func aPassphraseOpensItsFileAlone() throws {
        let secret = SecretBytes(copying: plaintext.span)
        let file = try AgeFile.encrypt(secret, passphrase: SecretBytes(copying: "correct horse"), work: 4)
        #expect(decrypted(file, passphrase: "correct horse") == .success(plaintext))
        #expect(decrypted(file, passphrase: "correct house") == .failure(.wrongPassphrase))
        #expect(decrypted(file, with: [identity]) == .failure(.noMatchingIdentity))
        #expect(decrypted(try encrypted(plaintext), passphrase: "x") == .failure(.noMatchingIdentity))
    }

    @Test func aHugeWorkFactorIsRefusedBeforeItCosts() throws {
        let secret = SecretBytes(copying: plaintext.span)
        let file = try AgeFile.encrypt(secret, passphrase: SecretBytes(copying: "p"), work: 4)
        let (header, count) = try AgeHeader.parse(file.span)
        for (work, error) in [
            ("23", AgeError.excessiveWork(given: 23, limit: 22)), ("99", .excessiveWork(given: 99, limit: 22)),
            ("04", .malformedHeader(.scrypt)), ("0", .malformedHeader(.scrypt)), ("+4", .malformedHeader(.scrypt)),
            ("4294967300", .malformedHeader(.scrypt)), ("4x", .malformedHeader(.scrypt)),
        ] {
            var changed = header
            changed.stanzas[0].arguments[2] = work
            let start = ContinuousClock.now
            #expect(decrypted(Array(changed.text.utf8) + file[count...], passphrase: "p") == .failure(error))
            #expect(ContinuousClock.now - start < .seconds(1))
        }
    }

    @Test func everyChangedByteIsRefused() throws {
        let file = try encrypted(plaintext)
        for index in file.indices {
            for bit in 0..<8 {
                var changed = file
                changed[index] ^= 1 << UInt8(bit)
                guard case .failure = decrypted(changed, with: [identity]) else {
                    Issue.record("bit \(bit) of byte \(index)")
                    return
                }
            }
        }
    }

    @Test func everyCutAndEveryExtensionIsRefused() throws {
        let file = try encrypted(plaintext)
        for count in 0..<file.count {
            guard case .failure = decrypted(Array(file[..<count]), with: [identity]) else {
                Issue.record("cut to \(count) bytes")
                return
            }
        }
        #expect(decrypted(file + [0], with: [identity]) == .failure(.malformedPayload))
        #expect(decrypted(file + file, with: [identity]) == .failure(.malformedPayload))
    }

    @Test func chunksInAnotherOrderAreRefused() throws {
        let file = try encrypted([UInt8](repeating: 7, count: 3 * 65536))
        let (_, headerCount) = try AgeHeader.parse(file.span)
        let start = headerCount + 16
        let size = 65536 + 16
        let chunks = (0..<3).map { Array(file[start + $0 * size..<start + ($0 + 1) * size]) }
        for order in [[1, 0, 2], [0, 2], [0, 1], [0, 0, 1, 2], [0, 1, 2, 2], [2], []] {
            let changed = Array(file[..<start]) + order.flatMap { chunks[$0] }
            #expect(decrypted(changed, with: [identity]) == .failure(.malformedPayload))
        }
    }

    @Test func aLastChunkThatIsEmptyIsRefused() throws {
        let randomness = fixedRandomness(seed: 3)
        let fileKey = randomness.secretBytes(16)
        let nonce = randomness.bytes(16)
        let key = hkdf(fileKey, salt: nonce, info: "payload")
        let full = [UInt8](repeating: 1, count: 65536)
        let nothing: [UInt8] = []
        let counter = [UInt8](repeating: 0, count: 11)
        let payload =
            nonce + ChaChaBox.seal(full.span, key: key, nonce: counter + [0])
            + ChaChaBox.seal(nothing.span, key: key, nonce: counter.dropLast() + [1, 1])
        #expect(throws: AgeError.malformedPayload) { _ = try AgeStream.open(payload.span, fileKey: fileKey) }
    }

    @Test func stanzasOfOtherTypesArePassedOver() throws {
        let grease = AgeStanza(arguments: ["joint-7", "a", "!~"], body: [])
        let long = AgeStanza(arguments: ["x"], body: [UInt8](repeating: 3, count: 96))
        #expect(decrypted(try file { [grease, $0, long] }, with: [identity]) == .success(plaintext))
    }

    @Test func stanzasOfAnotherShapeAreRefused() throws {
        let changes: [((inout AgeStanza) -> Void, AgeError)] = [
            ({ $0.arguments.append("x") }, .malformedHeader(.x25519)),
            ({ $0.arguments.removeLast() }, .malformedHeader(.x25519)),
            ({ $0.arguments[1] += "=" }, .malformedHeader(.x25519)),
            ({ $0.arguments[1].removeLast() }, .malformedHeader(.x25519)),
            ({ $0.body.append(0) }, .malformedHeader(.x25519)),
            ({ $0.body.removeLast() }, .malformedHeader(.x25519)),
            ({ $0.arguments[0] = "x25519" }, .noMatchingIdentity),
            ({ $0.arguments = ["scrypt", "x", "1"] }, .noMatchingIdentity),
        ]
        for (change, error) in changes {
            let changed = try file { stanza in
                var stanza = stanza
                change(&stanza)
                return [stanza]
            }
            #expect(decrypted(changed, with: [identity]) == .failure(error))
        }
    }

    @Test func aScryptStanzaStandsAlone() throws {
        let scrypt = AgeStanza(
            arguments: ["scrypt", "AAAAAAAAAAAAAAAAAAAAAA", "4"],
            body: .init(repeating: 0, count: 32)
        )
        for stanzas in [{ [$0, scrypt] }, { [scrypt, $0] }] as [(AgeStanza) -> [AgeStanza]] {
            let mixed = try file(stanzas)
            #expect(decrypted(mixed, with: [identity]) == .failure(.malformedHeader(.scryptNotAlone)))
            #expect(decrypted(mixed, passphrase: "x") == .failure(.malformedHeader(.scryptNotAlone)))
        }
    }

    /// The points of low order on Curve25519, and their forms that are not reduced.
    @Test(arguments: [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ])
    func weakSharesAreRefused(share: String) throws {
        let digits = Array(share)
        let bytes = stride(from: 0, to: 64, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
        let weak = try file { stanza in
            [AgeStanza(arguments: ["X25519", Base64.encode(bytes, padding: .none)], body: stanza.body)]
        }
        #expect(decrypted(weak, with: [identity]) == .failure(.malformedHeader(.weakShare)))
    }

    @Test func aHeaderChangedUnderItsCodeIsRefused() throws {
        let grease = AgeStanza(arguments: ["joint-7"], body: [1, 2, 3])
        let good = try file { [$0, grease] }
        #expect(decrypted(try replacing("joint-7", "joint-8", in: good), with: [identity]) == .failure(.wrongHeaderMAC))
    }

    @Test(arguments: [
        ("age-encryption.org/v1\n", "age-encryption.org/v2\n", AgeError.malformedHeader(.version)),
        ("age-encryption.org/v1\n", "age-encryption.org/v1\r\n", .malformedHeader(.version)),
        ("age-encryption.org/v1\n", "\nage-encryption.org/v1\n", .malformedHeader(.version)),
        ("-> X", "->  X", .malformedHeader(.stanza)),
        ("-> X", "->X", .malformedHeader(.stanza)),
        ("-> X", "-> \u{E9}", .malformedHeader(.stanza)),
        ("-> joint-7\n", "-> joint-7 \n", .malformedHeader(.stanza)),
        ("-> joint-7\n", "-> joint-7\r\n", .malformedHeader(.stanza)),
        ("AQID\n", "AQI=\n", .malformedHeader(.body)),
        ("AQID\n", "AQIDB\n", .malformedHeader(.body)),
        ("AQID\n", "AQIDBB\n", .malformedHeader(.body)),
        ("AQID\n", "AQID \n", .malformedHeader(.body)),
        ("AQID\n", "AQID\n\n", .malformedHeader(.stanza)),
        ("AQID\n", "", .malformedHeader(.body)),
        ("--- ", "---  ", .malformedHeader(.end)),
        ("--- ", "---", .malformedHeader(.end)),
        ("--- ", "--- A", .malformedHeader(.end)),
        ("--- ", "----", .malformedHeader(.end)),
    ])
    func aHeaderOfAnotherFormIsRefused(old: String, new: String, error: AgeError) throws {
        let good = try file { [$0, AgeStanza(arguments: ["joint-7"], body: [1, 2, 3])] }
        #expect(decrypted(try replacing(old, new, in: good), with: [identity]) == .failure(error))
    }

    @Test func aHeaderWithoutStanzasIsRefused() throws {
        let end = "--- " + Base64.encode([UInt8](repeating: 0, count: 32), padding: .none) + "\n"
        let empty = Array(("age-encryption.org/v1\n" + end).utf8)
        #expect(decrypted(empty, with: [identity]) == .failure(.malformedHeader(.noStanza)))
    }

    @Test func aThousandStanzasAreRefused() throws {
        let grease = AgeStanza(arguments: ["x"], body: [])
        let many = try file { Array(repeating: grease, count: 1000) + [$0] }
        #expect(decrypted(many, with: [identity]) == .failure(.malformedHeader(.tooManyStanzas(limit: 256))))
    }

    @Test(arguments: UInt64(1)...50)
    func aHeaderIsWrittenAsItWasRead(seed: UInt64) throws {
        let random = SeededBytes(seed: seed)
        let stanzas = (0...random.below(4)).map { _ in
            let arguments = (0...random.below(3)).map { _ in
                String(decoding: (0...random.below(9)).map { _ in UInt8(0x21 + random.below(0x5E)) }, as: UTF8.self)
            }
            return AgeStanza(arguments: arguments, body: (0..<random.below(150)).map { _ in random.next() })
        }
        let header = AgeHeader(stanzas: stanzas, fileKey: SecretBytes(copying: "0123456789abcdef"))
        let text = Array(header.text.utf8)
        let parsed = try AgeHeader.parse(text.span)
        #expect(parsed.header == header && parsed.byteCount == text.count, "seed \(seed)")
    }
}
