internal import ArgumentParser
internal import ManifestFormat

/// `run` as swift-argument-parser knows it: its help, completions and manual. A run itself goes through `RunArguments`.
struct RunHelp: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Start a command with its secrets; the same as without a subcommand.",
        usage: "withsecrets run [options] -- COMMAND [ARG ...]",
        discussion: """
            The command's exit status is ours; killed by a signal, so are we. Our own failures end with 125 (manifest, \
            provider), 126 (not executable), 127 (not found) or 64 (bad usage).

            EXAMPLES:
              withsecrets run -- python3 app.py
              withsecrets run --only DB_PASSWORD -- psql -h db app
              withsecrets run --clean-env --pass PATH,HOME -- ./server
              withsecrets run --no-mask -- ./server     become the command
            """,
        aliases: ["exec"]
    )

    @OptionGroup var options: RunOptions

    @Argument(parsing: .captureForPassthrough, help: "The command and its arguments.")
    var command: [String] = []
}

/// The options of a run, as swift-argument-parser declares them. What they mean is in `optionTable`.
struct RunOptions: ParsableArguments {
    @OptionGroup var manifest: ManifestOptions

    @Flag(
        name: [.customLong("no-mask"), .customLong("no-masking")],
        help: "Do not mask: become the command."
    )
    var noMask = false

    @Option(help: ArgumentHelp("What replaces a secret; {name} is the variable; empty scrubs.", valueName: "text"))
    var maskText: String?

    @Option(
        help: ArgumentHelp("A pseudo-terminal for the command: auto, always or never.", valueName: "when"),
        completion: .list(Manifest.RunSettings.PseudoTerminal.allCases.map(\.rawValue))
    )
    var pty: String?

    @Flag(help: "Start from an empty environment.")
    var cleanEnv = false

    @Option(help: ArgumentHelp("With --clean-env, keep variables of these names (globs).", valueName: "name,..."))
    var pass: [String] = []

    @Option(help: ArgumentHelp("Remove inherited variables of these names (globs).", valueName: "name,..."))
    var unset: [String] = []

    @Option(help: ArgumentHelp("Write what was masked as JSON to a file, or - for stderr.", valueName: "path"))
    var report: String?

    @Flag(help: "End with 3 when anything was masked and the command ended with 0.")
    var failOnLeak = false
}
