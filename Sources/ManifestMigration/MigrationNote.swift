package import Diagnostics

/// Something of the source that the manifest does not have, or has in another way, and its place.
package struct MigrationNote: Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// A value in plain text. The variable is there, and taken from the environment.
        case plainValue
        case plainDefault
        case encryptedValue
        /// A credential among a provider's settings.
        case credential(key: String)
        /// A provider that is asked through the other tool's own command.
        case throughOldTool(command: String)
        case unknownProvider
        case unusableName
        case repeatedName
        case substitution
        case setting(String)
        case listing
        case fileOutput
        case notInjected
        case unresolvable
    }

    package var reason: Reason
    /// The variable or provider.
    package var name: String?
    package var location: Diagnostic.Location

    package var diagnostic: Diagnostic {
        let (message, hint) = words
        return Diagnostic(.warning, at: location, subject: name, message, hints: [hint].compactMap(\.self))
    }

    private var words: (String, String?) {
        switch reason {
        case .plainValue:
            (
                "the value stands here in plain text and was not copied; the manifest takes it from the environment",
                "'withsecrets vault set' keeps a secret; what is none can be written as { value: … }"
            )
        case .plainDefault:
            ("the default was not copied: it may be a secret", "what is none can be written as 'default: …'")
        case .encryptedValue:
            ("the value is encrypted here, and asked of the old tool", "'withsecrets vault set' moves it")
        case .credential(let key):
            ("'\(key)' was not copied: it may be a secret", "write it as a reference, such as env:NAME")
        case .throughOldTool(let command):
            ("withsecrets has no provider of this kind; it asks '\(command)'", nil)
        case .unknownProvider: ("the provider is not known, and what it has was left out", nil)
        case .unusableName: ("no variable can have this name", nil)
        case .repeatedName: ("the variable was there already; the first counts", nil)
        case .substitution:
            ("a text that is replaced at run time was left out", "write one profile for each value it may have")
        case .setting(let key): ("'\(key)' has no counterpart", nil)
        case .listing: ("all secrets under a path cannot be asked for here", "name them one by one")
        case .fileOutput: ("files made of several secrets have no counterpart", "'as: file' gives one secret as a file")
        case .notInjected: ("the secret is not for the environment, and was left out", nil)
        case .unresolvable: ("what this stands for cannot be told", nil)
        }
    }
}
