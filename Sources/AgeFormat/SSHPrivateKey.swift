internal import SecretMemory

/// Reads an OpenSSH private key file: the format of PROTOCOL.key in OpenSSH's sources.
enum SSHPrivateKey {
    static let start = "-----BEGIN OPENSSH PRIVATE KEY-----"
    private static let end = "-----END OPENSSH PRIVATE KEY-----"
    private static let magic = Array("openssh-key-v1\0".utf8)

    /// - Parameter file: the whole file.
    /// - Throws: `sshKeyNeedsPassphrase`, `unsupportedKey` or `malformedSSHKey`.
    static func parse(_ file: Span<UInt8>) throws(AgeError) -> AgeIdentity {
        guard let blob = decode(file) else { throw .malformedSSHKey }
        return try blob.withBytes { (bytes) throws(AgeError) in
            try parse(blob: bytes, text: Secret(SecretBytes(copying: file)))
        }
    }

    /// The public half, which stands outside of what a passphrase encrypts; `nil` where there is none of our kind.
    static func publicKey(of file: Span<UInt8>) -> SSHPublicKey? {
        guard let blob = decode(file) else { return nil }
        return blob.withBytes { bytes in
            var fields = FieldReader(end: bytes.count)
            guard fields.take(magic, from: bytes), fields.string(from: bytes) != nil, fields.string(from: bytes) != nil,
                fields.string(from: bytes) != nil, fields.number(from: bytes) == 1,
                let wire = fields.string(from: bytes)
            else { return nil }
            return try? publicKey(wire: bytes.extracting(wire))
        }
    }

    private static func parse(blob: Span<UInt8>, text: Secret) throws(AgeError) -> AgeIdentity {
        var fields = FieldReader(end: blob.count)
        guard fields.take(magic, from: blob), let cipher = fields.string(from: blob),
            let derivation = fields.string(from: blob), fields.string(from: blob) != nil,
            fields.number(from: blob) == 1, let publicWire = fields.string(from: blob),
            let privateRange = fields.string(from: blob), fields.isAtEnd
        else { throw .malformedSSHKey }
        guard equals(blob.extracting(cipher), "none"), equals(blob.extracting(derivation), "none") else {
            throw .sshKeyNeedsPassphrase
        }
        let publicKey = try publicKey(wire: blob.extracting(publicWire))
        let key = blob.extracting(privateRange)
        var inside = FieldReader(end: key.count)
        guard let check = inside.number(from: key), inside.number(from: key) == check,
            let type = inside.string(from: key), equals(key.extracting(type), SSHPublicKey.type),
            let point = inside.string(from: key), equals(key.extracting(point), publicKey.point),
            let pair = inside.string(from: key), pair.count == 64, inside.string(from: key) != nil,
            isPadding(key.extracting(inside.position..<key.count))
        else { throw .malformedSSHKey }
        let seed = SecretBytes(copying: key.extracting(pair.lowerBound..<pair.lowerBound + 32))
        let ed25519Key = Curve25519.ed25519Key(seed: seed)
        let isPair = ed25519Key.withBytes { own in (32..<64).allSatisfy { own[$0] == publicKey.point[$0 - 32] } }
        guard isPair, equals(key.extracting(pair.lowerBound + 32..<pair.upperBound), publicKey.point) else {
            throw .malformedSSHKey
        }
        return AgeIdentity(ed25519Key: ed25519Key, publicKey: publicKey, text: text)
    }

    private static func publicKey(wire: Span<UInt8>) throws(AgeError) -> SSHPublicKey {
        var fields = FieldReader(end: wire.count)
        guard let type = fields.string(from: wire) else { throw .malformedSSHKey }
        if equals(wire.extracting(type), "ssh-rsa") { throw .unsupportedKey(.sshRSA) }
        guard equals(wire.extracting(type), SSHPublicKey.type) else { throw .unsupportedKey(.otherSSH) }
        guard let point = fields.string(from: wire), point.count == 32, fields.isAtEnd else { throw .malformedSSHKey }
        return SSHPublicKey(point: point.map { wire[$0] })
    }

    /// What stands between the two lines of armor, lines of any length.
    private static func decode(_ file: Span<UInt8>) -> SecretBytes? {
        guard Bech32.isPrefix(start, of: file) else { return nil }
        var digits = SecretBytes(capacity: file.count)
        var index = start.utf8.count
        while index < file.count, file[index] != UInt8(ascii: "-") {
            let byte = file[index]
            if byte != 0x0A && byte != 0x0D { digits.append(byte) }
            index += 1
        }
        guard Bech32.isPrefix(end, of: file.extracting(index..<file.count)) else { return nil }
        for rest in index + end.utf8.count..<file.count where file[rest] != 0x0A && file[rest] != 0x0D { return nil }
        return digits.withBytes { Base64.decodeSecret($0) }
    }

    private static func isPadding(_ bytes: Span<UInt8>) -> Bool {
        bytes.indices.allSatisfy { bytes[$0] == UInt8(truncatingIfNeeded: $0 + 1) }
    }

    private static func equals(_ bytes: Span<UInt8>, _ text: String) -> Bool {
        equals(bytes, Array(text.utf8))
    }

    private static func equals(_ bytes: Span<UInt8>, _ other: [UInt8]) -> Bool {
        bytes.count == other.count && bytes.indices.allSatisfy { bytes[$0] == other[$0] }
    }
}

/// Fields of RFC 4251 §5: numbers of 4 bytes, big-endian, and strings behind their length.
private struct FieldReader {
    private(set) var position = 0
    private let end: Int

    init(end: Int) {
        self.end = end
    }

    var isAtEnd: Bool { position == end }

    mutating func take(_ expected: [UInt8], from bytes: Span<UInt8>) -> Bool {
        guard end - position >= expected.count else { return false }
        defer { position += expected.count }
        return expected.indices.allSatisfy { bytes[position + $0] == expected[$0] }
    }

    mutating func number(from bytes: Span<UInt8>) -> UInt32? {
        guard end - position >= 4 else { return nil }
        defer { position += 4 }
        return (0..<4).reduce(0) { $0 << 8 | UInt32(bytes[position + $1]) }
    }

    /// Where the string stands.
    mutating func string(from bytes: Span<UInt8>) -> Range<Int>? {
        guard let count = number(from: bytes), Int(count) <= end - position else { return nil }
        defer { position += Int(count) }
        return position..<position + Int(count)
    }
}
