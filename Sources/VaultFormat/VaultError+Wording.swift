internal import AgeFormat
package import Diagnostics

extension VaultError {
    /// The messages. Several where a file has several mistakes.
    package var diagnostics: Diagnostics {
        switch reason {
        case .malformed(let problems): Diagnostics(problems.map(\.diagnostic))
        case .notYAML(let diagnostics): diagnostics
        case .conflictMarkers(let line):
            Diagnostics([
                Diagnostic(
                    at: Diagnostic.Location(file: path, line: line, column: 1),
                    "git left conflict markers here",
                    hints: ["'git checkout --ours' or '--theirs' takes one side; 'withsecrets vault merge' joins both"]
                )
            ])
        default:
            Diagnostics([
                Diagnostic(.error, subject: name.map { "\(path): \(printable($0))" } ?? path, words.0, hints: words.1)
            ])
        }
    }

    private var words: (String, [String]) {
        switch reason {
        case .noFile: ("no such file", ["'withsecrets vault init' makes a vault"])
        case .nothingOffered(let looked): ("nothing was offered to open this file", Self.hints(looked))
        case .noKeyFits(let looked): ("no key opens this file", Self.hints(looked))
        case .wrongPassphrase(let source): ("wrong passphrase from \(source.text)", [])
        case .promptRefused: ("no passphrase was given", [])
        case .tooManyAttempts(let seconds): ("too many wrong passphrases: try again in \(seconds) s", [])
        case .brokenSource(let source, let fault): Self.words(source, fault)
        case .tampered(let entries): Self.words(tampered: entries)
        case .wrongPin(let actual):
            (
                "this is not the vault that was pinned: its data key is \(actual)",
                ["after 'vault rotate' set the new pin; otherwise somebody put another file in its place"]
            )
        case .otherDataKey:
            (
                "not the vault that was seen here before: its data key is another",
                [
                    "if nobody of yours rotated its key, this is another file in its place; "
                        + "'withsecrets vault keys' shows who may open it",
                    "'withsecrets vault verify --accept' takes it as it is",
                ]
            )
        case .rolledBack(let generation, let seen):
            (
                "older than the one seen here before: generation \(generation) after \(seen)",
                [
                    "an old branch is one reason; somebody who put an old file back is another",
                    "'withsecrets vault verify --accept' takes it as it is",
                ]
            )
        case .declined: ("not confirmed, so nothing was changed", [])
        case .malformed, .notYAML, .conflictMarkers: ("not a vault file", [])
        case .newerFormat: ("a later version of withsecrets wrote this file", ["update withsecrets"])
        case .notAFile: ("not a regular file", [])
        case .tooLarge: ("larger than \(VaultLimits.fileByteCount >> 20) MiB", [])
        case .brokenAgeKey(let error): ("one of its age keys is broken: \(error.diagnostic.message)", [])
        case .notEnoughMemory(let count): ("a passphrase key needs \(count >> 20) MiB, more than there is here", [])
        case .outOfTime:
            (
                "not opened in time: each of its passphrase keys takes long to try",
                ["--timeout sets the time that all references together have; an identity opens it at once"]
            )
        case .noSuchSecret(let suggestion): ("no such secret", suggestion.map { [didYouMean($0)] } ?? [])
        case .noSuchVersion(let known):
            ("no such version", ["kept are \(known.map(String.init).joined(separator: ", "))"])
        case .invalidName:
            ("not a name for a secret", ["a name is 'service/key': ASCII letters, digits and _-.@+ between slashes"])
        case .invalidText: ("text is one line of at most \(VaultLimits.textByteCount) bytes", [])
        case .exists: ("there is a file already", ["nothing was changed"])
        case .lastKey: ("at least one key has to remain", [])
        case .noSuchKey: ("no such key", ["'withsecrets vault keys list' shows them"])
        case .tooManyKeys(let limit): ("no more than \(limit) keys of this kind", [])
        case .invalidRecipient(let error): (error.diagnostic.message, error.diagnostic.hints)
        case .passphrasesNeeded(let keys):
            (
                "a new data key needs the passphrases of keys \(keys.map(String.init).joined(separator: ", "))",
                ["WITHSECRETS_PASSPHRASE gives one, a terminal is asked for all; or remove these keys first"]
            )
        case .mergeConflicts(let conflicts): Self.words(conflicts)
        case .differentVaults: ("these are not versions of one vault: their ids differ", [])
        case .locked: ("another program holds its lock", ["try again when that has ended"])
        case .system(let aim, let code, let inPlace): Self.words(aim, code, inPlace)
        }
    }

    private static func words(_ source: KeySource, _ fault: SourceFault) -> (String, [String]) {
        let start = printable(source.text)
        switch fault {
        case .absent: return ("\(start): no such file", [])
        case .readableByOthers(let mode):
            let path = source.path.map { printable($0) } ?? start
            return ("\(start): others may read it (mode \(octal(mode)))", ["chmod 600 \(path)"])
        case .notAFile: return ("\(start): not a regular file", [])
        case .tooLarge: return ("\(start): larger than 1 MiB", [])
        case .unreadable(let code): return ("\(start): cannot be read: \(systemMessage(code))", [])
        case .empty: return ("\(start): empty", [])
        case .age(let error): return ("\(start): \(error.diagnostic.message)", error.diagnostic.hints)
        case .cannotPrompt: return ("\(start): its passphrase cannot be asked for here", ["run this at a terminal"])
        }
    }

    private static func words(tampered entries: [String]) -> (String, [String]) {
        let hint = "take the last good file from version control or a backup"
        guard let first = entries.first else {
            return ("it was changed by something else than withsecrets: its MAC does not fit", [hint])
        }
        let more = entries.count > 1 ? " and \(entries.count - 1) more" : ""
        return ("'\(first)'\(more) was changed by something else than withsecrets", [hint])
    }

    private static func words(_ conflicts: [MergeConflict]) -> (String, [String]) {
        var names: [String] = []
        var facts: [String] = []
        var hints: [String] = []
        for conflict in conflicts {
            switch conflict {
            case .secret(let name): names.append("'\(name)'")
            case .settings: names.append("the settings")
            case .keys: names.append("the keys")
            case .keysOfTheirs: facts.append("their side changed the data key, or who may open the vault")
            case .dataKeyOfOurs: facts.append("our side has a data key that was not seen here before")
            }
        }
        if !names.isEmpty {
            facts.insert("both sides changed \(names.joined(separator: ", "))", at: 0)
            hints.append("nothing was written; set them on one side")
        }
        if conflicts.contains(.keysOfTheirs) || conflicts.contains(.dataKeyOfOurs) {
            hints.append(
                "nothing was sealed for it; where your people did that, merge with --accept-keys in git's driver"
            )
        }
        return (facts.joined(separator: "; "), hints)
    }

    private static func words(_ aim: FileAim, _ code: Int32, _ inPlace: FileInPlace?) -> (String, [String]) {
        let verb =
            switch aim {
            case .open: "opened"
            case .read, .status: "read"
            case .lock: "locked"
            case .create, .write, .sync: "written"
            case .replace: "replaced"
            case .syncFolder: "made safe on the disk"
            case .makeFolder: "given a folder"
            }
        let hints: [String] =
            switch inPlace {
            case .old: ["the file from before is in place, unchanged"]
            case .new: ["the new file is in place, but may not survive a power failure"]
            case nil: []
            }
        return ("cannot be \(verb): \(systemMessage(code))", hints)
    }

    /// Where was looked, in one or two sentences.
    private static func hints(_ looked: [KeySearch]) -> [String] {
        var tried: [String] = []
        var unset: [String] = []
        var notes: [String] = []
        for search in looked {
            let place = printable(search.source.text)
            switch search.finding {
            case .doesNotFit: tried.append(place)
            case .nothing where search.source.isVariable: unset.append(place)
            case .nothing: notes.append("no \(place)")
            case .broken(let fault): notes.append(words(search.source, fault).0)
            case .cannotPrompt: notes.append("nobody to ask for a passphrase")
            case .notOfUse: break
            }
        }
        var hints: [String] = []
        if !tried.isEmpty { hints.append("tried \(tried.joined(separator: ", "))") }
        if !notes.isEmpty { hints.append(notes.joined(separator: "; ")) }
        if !unset.isEmpty { hints.append("not set: \(unset.joined(separator: ", "))") }
        return hints
    }
}
