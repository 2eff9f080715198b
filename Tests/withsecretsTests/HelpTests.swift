import ArgumentParser
import Testing

@testable import withsecrets

/// What the declarations of commands tell people: help, completions and the manual.
struct HelpTests {
    /// Every command that people see, with the words that name it.
    static let commands = all(.all(), path: [])

    private static func all(_ command: CommandSyntax, path: [String]) -> [(path: [String], command: CommandSyntax)] {
        [(path, command)]
            + command.subcommands.filter { $0.name != "help" }.flatMap { all($0, path: path + [$0.name]) }
    }

    @Test func everyCommandTeachesByExamples() {
        #expect(Self.commands.count > 25)
        for (path, command) in Self.commands {
            #expect(command.discussion.contains("EXAMPLES"), "\(path.joined(separator: " "))")
        }
    }

    /// A reader copies an example: it has to be a command line.
    @Test func everyExampleIsACommandLine() {
        var count = 0
        for (path, command) in Self.commands {
            for line in command.discussion.split(separator: "\n") where line.hasPrefix("  ") {
                guard let words = Self.ownWords(in: String(line)) else { continue }
                count += 1
                #expect(Self.parses(words), "\(path.joined(separator: " ")): \(line)")
            }
        }
        #expect(count > 50)
    }

    /// The words behind `withsecrets` up to what belongs to the shell, or to the comment that two blanks part.
    private static func ownWords(in line: String) -> [String]? {
        guard let name = line.firstRange(of: "withsecrets ") else { return nil }
        var text = String(line[name.upperBound...])
        if let comment = text.firstRange(of: "  ") { text = String(text[..<comment.lowerBound]) }
        // What stands in quotes is one word.
        let pieces = text.split(separator: /['"]/, omittingEmptySubsequences: false)
        text = pieces.enumerated().map { $0.offset % 2 == 0 ? String($0.element) : $0.element.filter { $0 != " " } }
            .joined()
        return text.split(separator: " ").map(String.init).prefix { !["|", ">", ">>", "<"].contains($0) }
            .map { $0.hasSuffix(")") ? String($0.dropLast()) : $0 }
    }

    private static func parses(_ words: [String]) -> Bool {
        guard words.first.map({ $0 == "run" || $0.hasPrefix("-") }) != true else {
            let isRun = words.first == "run"
            return (try? RunArguments(Array(words.dropFirst(isRun ? 1 : 0)), needsDashes: !isRun)) != nil
        }
        return (try? Withsecrets.parseAsRoot(words)) != nil
    }

    @Test func theManualHasEveryOption() {
        let manual = CommandManual(root: .all()).text
        for (path, command) in Self.commands where !command.isHidden {
            for option in command.options where !option.isHidden {
                let name = ManualText.bold(option.longName)
                #expect(manual.contains(name), "\(path.joined(separator: " ")) \(option.longName)")
            }
        }
    }
}

struct CompletionSearchTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var words: [String]
        var current: String
        var expected: [String]
        var testDescription: String { (words + [current]).joined(separator: " ") }

        init(_ words: [String], _ current: String, _ expected: [String]) {
            (self.words, self.current, self.expected) = (words, current, expected)
        }
    }

    @Test(arguments: [
        Case([], "che", ["check"]),
        Case([], "--strict", ["--strict"]),
        Case(["--strict"], "--stri", []),
        Case(["-v"], "", ["--"]),
        Case(["check"], "--off", ["--offline"]),
        Case(["check"], "--log-format=t", ["--log-format=text"]),
        Case(["--pty"], "a", ["auto", "always"]),
        Case(["-v", "--pty"], "n", ["never"]),
        Case(["vault"], "ro", ["rotate"]),
        Case(["vault", "keys"], "a", ["add"]),
        Case(["completions"], "", ["bash", "zsh", "fish"]),
        Case(["export", "--format"], "git", ["github", "gitlab"]),
    ])
    func wordsAreOffered(item: Case) {
        let answer = CompletionSearch(root: .all(), words: item.words, current: item.current).answer(Self.noNames)
        guard case .words(let candidates) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(candidates.map(\.text) == item.expected)
    }

    @Test(arguments: [
        (["--"], "l", 1), (["-p", "dev", "--"], "", 3), (["run"], "l", 1), (["run", "--strict", "ls"], "-", 2),
        (["exec", "--", "ls"], "x", 2), (["--", "--"], "x", 1), (["ls"], "x", 0),
    ])
    func theCommandsOwnWordsAreItsOwn(words: [String], current: String, start: Int) {
        let answer = CompletionSearch(root: .all(), words: words, current: current).answer(Self.noNames)
        #expect(answer == .command(start: start))
    }

    @Test func pathsAreTheShellsOwn() {
        let root = CommandSyntax.all()
        #expect(
            CompletionSearch(root: root, words: ["-f"], current: "x").answer(Self.noNames)
                == .files(prefix: "", extensions: ["yaml", "yml"])
        )
        #expect(
            CompletionSearch(root: root, words: [], current: "--report=x").answer(Self.noNames)
                == .files(prefix: "--report=", extensions: [])
        )
    }

    private static func noNames(file: String?, profile: String?, vault: String?) -> CompletionNames {
        CompletionNames(file: "/nonexistent", profile: nil, vault: "/nonexistent")
    }
}
