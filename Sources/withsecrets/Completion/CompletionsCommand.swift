internal import ArgumentParser
internal import Diagnostics

/// `withsecrets completions SHELL`: prints the script that makes a shell complete our command lines.
struct CompletionsCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: "Print completions for bash, zsh or fish.",
        discussion: """
            The script asks withsecrets itself, so that variables, profiles and names of the vault are completed too. Nothing \
            is unlocked, run or asked for that. install.sh puts the scripts where the shells look.

            EXAMPLES:
              eval "$(withsecrets completions bash)"   in ~/.bashrc
              withsecrets completions zsh > ~/.zfunc/_withsecrets
              withsecrets completions fish > ~/.config/fish/completions/withsecrets.fish
            """
    )

    @Argument(
        help: "bash, zsh or fish.",
        completion: .list(CompletionShell.allCases.map(\.rawValue))
    )
    var shell: String

    func perform() -> Int32 {
        let terminal = Terminal()
        guard let shell = CompletionShell(rawValue: shell) else {
            let known = CompletionShell.allCases.map(\.rawValue)
            let suggestion = nearestName(to: shell, among: known)
            terminal.show(
                UsageError(
                    "completions are for \(known.joined(separator: ", "))",
                    hint: suggestion.map(didYouMean)
                )
            )
            return ExitCode.usage
        }
        return printing(shell.script)
    }
}

/// What the scripts call: `withsecrets __complete SHELL WORD ... CURRENT`, our own name left out.
///
/// The first line of the answer says what it is. Behind `words` stand candidates, each with a tab and what it is; behind
/// `files` and `folders` what comes before the path in the same word, and for `files` the extensions; behind `command` how
/// many of the words are ours.
struct CompletionRequest {
    static let name = "__complete"

    let arguments: [String]

    func perform() -> Int32 {
        guard let shell = arguments.first.flatMap(CompletionShell.init), arguments.count > 1 else {
            return ExitCode.usage
        }
        var words = Array(arguments.dropFirst())
        if shell.keepsQuotes { words = words.map(unquoted) }
        let current = words.removeLast()
        let search = CompletionSearch(root: .all(), words: words, current: current)
        let answer = search.answer { CompletionNames(file: $0, profile: $1, vault: $2) }
        return printing(answer.text)
    }

    /// A word without its quotes and backslashes, which may not be closed yet.
    private func unquoted(_ word: String) -> String {
        var result = ""
        var quote: Character?
        var rest = word[...]
        while let character = rest.popFirst() {
            switch (character, quote) {
            case ("\\", nil), ("\\", "\""): result += rest.popFirst().map(String.init) ?? ""
            case (quote, _): quote = nil
            case ("'", nil), ("\"", nil): quote = character
            default: result.append(character)
            }
        }
        return result
    }
}

extension CompletionSearch.Answer {
    fileprivate var text: String {
        switch self {
        case .words(let candidates):
            (["words"] + candidates.map { "\($0.text)\t\(printable($0.summary, limit: 72))" }).joined(separator: "\n")
        case .files(let prefix, let extensions): "files\n\(prefix)\n\(extensions.joined(separator: " "))"
        case .folders(let prefix): "folders\n\(prefix)"
        case .command(let start): "command\n\(start)"
        }
    }
}
