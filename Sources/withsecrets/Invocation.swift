internal import ArgumentParser
internal import CProcessShims
internal import Diagnostics
internal import Glibc
internal import ProcessLaunch

/// One start of withsecrets: which command it is, and the way out of it.
///
/// A run is recognised and parsed without swift-argument-parser, which takes all other command lines.
struct Invocation {
    /// The command line as the kernel gave it, our own name first.
    let words: [RawArgument]

    func perform() -> Never {
        exit(status())
    }

    private func status() -> Int32 {
        let texts = words.dropFirst().map(\.text)
        switch texts.first {
        case CompletionRequest.name:
            ws_prepare_libraries()
            return CompletionRequest(arguments: Array(texts.dropFirst())).perform()
        case "run", "exec":
            return run(Array(texts.dropFirst()), skipping: 2, needsDashes: false)
        case let first? where first.hasPrefix("-") && !Self.isForParser(first):
            return run(texts, skipping: 1, needsDashes: true)
        default:
            return dispatch(texts)
        }
    }

    /// `--help` and `--version` as the first word are the whole command line.
    private static func isForParser(_ word: String) -> Bool {
        ["--help", "-h", "--version", "--generate-completion-script", "--experimental-dump-help"].contains {
            word == $0 || word.hasPrefix($0 + "=")
        }
    }

    private func run(_ texts: [String], skipping: Int, needsDashes: Bool) -> Int32 {
        do throws(UsageError) {
            let arguments = try RunArguments(texts, needsDashes: needsDashes)
            if arguments.asksForHelp { return dispatch(needsDashes ? ["--help"] : ["run", "--help"]) }
            if arguments.asksForVersion { return dispatch(["--version"]) }
            let command = Array(words.dropFirst(skipping + arguments.commandIndex))
            return RunCommand(command: command, options: arguments.options).perform()
        } catch {
            Terminal().show(error)
            return ExitCode.usage
        }
    }

    private func dispatch(_ texts: [String]) -> Int32 {
        ws_prepare_libraries()
        guard !texts.isEmpty else {
            Terminal().show(UsageError("no command", hint: "withsecrets -- COMMAND [ARG ...], or withsecrets --help"))
            return ExitCode.usage
        }
        if let error = Self.unknownSubcommand(in: texts) {
            Terminal().show(error)
            return ExitCode.usage
        }
        if ["--help", "-h", "help"].contains(texts[0]), texts.count == 1 {
            return printing(Withsecrets.helpMessage())
        }
        do {
            var command = try Withsecrets.parseAsRoot(texts)
            guard let subcommand = command as? any Subcommand else {
                try command.run()  // prints the help of what was named
                return ExitCode.success
            }
            return subcommand.perform()
        } catch {
            return show(error, of: texts)
        }
    }

    /// What is wrong with the first word that should name a subcommand and does not.
    private static func unknownSubcommand(in texts: [String]) -> UsageError? {
        var command = Withsecrets.configuration
        var path = ""
        let asksForHelp = texts.first == "help"
        for word in asksForHelp ? texts.dropFirst() : texts[...] {
            guard !command.subcommands.isEmpty, !word.hasPrefix("-"), word != "help" else { return nil }
            guard let next = command.subcommand(named: word) else {
                let suggestion = nearestName(to: word, among: command.subcommandNames)
                let hint = suggestion.map { didYouMean(path + $0) }
                guard path.isEmpty else {
                    // The word may be a value that belongs into a prompt, so it is not repeated.
                    return UsageError("not a \(path)command", hint: hint ?? "'withsecrets \(path)--help' lists them")
                }
                return .noSubcommand(word, hint: hint ?? (asksForHelp ? "'withsecrets help' lists them" : nil))
            }
            command = next
            path += "\(word) "
        }
        return nil
    }

    /// Help and version go to stdout; what swift-argument-parser has to say of a mistake is worded as ours.
    private func show(_ error: any Error, of texts: [String]) -> Int32 {
        let text = Withsecrets.fullMessage(for: error)
        guard Withsecrets.exitCode(for: error) != .success else {
            return printing(text)
        }
        let sentence = Withsecrets.message(for: error).split(separator: "\n").first.map(String.init) ?? "bad usage"
        // A word that should not be there may be a value that belongs into a prompt, so it is not repeated.
        let isSurplus = sentence.contains("unexpected argument") || sentence.contains("Unexpected argument")
        let path = texts.prefix { Self.isName($0) }.prefix(Self.depth(of: texts)).joined(separator: " ")
        Terminal().show(
            UsageError(
                isSurplus ? "more words than this command takes" : Self.lowercased(sentence),
                hint: "'withsecrets \(path) --help' tells how it is used"
            )
        )
        return ExitCode.usage
    }

    /// How many words name the command: `check` is one, `vault set` two, `vault keys add` three.
    private static func depth(of texts: [String]) -> Int {
        guard texts.first == "vault" else { return 1 }
        return texts.dropFirst().first == "keys" ? 3 : 2
    }

    private static func isName(_ word: String) -> Bool {
        word.count <= 12 && word.allSatisfy { $0.isASCII && $0.isLowercase }
    }

    private static func lowercased(_ sentence: String) -> String {
        let text = sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}

/// A subcommand that ends with a status.
protocol Subcommand: ParsableCommand {
    func perform() -> Int32
}
