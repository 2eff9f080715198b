/// Every key of the manifest, by the mapping that it stands in. Those of `providers` are in `ProviderKey`.
package enum ManifestKeys {
    package static let manifest: [ManifestKey] = own + layer

    private static let own: [ManifestKey] = [
        ManifestKey("version", .version, "The version of this format", isRequired: true),
        ManifestKey("extends", .path, "Another manifest, which this one is laid over"),
        ManifestKey("profiles", .profiles, "Layers by name; '-p NAME' lays one over the manifest"),
    ]

    /// What a manifest and a profile may both hold.
    package static let layer: [ManifestKey] = [
        ManifestKey(
            "providers",
            .providers,
            "Where secrets are kept: each kind is also there under its own name, with its defaults"
        ),
        ManifestKey("env", .variables, "The command's variables: each a reference, a chain of them, or the long form"),
        ManifestKey("env_from", .groups, "Secrets of which every field becomes a variable"),
        ManifestKey("mask", .mapping(mask), "How secrets are masked in what the command prints"),
        ManifestKey("run", .mapping(run), "The command's process"),
        ManifestKey("audit", .mapping(audit), "The log of who asked for which secret"),
        ManifestKey(
            "on_error",
            .choice(names(of: Manifest.FailurePolicy.self)),
            "What becomes of a step that failed, for every variable and provider that does not say itself",
            standard: "stop"
        ),
    ]

    /// The long form of a variable.
    package static let variable: [ManifestKey] = [
        ManifestKey("from", .chain, "Where the value lives: a reference, or a chain of them"),
        ManifestKey(
            "template",
            .text,
            "Text in which ${NAME} is another variable of the manifest, and $$ a $; secret when a part is"
        ),
        ManifestKey("value", .text, "A literal; not secret, and not masked unless 'mask: true'"),
        ManifestKey("default", .text, "Used when no step has the value; masked"),
        ManifestKey("required", .flag, "Whether it is an error when no step has the value", standard: "true"),
        ManifestKey("as", .delivery, "'file': the variable holds the path of a private file", standard: "env"),
        ManifestKey("decode", .choice(["base64", "hex"]), "How what was read is decoded"),
        ManifestKey("mask", .flag, "true: masked whatever its length; false: never masked"),
        ManifestKey("pattern", .text, "A regular expression (RE2) that the whole value has to match"),
        ManifestKey("allow_empty", .flag, "Whether an empty value is one", standard: "false"),
        onError,
        description,
    ]

    /// An element of `env_from`.
    package static let group: [ManifestKey] = [
        ManifestKey("from", .chain, "The secret", isRequired: true),
        ManifestKey("prefix", .namePrefix, "Put before each name"),
        ManifestKey(
            "names",
            .choice(names(of: Manifest.VariableGroup.Naming.self)),
            "'upper': letters to capitals, and what no name may hold to _",
            standard: "keep"
        ),
        ManifestKey("include", .globs, "Which fields, by the variable's name; all when absent"),
        ManifestKey("exclude", .globs, "Which fields not, by the variable's name"),
        ManifestKey("mask", .globs, "Variables that are masked whatever their length"),
        ManifestKey("no_mask", .globs, "Variables that are not masked"),
        ManifestKey("required", .flag, "Whether it is an error when the secret is absent", standard: "true"),
        onError,
        description,
    ]

    package static let mask: [ManifestKey] = [
        ManifestKey("text", .maskText, "What replaces a secret; {name} is its variable; \"\" scrubs", standard: "***"),
        ManifestKey("env", .globs, "Inherited variables that are masked too"),
    ]

    package static let run: [ManifestKey] = [
        ManifestKey(
            "pty",
            .choice(names(of: Manifest.RunSettings.PseudoTerminal.self)),
            "A pseudo-terminal for the command",
            standard: "auto"
        ),
        ManifestKey("clean_env", .flag, "Start from an empty environment", standard: "false"),
        ManifestKey("pass", .globs, "With 'clean_env', the inherited variables that stay"),
        ManifestKey("unset", .globs, "Inherited variables that go"),
        ManifestKey("stop_timeout", .duration, "After SIGTERM, how long until the command is killed"),
        ManifestKey("subreaper", .flag, "Take orphaned descendants of the command in", standard: "false"),
    ]

    package static let audit: [ManifestKey] = [
        ManifestKey(
            "to",
            .choice(names(of: Manifest.AuditSettings.Sink.self)),
            "Where the audit records go",
            standard: "file"
        ),
        ManifestKey("path", .path, "The audit file"),
        ManifestKey("on_error", .choice(["warn", "refuse"]), "When a record cannot be written", standard: "warn"),
        ManifestKey("on_failures", .mapping(onFailures), "A command after so many wrong passphrases"),
    ]

    package static let onFailures: [ManifestKey] = [
        ManifestKey("count", .count, "How many wrong passphrases"),
        ManifestKey("command", .command, "The program and its arguments"),
    ]

    /// `{ as: { file: ... } }`.
    package static let file: [ManifestKey] = [
        ManifestKey("mode", .mode, "The file's permission bits, in octal and quoted", standard: "\"0400\""),
        ManifestKey("owner", .userID, "The file's owner, as a user id"),
    ]

    private static let onError = ManifestKey(
        "on_error",
        .choice(names(of: Manifest.FailurePolicy.self)),
        "What becomes of a step that failed",
        standard: "stop"
    )
    private static let description = ManifestKey("description", .text, "For people")

    static func names<Choice: RawRepresentable<String> & CaseIterable>(of type: Choice.Type) -> [String] {
        type.allCases.map(\.rawValue)
    }
}

extension [ManifestKey] {
    var names: [String] { map(\.name) }
}
