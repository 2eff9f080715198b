internal import Diagnostics
internal import EventLoop
internal import Glibc
internal import ManifestFormat
internal import ProcessLaunch

// The sentences of this module's providers. Each starts with who it is about: the reference's provider and path. They
// hold names, places, sizes and statuses, never contents.

extension ProviderError {
    // MARK: - References

    static func noPath(_ address: SecretAddress, of thing: String) -> ProviderError {
        ProviderError(.misconfigured, "\(address.label) names no \(thing)")
    }

    static func nulInPath(_ address: SecretAddress) -> ProviderError {
        ProviderError(.misconfigured, "\(address.label) holds a NUL byte")
    }

    static func noHome(_ address: SecretAddress) -> ProviderError {
        ProviderError(
            .misconfigured,
            "\(address.label) starts with ~/ and HOME is not set",
            hints: ["set HOME or write the whole path"]
        )
    }

    static func unknownOption(_ address: SecretAddress, _ option: String, known: [String]) -> ProviderError {
        // The word may be a part of a secret that holds a '?', so it is repeated only where it is near a known one.
        let hint =
            nearestName(to: option, among: known).map(didYouMean)
            ?? (known.isEmpty ? "it takes none" : "it takes \(known.map { "'\($0)'" }.joined(separator: ", "))")
        return ProviderError(.misconfigured, "\(address.label) has an unknown option", hints: [hint])
    }

    static func badFlag(_ address: SecretAddress, option: String) -> ProviderError {
        ProviderError(.misconfigured, "\(address.label): option '\(option)' takes true or false")
    }

    static func ownVariable(_ address: SecretAddress) -> ProviderError {
        ProviderError(
            .misconfigured,
            "\(address.label) is a setting of withsecrets itself",
            hints: ["WITHSECRETS_* is handed on to no command; store the value under another name"]
        )
    }

    static func notLinked(_ configuration: ProviderConfiguration) -> ProviderError {
        ProviderError(
            .misconfigured,
            "\(configuration.name) is of kind '\(configuration.kind.rawValue)', which this build lacks"
        )
    }

    static func unknownProvider(_ address: SecretAddress) -> ProviderError {
        ProviderError(.misconfigured, "the reference names no provider that the manifest or this build knows")
    }

    static func needsItself(_ configuration: ProviderConfiguration) -> ProviderError {
        ProviderError(
            .misconfigured,
            "\(configuration.name) needs a secret of its own before it can give any",
            hints: ["let its settings refer to another provider"]
        )
    }

    // MARK: - The run

    static func outOfTime(_ address: SecretAddress, _ timeout: Duration) -> ProviderError {
        ProviderError(
            .timedOut,
            "\(printable(address.label)) gave no answer within \(shortText(timeout))",
            hints: ["--timeout sets the time that all references together have"]
        )
    }

    static func cancelled(_ address: SecretAddress) -> ProviderError {
        ProviderError(.cancelled, "\(printable(address.label)) was not waited for")
    }

    // MARK: - Fields and values

    static func notJSON(_ address: SecretAddress, _ error: JSONError) -> ProviderError {
        ProviderError(
            .malformed,
            "\(printable(address.label)) is no JSON document, so no field can be picked: \(error.message)"
        )
    }

    static func notAnObject(_ address: SecretAddress, _ value: JSONValue) -> ProviderError {
        ProviderError(
            .malformed,
            "\(printable(address.label)) holds a JSON \(value.kind.rawValue), which has no named fields"
        )
    }

    static func severalFields(_ address: SecretAddress, _ names: [String]) -> ProviderError {
        let shown = names.prefix(20).map { "#\(printable($0, limit: 60))" }.joined(separator: ", ")
        return ProviderError(
            .malformed,
            "\(printable(address.label)) has \(names.count) fields and the reference picks none",
            hints: ["pick one: \(shown)\(names.count > 20 ? ", …" : "")"]
        )
    }

    static func notDecodable(_ address: SecretAddress, _ decoding: Manifest.Variable.Decoding) -> ProviderError {
        ProviderError(.malformed, "the value of \(printable(address.label)) is no \(decoding.rawValue)")
    }

    static func emptyValue(_ address: SecretAddress) -> ProviderError {
        ProviderError(
            .malformed,
            "the value of \(printable(address.label)) is empty",
            hints: ["allow_empty: true lets it pass"]
        )
    }

    static func noMatch(_ address: SecretAddress) -> ProviderError {
        ProviderError(.malformed, "the value of \(printable(address.label)) does not match the variable's pattern")
    }

    // MARK: - Files

    static func unreadableFile(
        _ address: SecretAddress,
        _ file: String,
        _ failure: FileReader.Failure,
        limit: Duration?
    ) -> ProviderError {
        let name = "\(address.provider): \(printable(file))"
        switch failure {
        case .directory:
            return ProviderError(.misconfigured, "\(name) is a directory")
        case .socket:
            return ProviderError(.misconfigured, "\(name) is a socket or a device without a driver")
        case .noFile:
            return ProviderError(.misconfigured, "\(name) is not a file or a pipe")
        case .tooLarge:
            return ProviderError(.malformed, "\(name) holds more than \(FileReader.byteLimit) bytes")
        case .timedOut:
            return ProviderError(.timedOut, "\(name): nobody wrote to it and closed it\(within(limit))")
        case .cancelled:
            return ProviderError(.cancelled, "\(name) was not read to its end")
        case .system(EACCES), .system(EPERM):
            return ProviderError(
                .refused,
                "\(name) cannot be read: \(systemMessage(EACCES))",
                hints: ["let this user read the file and enter the folders above it"]
            )
        case .system(let errno):
            return ProviderError(.unreachable, "\(name) cannot be read: \(systemMessage(errno))")
        }
    }

    static func malformedDotenv(_ address: SecretAddress, _ file: String, _ error: DotenvError) -> ProviderError {
        ProviderError(
            .malformed,
            "\(address.provider): \(printable(file)):\(error.line):\(error.column): \(error.message)",
            hints: error.hint.map { [$0] } ?? []
        )
    }

    // MARK: - Programs

    static func helperFailed(
        _ address: SecretAddress,
        _ failure: HelperRun.Failure,
        limit: Duration?
    ) -> ProviderError {
        let name = printable(address.label)
        let readStderr = "-v shows what it wrote to stderr"
        switch failure {
        case .launch(let error):
            return notStarted(name, error)
        case .tooMuchOutput:
            return ProviderError(.malformed, "\(name) wrote more than \(ExecProvider.outputLimit) bytes")
        case .timedOut:
            return ProviderError(
                .timedOut,
                "\(name) did not end\(within(limit)) and was killed",
                hints: ["it has no terminal to ask on: stdin is /dev/null"]
            )
        case .cancelled:
            return ProviderError(.cancelled, "\(name) was killed before it ended")
        case .ended(.exited(let status)):
            let hint = status == 127 ? "127 often means that it did not find a command of its own" : readStderr
            return ProviderError(.commandFailed, "\(name) ended with status \(status)", hints: [hint])
        case .ended(.killed(let signal)):
            return ProviderError(.commandFailed, "\(name) was ended by signal \(signal)", hints: [readStderr])
        }
    }

    private static func notStarted(_ name: String, _ error: LaunchError) -> ProviderError {
        switch error {
        case .notFound:
            return ProviderError(
                .commandFailed,
                "\(name) was not found",
                hints: ["is the program installed, and its folder in PATH?"]
            )
        case .interpreterMissing:
            return ProviderError(
                .commandFailed,
                "\(name) is there and what runs it is not",
                hints: ["its first line may name a missing interpreter"]
            )
        case .notExecutable(_, errno: ENOEXEC):
            return ProviderError(
                .commandFailed,
                "\(name) is no program",
                hints: ["a script needs a first line such as #!/bin/sh"]
            )
        case .notExecutable(_, errno: EACCES):
            return ProviderError(.commandFailed, "\(name) may not be executed", hints: ["chmod +x may mend it"])
        case .folder(let folder, let errno):
            return ProviderError(
                .commandFailed,
                "\(name): the folder \(printable(folder)) cannot be entered: \(systemMessage(errno))"
            )
        case .notExecutable(_, let errno), .resource(_, let errno), .privateFile(_, let errno),
            .privateFileOwner(_, _, let errno):
            return ProviderError(.commandFailed, "\(name) could not be started: \(systemMessage(errno))")
        case .variableTooLarge, .environmentTooLarge:
            let (reason, hints) = (error.diagnostic.message, error.diagnostic.hints)
            return ProviderError(.commandFailed, "\(name) could not be started: \(reason)", hints: hints)
        }
    }

    private static func within(_ limit: Duration?) -> String {
        limit.map { " within \(shortText($0))" } ?? " in time"
    }
}

extension Absence {
    /// - Parameter known: the names of the variables that may be suggested.
    static func noVariable(_ spellings: [String], known: [String]) -> Absence {
        Absence(
            .noSuchPath,
            "no variable \(spellings.map { printable($0) }.joined(separator: " or "))",
            misspelling: Misspelling(name: spellings.last ?? "", known: known)
        )
    }

    /// - Parameter known: the names of the fields that there are.
    static func noField(
        _ field: SecretReference.Field,
        of address: SecretAddress,
        known: [String] = []
    ) -> Absence {
        let reference = SecretReference(address: SecretAddress(provider: "", folder: ""), field: field)
        let detail = "no field '\(printable(reference.description))' in \(printable(address.label))"
        guard case .name(let name) = field else { return Absence(.noSuchField, detail) }
        return Absence(.noSuchField, detail, misspelling: Misspelling(name: name, known: known))
    }

    static func emptyVariable(_ name: String) -> Absence {
        Absence(.empty, "the variable \(printable(name)) is empty")
    }

    static func noFile(_ file: String) -> Absence {
        Absence(.noSuchPath, "no file \(printable(file))")
    }
}

/// `500ms`, `30s`, `2m`: as durations are written on the command line.
func shortText(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    if milliseconds % 1000 != 0 { return "\(milliseconds)ms" }
    return seconds >= 60 && seconds % 60 == 0 ? "\(seconds / 60)m" : "\(seconds)s"
}
