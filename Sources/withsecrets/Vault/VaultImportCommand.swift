internal import ArgumentParser
internal import Auditing
internal import Diagnostics
internal import SecretExport
internal import SecretMemory
internal import VaultFormat

/// `withsecrets vault import`: puts secrets from elsewhere into a vault file.
struct VaultImportCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take secrets from the environment, a .env, JSON or SOPS file.",
        discussion: """
            Lists the names, never the values, and asks; --yes asks nothing. OPENAI_API_KEY becomes openai/api_key. What has its \
            value already is left as it is.

            EXAMPLES:
              withsecrets vault import --env               what looks like a secret here
              withsecrets vault import --dotenv .env --only API_KEY,DB_PASSWORD
              withsecrets vault import --sops secrets.enc.yaml --yes
            """
    )

    @Flag(help: "From the environment: variables of known services, and *_KEY, *_TOKEN, *_SECRET, *_PASSWORD.")
    var env = false

    @Option(help: ArgumentHelp("From a dotenv file.", valueName: "path"), completion: .file())
    var dotenv: String?

    @Option(
        help: ArgumentHelp("From a JSON object; objects inside give names with /.", valueName: "path"),
        completion: .file()
    )
    var json: String?

    @Option(help: ArgumentHelp("From a SOPS file, decrypted by 'sops'.", valueName: "path"), completion: .file())
    var sops: String?

    @Option(help: ArgumentHelp("Just these, by either name.", valueName: "name,..."))
    var only: [String] = []

    @Flag(name: [.short, .long], help: "Ask nothing.")
    var yes = false

    @OptionGroup var vault: VaultOptions

    func perform() -> Int32 {
        vault.performing(.vaultImport) { session, terminal throws(Failure) in
            let sources = [env ? "" : nil, dotenv, json, sops].compactMap(\.self)
            guard sources.count == 1 else {
                throw Failure(
                    Diagnostic("say where from: one of --env, --dotenv, --json and --sops"),
                    status: ExitCode.usage
                )
            }
            let path = try session.firstPath()
            let file = try session.failing { () throws(VaultError) in try VaultFile.read(path) }
            let entries = try chosen(from: try ImportSource(self).entries(), terminal)
            guard !entries.isEmpty else {
                terminal.note("nothing to import")
                return ExitCode.success
            }
            try confirm(entries, into: file, path, session, terminal)
            let changed = try session.update(path) { (vault) throws(VaultError) in
                var changed: [String] = []
                for entry in entries {
                    let known = vault.file.entry(named: entry.name) != nil
                    if known, try vault.value(of: entry.name).isEqual(to: entry.value) { continue }
                    try vault.set(entry.name, to: entry.value)
                    changed.append(entry.name)
                }
                return changed
            }
            try session.record(.done, names: changed)
            let rest = entries.count - changed.count
            let unchanged = rest > 0 ? "; \(rest) had this value already" : ""
            terminal.note("imported \(count(changed.count, "secret")) into \(printable(path))\(unchanged)")
            return ExitCode.success
        }
    }

    /// - Throws: where a name cannot stand in a vault, or two values would have one name.
    private func chosen(
        from candidates: [ImportSource.Candidate],
        _ terminal: Terminal
    ) throws(Failure) -> [ImportSource.Candidate] {
        let wanted = only.flatMap { $0.split(separator: ",").map(String.init) }
        for name in wanted where !candidates.contains(where: { $0.isCalled(name) }) {
            let known = candidates.flatMap { [$0.source, $0.name] }
            let suggestion = nearestName(to: name, among: known).map(didYouMean)
            throw Failure(
                Diagnostic("--only: there is no '\(printable(name))'", hints: [suggestion].compactMap(\.self))
            )
        }
        var chosen: [ImportSource.Candidate] = []
        var indices: [String: Int] = [:]
        var problems: [Diagnostic] = []
        for candidate in candidates where wanted.isEmpty || wanted.contains(where: candidate.isCalled) {
            let subject = printable(candidate.source)
            if candidate.value.isEmpty {
                terminal.show(Diagnostic(.warning, subject: subject, "the value is empty, so it is left out"))
            } else if !SecretName.isValid(candidate.name) {
                problems.append(
                    Diagnostic(.error, subject: subject, "not a name for an entry", hints: ["--only picks others"])
                )
            } else if let other = indices[candidate.name].map({ chosen[$0] }) {
                guard !other.value.isEqual(to: candidate.value) else { continue }
                let text = "has another value than \(printable(other.source)), and both are '\(candidate.name)'"
                problems.append(Diagnostic(.error, subject: subject, text, hints: ["--only picks one"]))
            } else {
                indices[candidate.name] = chosen.count
                chosen.append(candidate)
            }
        }
        guard problems.isEmpty else { throw Failure(problems) }
        return chosen
    }

    private func confirm(
        _ entries: [ImportSource.Candidate],
        into file: VaultFile,
        _ path: String,
        _ session: VaultSession,
        _ terminal: Terminal
    ) throws(Failure) {
        guard !yes else { return }
        guard session.unlocker.prompt != nil else {
            throw Failure(Diagnostic("nobody can be asked here", hints: ["--yes imports without a question"]))
        }
        for entry in entries {
            let isKnown = file.entry(named: entry.name) != nil
            terminal.ask(
                "  \(entry.name)\(entry.source == entry.name ? "" : "  from \(entry.source)")\(isKnown ? "  (there is one)" : "")"
            )
        }
        guard Prompt.confirms("Put \(count(entries.count, "secret")) into \(printable(path))? [y/N] ") else {
            throw Failure(Diagnostic("nothing was imported"))
        }
    }
}
