internal import ArgumentParser
internal import Diagnostics

/// `withsecrets manual [PAGE]`: prints a manual page as install.sh installs it.
struct ManualCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "manual",
        abstract: "Print a manual page, for man -l.",
        discussion: """
            EXAMPLES:
              withsecrets manual | man -l -
              withsecrets manual withsecrets.yaml.5 > withsecrets.yaml.5
            """,
        shouldDisplay: false
    )

    @Argument(
        help: "withsecrets.1, the command, or withsecrets.yaml.5, the manifest.",
        completion: .list(Page.allCases.map(\.rawValue))
    )
    var page = Page.command.rawValue

    enum Page: String, CaseIterable {
        case command = "withsecrets.1"
        case manifest = "withsecrets.yaml.5"
    }

    func perform() -> Int32 {
        let terminal = Terminal()
        let text: String
        switch Page(rawValue: page) {
        case .command: text = CommandManual(root: .all()).text
        case .manifest: text = ManifestManual().text
        case nil:
            let known = Page.allCases.map(\.rawValue).joined(separator: ", ")
            terminal.show(UsageError("no such page", hint: "the pages are: \(known)"))
            return ExitCode.usage
        }
        return printing(text)
    }
}
