internal import ArgumentParser
internal import ManifestFormat

/// The options of every command that reads the manifest, as swift-argument-parser declares them: for help, completions
/// and the manual. What they mean is in `optionTable`.
struct ManifestOptions: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "The manifest; WITHSECRETS_FILE when absent; else found in this folder or one above.",
            valueName: "path"
        ),
        completion: .file(extensions: ["yaml", "yml"])
    )
    var file: String?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Overlay profiles.NAME; WITHSECRETS_PROFILE when absent.", valueName: "profile")
    )
    var profile: String?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Add or override one variable; repeatable.", valueName: "variable=reference")
    )
    var env: [String] = []

    @Option(help: ArgumentHelp("Resolve just these.", valueName: "variable,..."))
    var only: [String] = []

    @Option(help: ArgumentHelp("Total time for resolving: 500ms, 30s, 2m.", valueName: "duration"))
    var timeout: String?

    @OptionGroup var messages: MessageOptions

    /// What was typed, as the same words that a run would take.
    func options() throws(UsageError) -> Options {
        var options = Options()
        try apply("--file", file, to: &options)
        try apply("--profile", profile, to: &options)
        for text in env { try apply("--env", text, to: &options) }
        for text in only { try apply("--only", text, to: &options) }
        try apply("--timeout", timeout, to: &options)
        try messages.apply(to: &options)
        return options
    }
}

/// Does to `options` what the option of this name does with `text`.
func apply(_ name: String, _ text: String? = nil, to options: inout Options) throws(UsageError) {
    switch optionTable.first(where: { $0.names.contains(name) })?.action {
    case .flag(let apply): apply(&options)
    case .value(let apply):
        guard let text else { return }
        try apply(&options, text)
    case nil: preconditionFailure("no option \(name) in the table")
    }
}
