internal import ArgumentParser
internal import Diagnostics
internal import Glibc
internal import VaultFormat

/// `withsecrets vault diff [REV]`: which names changed since a revision of git; opens nothing.
struct VaultDiffCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Which names changed since a git revision; opens nothing.",
        discussion: """
            EXAMPLES:
              withsecrets vault diff            against HEAD
              withsecrets vault diff main~3
            """
    )

    @Argument(help: "A revision of git.")
    var revision = "HEAD"

    @OptionGroup var vault: VaultOptions

    func perform() -> Int32 {
        vault.performing { session, terminal throws(Failure) in
            let path = try session.firstPath()
            let now = try session.failing { () throws(VaultError) in try VaultFile.read(path) }
            guard !revision.hasPrefix("-") else {
                throw Failure(Diagnostic("not a revision"), status: ExitCode.usage)
            }
            let name = path.split(separator: "/").last.map(String.init) ?? path
            let folder = path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) : "."
            let old = try content(of: name, in: folder.isEmpty ? "/" : folder)
            let before = try session.failing { () throws(VaultError) in
                try VaultFile.parse(old, path: "\(revision):\(name)")
            }
            print(VaultDifference(from: before, to: now), terminal)
            return ExitCode.success
        }
    }

    /// The file as it was at the revision.
    private func content(of name: String, in folder: String) throws(Failure) -> [UInt8] {
        do throws(ProgramFailure) {
            return try gitOutput(
                of: ["-C", folder, "show", "\(revision):./\(name)"],
                limit: VaultLimits.fileByteCount
            )
        } catch {
            throw Failure(
                Diagnostic(
                    "git gives no '\(printable(name))' at that revision: \(error.reason)",
                    hints: ["commit it first, or name a revision that has it"]
                )
            )
        }
    }

    private func print(_ difference: VaultDifference, _ terminal: Terminal) {
        for name in difference.added { terminal.print("added      \(name)") }
        for name in difference.removed { terminal.print("removed    \(name)") }
        for name in difference.changed { terminal.print("changed    \(name)") }
        for name in difference.annotated { terminal.print("annotated  \(name)") }
        if difference.keysChanged { terminal.print("keys changed") }
        if difference.settingsChanged { terminal.print("settings changed") }
    }
}
