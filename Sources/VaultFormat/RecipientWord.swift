internal import AgeFormat
package import Diagnostics

/// A word of a command line that should be a recipient.
package enum RecipientWord {
    /// What is wrong with it; `nil` where it is one.
    ///
    /// A long word is not repeated, since it may be a part of a private key; a short one would be too little of it.
    ///
    /// - Parameter mayBeSecret: whether a passphrase may have been meant; then no word is repeated.
    package static func problem(with word: String, mayBeSecret: Bool = false) -> Diagnostic? {
        do throws(AgeError) {
            guard word.utf8.count <= VaultLimits.textByteCount else { throw .malformedRecipient }
            _ = try AgeRecipient(parsing: word)
            return nil
        } catch {
            var problem = error.diagnostic
            guard error == .malformedRecipient else { return problem }
            let isShown = !mayBeSecret && word.count <= longestShown
            problem.message = "\(isShown ? "'\(printable(word))'" : "this word") is no recipient"
            problem.hints.append("'keys add --recipients-file PATH' takes them from a file")
            return problem
        }
    }

    private static let longestShown = 20
}
