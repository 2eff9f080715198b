import ArgumentParser
import ManifestFormat
import Testing

@testable import withsecrets

struct RunArgumentsTests {
    @Test func optionsComeBeforeTheCommand() throws {
        let words = [
            "-vf", "a.yaml", "-pdev", "--env=A=env:B", "-e", "C=file:x=y", "--only", "A,C", "--", "-x", "--", "y",
        ]
        let arguments = try RunArguments(words, needsDashes: true)
        #expect(words[arguments.commandIndex...] == ["-x", "--", "y"])
        #expect(arguments.options.file == "a.yaml")
        #expect(arguments.options.profile == "dev")
        #expect(arguments.options.verbosity == .verbose)
        #expect(
            arguments.options.overrides == [
                .init(name: "A", reference: "env:B"), .init(name: "C", reference: "file:x=y"),
            ]
        )
        #expect(arguments.options.only == ["A", "C"])
    }

    @Test func aSubcommandSparesTheDashes() throws {
        let words = ["--strict", "ls", "-f", "--", "x"]
        let arguments = try RunArguments(words, needsDashes: false)
        #expect(words[arguments.commandIndex...] == ["ls", "-f", "--", "x"])
        #expect(arguments.options.isStrict)
        #expect(arguments.options.file == nil)
    }

    @Test(arguments: [
        ([], "no command"),
        (["--"], "no command"),
        (["-v"], "no command"),
        (["--fiel", "x", "--", "ls"], "unknown option '--fiel'"),
        (["-f"], "-f needs a value"),
        (["--strict=yes", "--", "ls"], "--strict takes no value"),
        (["-e", "A", "--", "ls"], "--env takes NAME=REFERENCE"),
        (["--timeout", "soon", "--", "ls"], "--timeout takes a duration"),
        (["--timeout", "0s", "--", "ls"], "--timeout takes a duration"),
        (["--pty", "maybe", "--", "ls"], "--pty takes one of: auto, always, never"),
        (["--mask-text", "a\u{1B}b", "--", "ls"], "a control character in --mask-text"),
        (["--no-mask", "--report", "-", "--", "ls"], "--report tells what was masked, and --no-mask masks nothing"),
        (
            ["--no-masking", "--fail-on-leak", "--", "ls"],
            "--fail-on-leak counts what was masked, and --no-mask masks nothing"
        ),
        (["-v", "python", "app.py"], "'python' is no subcommand"),
    ])
    func aMistakeIsNamed(words: [String], message: String) {
        let error = #expect(throws: UsageError.self) { try RunArguments(words, needsDashes: true) }
        #expect(error?.message == message)
    }

    /// `run` is parsed by a table and documented by declarations: neither may know an option that the other does not.
    @Test func helpAndTableKnowTheSameOptions() {
        let help = RunHelp.helpMessage(columns: 200)
        let documented = Set(
            help.matches(of: /(?:^|[\s,\/])(--?[a-z][a-z-]*)/).map { String($0.1) }
        )
        let parsed = Set(optionTable.flatMap(\.names)).union(["--help", "-h"])
        let optionLines = help.split(separator: "\n").filter { $0.hasPrefix("  -") }.joined(separator: "\n")
        let declared = Set(optionLines.matches(of: /(?:^|[\s,\/])(--?[a-z][a-z-]*)/).map { String($0.1) })
        #expect(parsed.subtracting(documented) == [])
        #expect(declared.subtracting(parsed) == [])
    }

    @Test func everyOptionOfOtherCommandsIsInTheTable() throws {
        let all = try ManifestOptions.parse([
            "--file", "a", "--profile", "b", "--env", "A=env", "--only", "A", "--timeout", "1s", "--verbose",
            "--strict",
            "--log-format", "json", "--non-interactive",
        ])
        let options = try all.options()
        #expect(options.file == "a")
        #expect(options.timeout == .seconds(1))
        #expect(options.logFormat == .json)
        #expect(options.isInteractive == false)
    }
}
