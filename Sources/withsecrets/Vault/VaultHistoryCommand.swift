internal import ArgumentParser
internal import Auditing
internal import Diagnostics
internal import VaultFormat

/// `withsecrets vault history NAME`: the versions that are kept of one secret.
struct VaultHistoryCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "The versions that are kept of one secret.",
        discussion: """
            'withsecrets vault get NAME --version N' looks at one, 'withsecrets vault set NAME --restore N' makes it the present \
            one. The last 5 earlier values are kept; --keep changes that for the whole file.

            EXAMPLES:
              withsecrets vault history openai/api_key
              withsecrets vault history --keep 10
            """
    )

    @Argument(help: ArgumentHelp("The secret's name.", valueName: "secret"))
    var name: String?

    @Option(
        help: ArgumentHelp(
            "Keep so many earlier values of every secret in the file, and forget the others.",
            valueName: "count"
        )
    )
    var keep: Int?

    @OptionGroup var vault: VaultOptions

    func perform() -> Int32 {
        vault.performing(.vaultHistory, of: name) { session, terminal throws(Failure) in
            if let keep {
                guard name == nil else {
                    throw Failure(
                        Diagnostic("--keep is for the whole file, not for one secret", hints: ["leave the name out"]),
                        status: ExitCode.usage
                    )
                }
                try setKeep(keep, session, terminal)
                return ExitCode.success
            }
            guard let name else {
                throw Failure(Diagnostic("a secret's name is missing"), status: ExitCode.usage)
            }
            guard let vault = try session.open(having: name), let entry = vault.file.entry(named: name) else {
                try session.record(.absent)
                throw session.noSuchName(name)
            }
            try session.record(.found)
            for version in entry.versions {
                var line = "version \(version.number)  changed \(version.changed.text)"
                if let expires = version.expires { line += "  expires \(expires.text)" }
                if version.number == entry.current.number { line += "  present" }
                terminal.print(line)
            }
            return ExitCode.success
        }
    }

    private func setKeep(_ count: Int, _ session: VaultSession, _ terminal: Terminal) throws(Failure) {
        guard VaultLimits.keep.contains(count) else {
            throw Failure(
                Diagnostic(
                    "--keep takes a number from \(VaultLimits.keep.lowerBound) to \(VaultLimits.keep.upperBound)"
                ),
                status: ExitCode.usage
            )
        }
        let path = try session.firstPath()
        let forgotten = try session.update(path) { (vault) throws(VaultError) in vault.keep(count) }
        try session.record(.done)
        let loss = forgotten == 0 ? "" : "; \(forgotten) that were there are gone"
        terminal.note("\(printable(path)) keeps \(count) earlier values of each secret\(loss)")
    }
}
