internal import Diagnostics
internal import SecretMemory
internal import VaultFormat

/// The questions about passphrases.
enum VaultPrompt {
    /// Asks for the passphrase that opens a vault or an identity.
    static func ask(_ prompt: VaultUnlocker.Prompt) -> Secret? {
        let subject =
            switch prompt.subject {
            case .vault(let path), .identity(let path): printable(path)
            }
        var question = "Passphrase for \(subject): "
        let remaining = prompt.attemptsRemaining
        if remaining < VaultUnlocker.promptLimit {
            question = "Wrong passphrase, \(remaining) attempt\(remaining == 1 ? "" : "s") remaining.\n" + question
        }
        guard let answer = Prompt.secret(question) else { return nil }
        return Secret(answer)
    }

    /// Asks for a new one, twice; again when it is too weak or the two differ.
    static func askForNew(_ terminal: Terminal) throws(Failure) -> Secret {
        for _ in 1...VaultUnlocker.promptLimit {
            guard let first = Prompt.secret("New passphrase: ") else { break }
            let passphrase = Secret(first)
            if let weakness = PassphraseQuality(of: passphrase).weakness {
                terminal.ask("\(weakness); take another one")
                continue
            }
            guard let second = Prompt.secret("The same passphrase again: ") else { break }
            if Secret(second).isEqual(to: passphrase) { return passphrase }
            terminal.ask("the two differ")
        }
        throw Failure(Diagnostic("no passphrase was given", hints: ["nothing was changed"]))
    }
}

extension PassphraseQuality {
    /// What is wrong with it; `nil` where nothing speaks against it.
    var weakness: String? {
        switch self {
        case .good: nil
        case .short: "the passphrase has fewer than \(Self.leastLength) characters"
        case .common: "the passphrase is a common word"
        }
    }
}
