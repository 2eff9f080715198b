package import Diagnostics

/// A place in a vault file that is not as the format wants it.
package struct VaultProblem: Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        case notAVault
        case unknownKey(suggestion: String?)
        case missingKey(String)
        case wrongKind(expected: String, actual: String)
        case notANumber(ClosedRange<UInt64>)
        case notATime
        case notBase64
        case wrongLength(expected: Int)
        case notAnID
        case invalidName
        case outOfOrder
        case unknownKeyType
        case unknownDerivation
        case notArmored
        case notAgeHeader
        case noKey
        case tooManyPassphraseKeys(limit: Int)
        case tooManyStanzas(limit: Int)
        case noRecipient
        case invalidRecipient
        case invalidText
        case versionsOutOfOrder
    }

    package var reason: Reason
    package var location: Diagnostic.Location
    /// The entry that it is about.
    package var name: String?
}

extension VaultProblem {
    package var diagnostic: Diagnostic {
        Diagnostic(at: location, subject: name, message, hints: hints)
    }

    private var message: String {
        switch reason {
        case .notAVault: "not a vault file: 'withsecrets-vault: 1' is missing"
        case .unknownKey: "unknown key"
        case .missingKey(let key): "'\(key)' is missing"
        case .wrongKind(let expected, let actual): "\(expected) belongs here, not \(actual)"
        case .notANumber(let range): "not a number from \(range.lowerBound) to \(range.upperBound)"
        case .notATime: "not a time such as 2026-11-21T04:00:00Z"
        case .notBase64: "not canonical base64"
        case .wrongLength(let expected): "not \(expected) bytes long"
        case .notAnID: "not an id of 32 hexadecimal digits"
        case .invalidName: "not a name for a secret"
        case .outOfOrder: "this secret is out of order"
        case .unknownKeyType: "unknown type of key"
        case .unknownDerivation: "not 'argon2id'"
        case .notArmored: "not an armored age file"
        case .notAgeHeader: "the age file has no valid header"
        case .noKey: "no key"
        case .tooManyPassphraseKeys(let limit): "more than \(limit) passphrase keys"
        case .tooManyStanzas(let limit): "more than \(limit) age stanzas"
        case .noRecipient: "no recipient"
        case .invalidRecipient: "not a recipient"
        case .invalidText: "text is empty, longer than \(VaultLimits.textByteCount) bytes, or has control characters"
        case .versionsOutOfOrder: "versions do not fall from newest to oldest"
        }
    }

    private var hints: [String] {
        switch reason {
        case .unknownKey(let suggestion?): [didYouMean(suggestion)]
        case .unknownKeyType: ["types are 'age' and 'passphrase'"]
        case .outOfOrder: ["secrets stand in the order of their names' bytes"]
        default: []
        }
    }
}
