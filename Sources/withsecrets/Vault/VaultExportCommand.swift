internal import ArgumentParser
internal import Auditing
internal import Diagnostics
internal import SecretExport
internal import VaultFormat

/// `withsecrets vault export`: a vault file's secrets, written for another program.
struct VaultExportCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write all secrets of the vault for another program to read.",
        discussion: """
            Entries become variables: openai/api_key is OPENAI_API_KEY. The formats are those of 'withsecrets export'.

            EXAMPLES:
              (umask 077; withsecrets vault export --format json > backup.json)
            """
    )

    @OptionGroup var export: ExportOptions
    @OptionGroup var vault: VaultOptions

    func perform() -> Int32 {
        vault.performing(.vaultExport) { session, terminal throws(Failure) in
            let format = try export.checkedFormat()
            let vault = try session.open(try session.firstPath())
            let entries = try session.failing { () throws(VaultError) in
                var entries: [SecretExporter.Entry] = []
                for name in vault.names {
                    let variable = SecretNameRule.variableName(for: name)
                    entries.append(SecretExporter.Entry(name: variable, value: try vault.value(of: name)))
                }
                return entries
            }
            try session.record(.found, names: vault.names)
            return try export.write(entries, as: format, masked: entries)
        }
    }
}
