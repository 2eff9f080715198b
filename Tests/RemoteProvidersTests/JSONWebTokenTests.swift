import CSignatures
import Glibc
import SecretMemory
import TestSupport
import Testing

@testable import RemoteProviders

struct JSONWebTokenTests {
    private let folder = TemporaryFolder()

    private func run(_ command: String) -> Bool {
        unsafe system("cd \(folder.path) && { \(command); } >/dev/null 2>&1") == 0
    }

    private func text(_ name: String) -> String { String(decoding: folder.read(name) ?? [], as: UTF8.self) }

    private func token(_ key: String) -> String? {
        let claims: [(String, JSONBody)] = [("sub", .text("app"))]
        return JSONWebToken.sign(header: [], claims: claims, key: Secret(copying: key))?.plainCopy()
    }

    @Test(arguments: [1024, 2048, 3072, 4096])
    func opensslVerifiesBothFormsOfAKey(bits: Int) throws {
        try #require(
            run(
                """
                openssl genrsa -out 8 \(bits) && openssl rsa -traditional -in 8 -out 1 &&
                openssl rsa -in 8 -pubout -out public
                """
            )
        )
        for name in ["8", "1"] {
            let parts = try #require(token("a line before it\n" + text(name))).split(separator: ".").map(String.init)
            #expect(parts.count == 3)
            folder.write("message", parts[0] + "." + parts[1])
            folder.write("encoded", parts[2].replacing("-", with: "+").replacing("_", with: "/") + "==")
            #expect(
                run("base64 -d encoded >signature; openssl dgst -sha256 -verify public -signature signature message")
            )
        }
    }

    @Test func anythingElseIsNoKey() throws {
        try #require(
            run(
                """
                openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ec &&
                openssl genpkey -algorithm RSA -aes256 -pass pass:x -out encrypted && openssl genrsa -out key 2048 &&
                openssl rsa -in key -pubout -out public
                """
            )
        )
        for name in ["ec", "encrypted", "public"] { #expect(token(text(name)) == nil, "\(name)") }
        for key in [
            "", "-----BEGIN PRIVATE KEY-----\n", "-----BEGIN PRIVATE KEY-----END PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----\nMA==\n-----END PRIVATE KEY-----\n",
        ] {
            #expect(token(key) == nil)
        }
    }

    /// What is damaged is refused, or signs what the public half of it verifies: no crash, and no signature from which the
    /// private half follows.
    @Test func damagedKeysGiveNothingAway() throws {
        try #require(run("openssl genrsa 1024 | openssl rsa -traditional -outform DER -out key"))
        let key = try #require(folder.read("key"))
        for count in 0..<key.count { #expect(signature(Array(key.prefix(count))) == nil) }
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        let right = try #require(signature(key))
        for _ in 0..<300 {
            var damaged = key
            damaged[Int.random(in: 0..<key.count, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
            let signed = signature(damaged)
            // A change of the version, or of the unused exponent, changes nothing.
            #expect(signed == nil || signed == right, "seed \(seed)")
        }
    }

    private func signature(_ key: [UInt8]) -> [UInt8]? {
        let message = Array("message".utf8)
        let signature = unsafe [UInt8](unsafeUninitializedCapacity: ws_signature_capacity) { place, count in
            count = unsafe ws_sign_rs256(key, key.count, message, message.count, place.baseAddress)
        }
        return signature.isEmpty ? nil : signature
    }

    @Test func sha1IsTheStandards() {
        #expect(hex(sha1(Array("abc".utf8).span)) == "a9993e364706816aba3e25717850c26c9cd0d89d")
    }
}
