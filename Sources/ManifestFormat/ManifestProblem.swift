package import Diagnostics

/// One thing that is wrong with a manifest, with its place.
package struct ManifestProblem: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        // Its files
        case notFound(folder: String)
        case unreadable(path: String, reason: String)
        case notRegular(path: String, kind: String)
        case foreignOwner(path: String, owner: UInt32)
        case writableByOthers(path: String, mode: UInt32)
        /// The way round, by the files' names.
        case extendsItself([String])
        case extendsTooDeep(limit: Int)

        // Its shape
        case missingVersion
        case unsupportedVersion
        case unknownKey(String, suggestion: String?, known: [String])
        case wrongKind(of: String, found: String, expected: String)
        case isNull(what: String)
        case notOneOf(String, what: String, values: [String])
        case notADuration
        case notAWholeNumber(what: String)
        case notAMode
        case emptyList(what: String)
        case exclusiveKeys([String])
        case missingSource
        case containsNUL

        // Names
        case badVariableName
        case reservedVariableName
        case badProviderName
        case providerNameIsAnotherKind(String)
        case missingKind
        case unknownProfile(String, known: [String])

        // References
        case notAReference
        case emptyReference
        case unknownProvider(String, suggestion: String)
        case missingPath(provider: String, example: String)
        case unexpectedPath(provider: String)
        case unknownOption(String, suggestion: String?, known: [String])
        case badOptionValue(option: String, expected: String)
        case malformedOption
        case fieldAfterOptions
        case emptyField
        case malformedPointer
        case malformedPercent
        case unclosedQuote
        case emptyCommand
        case execKeysBesides
        case notACommand
        case literalSecret(key: String)
        case badForm(key: String, TextForm)

        // Values
        case malformedTemplate(Template.Malformed.Reason)
        case unknownTemplateName(String, suggestion: String?)
        case templateCycle([String])
        case malformedPattern(String)
        case unsafeMaskText
        case unknownOnly(String, suggestion: String?)
        case fileOptionForText
    }

    package var reason: Reason
    package var location: Diagnostic.Location?
    /// The variable, option or file that it is about, where there is no place or the place does not tell.
    package var subject: String?

    package init(_ reason: Reason, at location: Diagnostic.Location? = nil, subject: String? = nil) {
        self.reason = reason
        self.location = location
        self.subject = subject
    }
}

extension ManifestProblem {
    package var diagnostic: Diagnostic {
        let (message, hints) = words
        return Diagnostic(at: location, subject: subject, message, hints: hints)
    }

    /// The only place with sentences. A word of the manifest is never quoted here unless it is near a known one, since it
    /// may be a pasted secret; names that a rule has checked are safe, and so are names typed as options.
    private var words: (message: String, hints: [String]) {
        switch reason {
        case .notFound(let folder):
            (
                "no manifest: there is no withsecrets.yaml in '\(printable(folder))' or a folder above it",
                ["'withsecrets init' writes one; '-f PATH' names one; '-e NAME=REFERENCE' needs none"]
            )
        case .unreadable(let path, let reason): ("cannot read '\(path)': \(reason)", [])
        case .notRegular(let path, let kind): ("'\(path)' is \(kind), not a file", [])
        case .foreignOwner(let path, let owner):
            (
                "'\(path)' was found here, but belongs to another user (uid \(owner))",
                ["if you trust it, name it: -f \(named(path))"]
            )
        case .writableByOthers(let path, let mode):
            (
                "'\(path)' was found here, but others may write to it (mode \(octal(mode)))",
                ["chmod go-w \(path), or name it: -f \(named(path))"]
            )
        case .extendsItself(let names):
            ("manifests extend one another in a circle: \(names.joined(separator: " -> "))", [])
        case .extendsTooDeep(let limit): ("more than \(limit) manifests extend one another", [])

        case .missingVersion: ("the manifest has no version", ["its first line is: version: 1"])
        case .unsupportedVersion: ("this version of the manifest is not known", ["write: version: 1"])
        case .unknownKey(let word, let suggestion, let known):
            (
                "unknown key\(shown(word, near: suggestion))",
                [suggestion.map(didYouMean) ?? "known keys here: \(known.joined(separator: ", "))"]
            )
        case .wrongKind(let what, let found, let expected): ("\(what) is \(found), and has to be \(expected)", [])
        case .isNull(let what): ("\(what) is null", ["an empty text is written \"\""])
        case .notOneOf(let word, let what, let values):
            (
                "not a value of '\(what)'\(nearestName(to: word, among: values).map { ": '\(word)', for '\($0)'" } ?? "")",
                ["it is one of: \(values.joined(separator: ", "))"]
            )
        case .notADuration: ("not a duration", ["write a whole number and its unit: 500ms, 30s, 2m, 1h"])
        case .notAWholeNumber(let what): ("'\(what)' has to be a whole number", [])
        case .notAMode: ("not a file mode", ["write it in octal and quoted: \"0440\""])
        case .emptyList(let what): ("'\(what)' is an empty list", [])
        case .exclusiveKeys(let keys):
            ("only one of \(keys.map { "'\($0)'" }.joined(separator: ", ")) can be given", [])
        case .missingSource: ("the variable has no source", ["give it one of: from, template, value"])
        case .containsNUL: ("a NUL stands in this text, and no environment can hold one", [])

        case .badVariableName:
            ("not a variable's name", ["names are letters, digits and _, and do not start with a digit"])
        case .reservedVariableName: ("names that start with WITHSECRETS_ are ours and never reach the command", [])
        case .badProviderName:
            ("not a provider's name", ["names are letters, digits, - and _, and start with a letter"])
        case .providerNameIsAnotherKind(let kind):
            ("'\(kind)' is a kind of provider, and this one is of another kind", ["give it a name of its own"])
        case .missingKind:
            ("the provider has no kind", ["one of: \(ProviderKind.allCases.map(\.rawValue).joined(separator: ", "))"])
        case .unknownProfile(let word, let known):
            (
                "the manifest has no profile '\(printable(word))'",
                [
                    nearestName(to: word, among: known).map(didYouMean)
                        ?? (known.isEmpty ? "it has none" : "it has \(printable(known.joined(separator: ", ")))")
                ]
            )

        case .notAReference where location == nil:
            ("not a reference", ["it is PROVIDER[:PATH][#FIELD], such as env:NAME or file:PATH"])
        case .notAReference: ("not a reference", ["a literal is written { value: ... }"])
        case .emptyReference: ("an empty reference", ["write PROVIDER[:PATH][#FIELD], such as env:NAME"])
        case .unknownProvider(let word, let suggestion): ("unknown provider '\(word)'", [didYouMean(suggestion)])
        case .missingPath(let provider, let example): ("'\(provider)' needs a path", ["such as \(example)"])
        case .unexpectedPath(let provider): ("'\(provider)' takes no path here", [])
        case .unknownOption(let word, let suggestion, let known):
            (
                "unknown option of a reference\(shown(word, near: suggestion))",
                [
                    suggestion.map(didYouMean)
                        ?? (known.isEmpty
                            ? "this kind takes none; a '?' in a path is written %3F"
                            : "known here: \(known.joined(separator: ", ")); a '?' in a path is written %3F")
                ]
            )
        case .badOptionValue(let option, let expected): ("option '\(option)' has to be \(expected)", [])
        case .malformedOption: ("not an option", ["options are written ?NAME=VALUE&NAME=VALUE"])
        case .fieldAfterOptions:
            (
                "a '#' behind the options",
                ["the field comes first: PATH#FIELD?OPTION=VALUE; a '#' itself is written %23"]
            )
        case .emptyField: ("no field behind the '#'", ["a '#' in a path is written %23"])
        case .malformedPointer: ("not a JSON Pointer", ["in one, ~ is written ~0 and / is written ~1"])
        case .malformedPercent:
            ("a '%' that is not followed by two hexadecimal digits", ["a '%' itself is written %25"])
        case .unclosedQuote: ("a quote that is not closed", [])
        case .emptyCommand: ("no command", ["such as exec:pass show api/key"])
        case .execKeysBesides:
            ("other keys stand beside a command", ["write { from: { exec: [PROGRAM, ARG] }, required: false }"])
        case .notACommand:
            ("a list under the name of no 'exec' provider", ["a command is written { exec: [PROGRAM, ARG] }"])
        case .literalSecret(let key):
            ("'\(key)' is secret, so it is written as a reference", ["such as env:NAME or file:/run/secrets/NAME"])

        case .badForm(let key, .address), .badForm(let key, .authority):
            ("'\(key)' is no address", ["one is written https://HOST[:PORT][/PATH]"])
        case .badForm(let key, .pin):
            (
                "'\(key)' is no fingerprint of a vault",
                ["it is 32 hexadecimal digits in lower case: 'withsecrets vault keys' prints it"]
            )

        case .malformedTemplate(.strayDollar): ("a '$' that starts no ${NAME}", ["a '$' itself is written $$"])
        case .malformedTemplate(.unclosedBrace): ("a '${' that is not closed", ["a '$' itself is written $$"])
        case .malformedTemplate(.badName):
            ("no variable's name between '${' and '}'", ["a '$' itself is written $$"])
        case .unknownTemplateName(let word, let suggestion):
            (
                "the template uses a variable that the manifest does not have\(shown(word, near: suggestion))",
                suggestion.map { [didYouMean($0)] } ?? ["an inherited variable is named too: NAME: env"]
            )
        case .templateCycle(let names): ("templates use one another in a cycle: \(names.joined(separator: " -> "))", [])
        case .malformedPattern(let reason): ("not a regular expression: \(reason)", ["the syntax is RE2's"])
        case .unsafeMaskText: ("a control character in the mask's text", [])
        case .unknownOnly(let word, let suggestion):
            (
                "the manifest has no variable '\(printable(word))'",
                suggestion.map { [didYouMean($0)] } ?? []
            )
        case .fileOptionForText: ("'mode' and 'owner' go into { as: { file: ... } }", [])
        }
    }

    /// A word of the manifest, where it is near a known one.
    private func shown(_ word: String, near suggestion: String?) -> String {
        suggestion == nil ? "" : " '\(printable(word))'"
    }

    private func named(_ path: String) -> String {
        path.hasPrefix("/") || path.hasPrefix(".") && path.contains("/") ? path : "./\(path)"
    }
}

/// All that is wrong with a manifest and the files it extends.
package struct ManifestProblems: Error, Sendable {
    package var diagnostics: [Diagnostic]
    /// Whether all that is wrong is that no manifest was found.
    package var isMissing = false

    package init(_ diagnostics: [Diagnostic]) {
        self.diagnostics = Diagnostics(diagnostics).inOrder
    }
}
