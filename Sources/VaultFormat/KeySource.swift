/// Where an identity or a passphrase comes from, in the order in which they are tried.
package enum KeySource: Hashable, Sendable {
    case identityVariable
    case identityFile(path: String)
    case defaultIdentity(path: String)
    case sopsKey
    case sopsKeyFile(path: String)
    case sopsDefault(path: String)
    case sshKey(path: String)
    case passphraseVariable
    case passphraseFile(path: String)
    case prompt

    /// For messages: a variable, a path, or both.
    package var text: String {
        switch self {
        case .identityVariable: "WITHSECRETS_IDENTITY"
        case .identityFile(let path): "WITHSECRETS_IDENTITY_FILE (\(path))"
        case .defaultIdentity(let path), .sopsDefault(let path), .sshKey(let path): path
        case .sopsKey: "SOPS_AGE_KEY"
        case .sopsKeyFile(let path): "SOPS_AGE_KEY_FILE (\(path))"
        case .passphraseVariable: "WITHSECRETS_PASSPHRASE"
        case .passphraseFile(let path): "WITHSECRETS_PASSPHRASE_FILE (\(path))"
        case .prompt: "the prompt"
        }
    }

    /// The file, where it is one.
    var path: String? {
        switch self {
        case .identityFile(let path), .defaultIdentity(let path), .sopsKeyFile(let path), .sopsDefault(let path),
            .sshKey(let path), .passphraseFile(let path):
            path
        case .identityVariable, .sopsKey, .passphraseVariable, .prompt: nil
        }
    }

    /// Whether the secret itself stands in a variable.
    var isVariable: Bool {
        switch self {
        case .identityVariable, .sopsKey, .passphraseVariable: true
        default: false
        }
    }

    /// Whether the user named it for us: then it has to be there and to be whole.
    var isNamed: Bool {
        switch self {
        case .identityVariable, .identityFile, .passphraseVariable, .passphraseFile, .prompt: true
        case .defaultIdentity, .sopsKey, .sopsKeyFile, .sopsDefault, .sshKey: false
        }
    }

    /// Whether it is one of the `SOPS_AGE_KEY*` variables, which then do not reach the command.
    package var isSopsVariable: Bool {
        switch self {
        case .sopsKey, .sopsKeyFile: true
        default: false
        }
    }
}

/// One place where a key was looked for, and what came of it.
package struct KeySearch: Hashable, Sendable {
    package enum Finding: Hashable, Sendable {
        /// The variable is not set, or there is no such file.
        case nothing
        case doesNotFit
        case broken(VaultError.SourceFault)
        /// The file has no key of this kind.
        case notOfUse
        case cannotPrompt
    }

    package var source: KeySource
    package var finding: Finding
}
