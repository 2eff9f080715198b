internal import ArgumentParser
internal import Auditing
internal import Diagnostics
internal import SecretMemory
internal import VaultFormat

/// `withsecrets vault get NAME`: one value, masked unless it is to be revealed.
struct VaultGetCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "One value, masked unless --reveal.",
        discussion: """
            Ends with 1 when no vault has the name, 125 when it could not be read.

            EXAMPLES:
              withsecrets vault get openai/api_key            is it there
              withsecrets vault get openai/api_key --reveal
              withsecrets vault get tls/key --reveal --raw > key.pem
            """
    )

    @Argument(help: ArgumentHelp("The secret's name.", valueName: "secret"))
    var name: String

    @Flag(help: "Print the value itself, and a newline.")
    var reveal = false

    @Flag(help: "With --reveal, print no newline behind the value.")
    var raw = false

    @Option(help: ArgumentHelp("An earlier version.", valueName: "number"))
    var version: UInt64?

    @OptionGroup var vault: VaultOptions

    func perform() -> Int32 {
        vault.performing(.vaultGet, of: name) { session, terminal throws(Failure) in
            guard let vault = try session.open(having: name) else {
                try session.record(.absent)
                throw session.noSuchName(name)
            }
            let value: Secret
            do throws(VaultError) {
                value = try vault.value(of: name, version: version)
            } catch {
                throw session.failure(after: error, absentStatus: ExitCode.finding)
            }
            try session.record(.found)
            return show(value, terminal, reveals: reveal, raw: raw)
        }
    }
}
