internal import ArgumentParser
internal import Diagnostics
internal import ManifestFormat
internal import VaultFormat

/// `withsecrets vault list`: the names, and when they changed; opens nothing, since names are readable.
struct VaultListCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "The names of the secrets; opens nothing.",
        discussion: """
            Names, versions and times are readable in the file, so no key is needed. Without one nobody can tell whether \
            they were changed by somebody else: 'withsecrets vault verify' does.

            EXAMPLES:
              withsecrets vault list
              withsecrets vault list --expiring 30d
            """,
        aliases: ["ls"]
    )

    @Flag(help: "Print JSON; docs/json.md has the shape.")
    var json = false

    @Option(
        help: ArgumentHelp("Just those that have expired or will within this time: 36h, 30d, 2w.", valueName: "time")
    )
    var expiring: String?

    @OptionGroup var vault: VaultOptions

    func perform() -> Int32 {
        vault.performing { session, terminal throws(Failure) in
            let limit = try expiryLimit()
            let candidates = session.location.candidates
            guard !candidates.isEmpty else { throw session.noVault() }
            var listing = VaultListing()
            for path in candidates {
                let file = try session.failing { () throws(VaultError) in
                    let file = try VaultFile.read(path)
                    try session.watch.review(unopened: file, at: path)
                    return file
                }
                let secrets = file.secrets.filter { entry in limit.map { entry.isExpired(at: $0) } ?? true }
                listing.secrets += secrets.map { VaultListing.Secret($0, path: path) }
            }
            if json {
                terminal.print(JSONText.document(of: listing))
            } else {
                listing.print(to: terminal, showsPaths: candidates.count > 1)
                if listing.secrets.isEmpty { terminal.note("no secrets") }
            }
            return ExitCode.success
        }
    }

    /// The moment that `--expiring` means.
    private func expiryLimit() throws(Failure) -> VaultTime? {
        guard let expiring else { return nil }
        guard let span = duration(parsing: expiring, upTo: longestSpan) else {
            throw Failure(Diagnostic("--expiring takes a time, such as 36h, 30d or 2w"), status: ExitCode.usage)
        }
        return VaultTime.now.adding(seconds: span.components.seconds)
    }
}

/// What `vault list` tells, version 1; docs/json.md has the shape.
struct VaultListing: Encodable {
    struct Secret: Encodable {
        var name: String
        var version: UInt64
        var created: String
        var changed: String
        var expires: String?
        var expired: Bool
        var description: String?
        var vault: String

        init(_ entry: VaultFile.Entry, path: String) {
            name = entry.name
            version = entry.current.number
            created = entry.created.text
            changed = entry.current.changed.text
            expires = entry.current.expires?.text
            expired = entry.isExpired(at: .now)
            description = entry.description
            vault = path
        }
    }

    var version = 1
    var secrets: [Secret] = []

    func print(to terminal: Terminal, showsPaths: Bool) {
        let width = secrets.map(\.name.count).max() ?? 0
        for secret in secrets {
            var line = "\(padded(secret.name, to: width))  version \(secret.version), changed \(secret.changed)"
            if let expires = secret.expires { line += secret.expired ? ", expired \(expires)" : ", expires \(expires)" }
            if let description = secret.description { line += "  \(printable(description))" }
            if showsPaths { line += "  (\(printable(secret.vault)))" }
            terminal.print(line)
        }
    }
}
