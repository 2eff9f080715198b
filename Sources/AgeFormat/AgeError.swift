package import Diagnostics

/// Why an age file, a recipient or an identity was refused.
package enum AgeError: Error, Hashable, Sendable {
    /// The header is not one of age v1, or not in its only valid form.
    case malformedHeader(HeaderFault)
    /// The header was changed after it was written.
    case wrongHeaderMAC
    case malformedArmor
    /// The payload was cut, extended, reordered or changed.
    case malformedPayload
    /// No identity opens any of the file's stanzas.
    case noMatchingIdentity
    case wrongPassphrase
    /// The file asks for more scrypt work than we are ready to do: 2 to the power of `given`.
    case excessiveWork(given: Int, limit: Int)
    case outOfMemory
    case malformedRecipient
    /// Somebody gave the secret half where the public one belongs.
    case identityInsteadOfRecipient
    /// A kind of key that age v1 or we do not know: `ssh-rsa`, `AGE-PLUGIN`.
    case unsupportedKey(KeyKind)
    /// A line of an identity file, 1-based.
    case malformedIdentity(line: Int)
    case noIdentity
    case malformedSSHKey
    /// An OpenSSH private key that is itself encrypted.
    case sshKeyNeedsPassphrase

    package enum HeaderFault: Hashable, Sendable {
        case version, stanza, body, end, noStanza, x25519, sshEd25519, scrypt, scryptNotAlone, weakShare
        case tooManyStanzas(limit: Int)
    }

    package enum KeyKind: String, Hashable, Sendable {
        case sshRSA = "an RSA key"
        case otherSSH = "an ssh key that is not ed25519"
        case plugin = "an age plugin's key"
        case postQuantum = "a post-quantum age key"
        case pem = "a PEM key that is not in OpenSSH's format"
    }
}

extension AgeError {
    package var diagnostic: Diagnostic {
        let (message, hints) = words
        return Diagnostic(.error, message, hints: hints)
    }

    private var words: (String, [String]) {
        switch self {
        case .malformedHeader(let fault): ("not an age v1 header: \(fault.words)", [])
        case .wrongHeaderMAC: ("the age header was changed after it was written", [])
        case .malformedArmor: ("not an armored age file", [])
        case .malformedPayload: ("the age payload was changed or cut", [])
        case .noMatchingIdentity: ("none of the identities opens this age file", [])
        case .wrongPassphrase: ("wrong passphrase", [])
        case .excessiveWork(let given, let limit):
            (
                "the passphrase of this age file needs 2^\(given) rounds of scrypt, and 2^\(limit) are the limit",
                ["encrypt it again with a lower work factor"]
            )
        case .outOfMemory: ("not enough memory for scrypt", [])
        case .malformedRecipient:
            ("not a recipient", ["a recipient is 'age1…' or 'ssh-ed25519 …', the public half of a key"])
        case .identityInsteadOfRecipient:
            (
                "this is an identity, the secret half of a key, where the public half belongs",
                [
                    "nobody else may see it, and what was typed here may stand in the shell's history",
                    "'age-keygen -y FILE' prints the recipient, of an ssh key 'ssh-keygen -y -f FILE' does",
                ]
            )
        case .unsupportedKey(let kind):
            (
                "\(kind.rawValue) cannot be used here",
                ["use an age X25519 key ('withsecrets vault keys generate') or an ssh-ed25519 key"]
            )
        case .malformedIdentity(let line):
            ("line \(line) is no identity", ["an identity is 'AGE-SECRET-KEY-1…'; comments start with #"])
        case .noIdentity: ("no identity in this file", ["'withsecrets vault keys generate' makes one"])
        case .malformedSSHKey: ("not a private key in OpenSSH's format", [])
        case .sshKeyNeedsPassphrase:
            (
                "this ssh key has a passphrase, and such keys are not opened",
                [
                    "make an age key of your own ('withsecrets vault keys generate') and add it to the vault's keys",
                    "or copy the ssh key and take the passphrase off the copy ('ssh-keygen -p -f COPY')",
                ]
            )
        }
    }
}

extension AgeError.HeaderFault {
    fileprivate var words: String {
        switch self {
        case .version: "its first line is not 'age-encryption.org/v1'"
        case .stanza: "a stanza does not start with '->' and its arguments"
        case .body: "the body of a stanza is not canonical base64 in lines of 64"
        case .end: "it does not end in '---' and a code"
        case .noStanza: "no stanza"
        case .x25519: "an X25519 stanza of another shape"
        case .sshEd25519: "an ssh-ed25519 stanza of another shape"
        case .scrypt: "a scrypt stanza of another shape"
        case .scryptNotAlone: "a scrypt stanza beside others"
        case .weakShare: "a weak share"
        case .tooManyStanzas(let limit): "more than \(limit) stanzas"
        }
    }
}
