internal import CProcessShims
internal import Diagnostics

/// The command line of a run, taken apart: options, then the command from the word at `commandIndex` on.
///
/// `withsecrets [options] -- COMMAND [ARG ...]`, or `withsecrets run [options] [--] COMMAND [ARG ...]`.
struct RunArguments: Sendable {
    var options = Options()
    /// Counted in the words that were parsed.
    var commandIndex: Int
    var asksForHelp = false
    var asksForVersion = false

    /// - Parameter needsDashes: whether no subcommand was written, so that only `--` tells the command from a typo.
    init(_ words: [String], needsDashes: Bool) throws(UsageError) {
        commandIndex = words.count
        var index = 0
        while index < words.count {
            let word = words[index]
            guard word.hasPrefix("-"), word != "-" else {
                guard !needsDashes else { throw Self.missingDashes(before: word) }
                commandIndex = index
                break
            }
            index += 1
            if word == "--" {
                commandIndex = index
                break
            }
            switch word {
            case "--help", "-h": asksForHelp = true
            case "--version": asksForVersion = true
            default:
                if word.hasPrefix("--") {
                    try readLong(word, in: words, index: &index)
                } else {
                    try readShort(word, in: words, index: &index)
                }
            }
        }
        guard !asksForHelp, !asksForVersion else { return }
        guard commandIndex < words.count else {
            throw UsageError("no command", hint: "write it behind the options: withsecrets -- COMMAND [ARG ...]")
        }
        try options.check()
    }

    private static func missingDashes(before word: String) -> UsageError {
        ws_prepare_libraries()
        guard Withsecrets.configuration.subcommand(named: word) == nil else {
            return UsageError(
                "a subcommand stands before its options",
                hint: "withsecrets \(word) [OPTION ...]; 'withsecrets \(word) --help' lists them"
            )
        }
        return .noSubcommand(word)
    }

    private mutating func readLong(_ word: String, in words: [String], index: inout Int) throws(UsageError) {
        let equals = word.firstIndex(of: "=")
        let name = String(word[..<(equals ?? word.endIndex)])
        let attached = equals.map { String(word[word.index(after: $0)...]) }
        switch try Self.option(named: name).action {
        case .flag(let apply):
            guard attached == nil else { throw UsageError("\(name) takes no value") }
            apply(&options)
        case .value(let apply):
            let text = if let attached { attached } else { try Self.nextWord(of: words, index: &index, for: name) }
            try apply(&options, text)
        }
    }

    /// `-v`, `-f PATH`, `-fPATH`, and several in one word: `-vf PATH`.
    private mutating func readShort(_ word: String, in words: [String], index: inout Int) throws(UsageError) {
        var letters = word.dropFirst()
        while let letter = letters.popFirst() {
            let name = "-\(letter)"
            switch try Self.option(named: name).action {
            case .flag(let apply):
                apply(&options)
            case .value(let apply):
                try apply(
                    &options,
                    letters.isEmpty ? try Self.nextWord(of: words, index: &index, for: name) : String(letters)
                )
                return
            }
        }
    }

    private static func nextWord(of words: [String], index: inout Int, for name: String) throws(UsageError) -> String {
        guard index < words.count, words[index] != "--" else { throw UsageError("\(name) needs a value") }
        defer { index += 1 }
        return words[index]
    }

    private static func option(named name: String) throws(UsageError) -> OptionSpecification {
        if let option = optionTable.first(where: { $0.names.contains(name) }) { return option }
        let known = optionTable.flatMap(\.names).filter { $0.hasPrefix("--") } + ["--help", "--version"]
        let suggestion = nearestName(to: name, among: known)
        throw UsageError(
            "unknown option '\(printable(name, limit: 40))'",
            hint: suggestion.map(didYouMean) ?? "'withsecrets --help' lists the options"
        )
    }
}
