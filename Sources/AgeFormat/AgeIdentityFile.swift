package import SecretMemory

/// What a file of identities holds: lines of `age-keygen`, an OpenSSH private key, or an age file under a passphrase.
package enum AgeIdentityFile: Sendable {
    case identities([AgeIdentity])
    /// The age file, without armor; `decrypt` opens it.
    case encrypted([UInt8])

    package static func parse(_ file: Span<UInt8>) throws(AgeError) -> AgeIdentityFile {
        if Bech32.isPrefix(SSHPrivateKey.start, of: file) { return .identities([try SSHPrivateKey.parse(file)]) }
        if Bech32.isPrefix(AgeArmor.start, of: file) { return .encrypted(try AgeArmor.decode(file)) }
        if Bech32.isPrefix(AgeHeader.version, of: file) { return .encrypted(file.indices.map { file[$0] }) }
        if Bech32.isPrefix("-----BEGIN ", of: file) { throw .unsupportedKey(.pem) }
        return .identities(try parseLines(file))
    }

    /// Whether the OpenSSH key in `file`, opened or not, is one that `ageFile` was encrypted to.
    package static func isSSHKey(_ file: Span<UInt8>, recipientOf ageFile: [UInt8]) -> Bool {
        guard let key = SSHPrivateKey.publicKey(of: file), let header = try? AgeHeader.parse(ageFile.span).header else {
            return false
        }
        let start = [SSHStanza.type, SSHStanza.tag(of: key)]
        return header.stanzas.contains { $0.arguments.starts(with: start) }
    }

    /// The identities in an encrypted identity file.
    package static func decrypt(
        _ file: [UInt8],
        passphrase: borrowing SecretBytes
    ) throws(AgeError) -> [AgeIdentity] {
        let plaintext = try AgeFile.decrypt(file.span, passphrase: passphrase)
        return try plaintext.withBytes { (lines) throws(AgeError) in try parseLines(lines) }
    }

    /// What `age-keygen` writes: two comments and the identity.
    ///
    /// - Parameter created: RFC 3339.
    package static func text(of identity: AgeIdentity, created: String) -> SecretBytes {
        var text = SecretBytes(capacity: 256)
        text.append("# created: \(created)\n# public key: \(identity.recipient.text)\n")
        identity.text.withBytes { text.append($0) }
        text.append("\n")
        return text
    }

    private static func parseLines(_ file: Span<UInt8>) throws(AgeError) -> [AgeIdentity] {
        var identities: [AgeIdentity] = []
        var number = 0
        var start = 0
        while start < file.count {
            var end = start
            while end < file.count, file[end] != UInt8(ascii: "\n") { end += 1 }
            number += 1
            let line = file.extracting(trimmed(start..<end, of: file))
            start = end + 1
            guard !line.isEmpty, line[0] != UInt8(ascii: "#") else { continue }
            guard let identity = AgeIdentity(parsing: line) else {
                if Bech32.isPrefix("AGE-PLUGIN-", of: line) { throw .unsupportedKey(.plugin) }
                if Bech32.isPrefix("AGE-SECRET-KEY-PQ-1", of: line) { throw .unsupportedKey(.postQuantum) }
                throw .malformedIdentity(line: number)
            }
            identities.append(identity)
        }
        guard !identities.isEmpty else { throw .noIdentity }
        return identities
    }

    private static func trimmed(_ line: Range<Int>, of file: Span<UInt8>) -> Range<Int> {
        let blanks: [UInt8] = [0x20, 0x09, 0x0D]
        var (start, end) = (line.lowerBound, line.upperBound)
        while start < end, blanks.contains(file[start]) { start += 1 }
        while end > start, blanks.contains(file[end - 1]) { end -= 1 }
        return start..<end
    }
}
