internal import Diagnostics
internal import ManifestFormat
internal import ProcessLaunch

/// What can be wrong with a variable or group once its steps were tried. The only place with sentences about it.
enum ResolutionProblem {
    // Errors
    case stepFailed(ProviderError, SecretReference)
    case nothingFound([StepReport])
    case nothingFoundAfterFailure([StepReport])
    case holdsNUL
    case tooLong(byteCount: Int)
    case noMatch
    case cycle([String])
    case unknownInTemplate(String, suggestion: String?)
    case fileInTemplate(String)
    case tooManyFields(Int)
    case templatesTooDeep
    case templateTooLong
    case unknownOnly(suggestion: String?)
    case badFieldName(String, variable: String)
    case dangerousName(String, field: String)
    case ownName(String)
    case givenTwice(String, first: String)

    // Warnings
    case passedOver(Absence, SecretReference)
    case wentOn(ProviderError, SecretReference)
    case usedDefault
    case templateAbsent(missing: String)
    case includesNothing(String)

    func diagnostic(_ subject: String, at location: Diagnostic.Location?) -> Diagnostic {
        let (message, hints) = words
        return Diagnostic(severity, at: place ?? location, subject: subject, message, hints: hints)
    }

    private var severity: Diagnostic.Severity {
        switch self {
        case .passedOver, .wentOn, .usedDefault, .templateAbsent, .includesNothing: .warning
        default: .error
        }
    }

    /// The reference's own place where one is to blame.
    private var place: Diagnostic.Location? {
        switch self {
        case .stepFailed(_, let reference), .passedOver(_, let reference), .wentOn(_, let reference):
            reference.location
        default: nil
        }
    }

    private var words: (message: String, hints: [String]) {
        switch self {
        case .stepFailed(let error, _):
            return (error.message, error.hints)
        case .nothingFound(let steps):
            return nothingFound(steps, "a default, or required: false, lets the run go on without it")
        case .nothingFoundAfterFailure(let steps):
            return nothingFound(steps, "a step failed, so it may be there: only a default counts then")
        case .holdsNUL:
            return ("the value holds a NUL byte, which no environment can carry", ["as: file delivers any bytes"])
        case .tooLong(let byteCount):
            return (
                "with its name the value takes \(byteCount) bytes; the kernel's limit is \(EnvironmentBlock.largestString)",
                ["as: file delivers values of any length"]
            )
        case .noMatch:
            return ("the value does not match the variable's pattern", [])
        case .cycle(let names):
            return ("templates need one another: \(names.map { printable($0) }.joined(separator: " -> "))", [])
        case .unknownInTemplate(let name, let suggestion):
            return (
                "the template inserts '\(printable(name))', which the manifest does not name",
                suggestion.map { [didYouMean($0)] } ?? []
            )
        case .fileInTemplate(let name):
            return (
                "the template inserts '\(printable(name))', which is delivered as a file",
                ["give the value a second variable without as: file for the template"]
            )
        case .tooManyFields(let count):
            return (
                "the secret has \(count) fields, and 10,000 at most become variables", ["include picks some of them"]
            )
        case .templatesTooDeep:
            return ("templates inside of templates, more than 64 deep", [])
        case .templateTooLong:
            return ("the template's value would be longer than 1 MiB", [])
        case .unknownOnly(let suggestion):
            return (
                "--only names a variable that the manifest does not",
                suggestion.map { [didYouMean($0)] } ?? []
            )
        case .badFieldName(let field, let variable):
            return (
                "field '\(printable(field))' gives '\(printable(variable))', which is no variable's name",
                ["leave it out with exclude, or name it literally under include"]
            )
        case .dangerousName(let variable, _):
            return (
                "the secret sets \(printable(variable)), which can run code in the command",
                ["leave it out with exclude, or name it literally under include where that is wanted"]
            )
        case .ownName(let variable):
            return (
                "the secret sets \(printable(variable)), a setting of withsecrets itself",
                ["leave it out with exclude"]
            )
        case .givenTwice(let variable, let first):
            return (
                "\(printable(variable)) comes from \(first) as well",
                ["give one of them a prefix, or leave the variable out of one with exclude"]
            )
        case .passedOver(let absence, let reference):
            return ("\(printable(reference.description)) was passed over: \(absence.detail)", absence.hints)
        case .wentOn(let error, _):
            return ("\(error.message); on_error: next goes on", error.hints)
        case .includesNothing(let name):
            return ("'include' names '\(printable(name))', which is no field of the secret, or is excluded", [])
        case .templateAbsent(let name):
            return (
                "not set, since its template uses '\(name)', which is absent",
                ["{ template: ..., required: false } says that this is meant"]
            )
        case .usedDefault:
            return ("no step has a value after one failed, so its default is used", [])
        }
    }

    private func nothingFound(_ steps: [StepReport], _ hint: String) -> (message: String, hints: [String]) {
        let tried = steps.map { "\(printable($0.reference.description)): \($0.outcome.detail)" }
        let hints = steps.flatMap(\.outcome.hints) + [hint]
        return tried.count == 1
            ? ("not found: \(tried[0])", hints)
            : ("no step of its chain has it", tried + hints)
    }
}

extension StepReport.Outcome {
    fileprivate var detail: String {
        switch self {
        case .found: "found"
        case .absent(let absence): absence.detail
        case .failed(let error): error.message
        }
    }

    fileprivate var hints: [String] {
        switch self {
        case .found: []
        case .absent(let absence): absence.hints
        case .failed(let error): error.hints
        }
    }
}
