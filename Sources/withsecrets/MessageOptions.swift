internal import ArgumentParser

/// What every command that reads the manifest or a vault takes: how much it says, how, and whether it may ask.
struct MessageOptions: ParsableArguments {
    @Flag(name: [.short, .long], help: "Names, sources and times to stderr; never values.")
    var verbose = false

    @Flag(name: [.short, .long], help: "No warnings.")
    var quiet = false

    @Flag(help: "Never prompt.")
    var nonInteractive = false

    @Flag(help: "Prompt even where CI is set.")
    var interactive = false

    @Flag(help: "Warnings are errors.")
    var strict = false

    @Option(
        help: ArgumentHelp("How messages are written: text or json.", valueName: "format"),
        completion: .list(Options.LogFormat.allCases.map(\.rawValue))
    )
    var logFormat: String?

    func apply(to options: inout Options) throws(UsageError) {
        try withsecrets.apply("--log-format", logFormat, to: &options)
        if verbose { try withsecrets.apply("--verbose", to: &options) }
        if quiet { try withsecrets.apply("--quiet", to: &options) }
        if nonInteractive { try withsecrets.apply("--non-interactive", to: &options) }
        if interactive { try withsecrets.apply("--interactive", to: &options) }
        if strict { try withsecrets.apply("--strict", to: &options) }
    }
}
