internal import ArgumentParser
internal import Diagnostics
internal import VaultFormat

/// `withsecrets vault merge BASE OURS THEIRS`: git's merge driver for vault files.
struct VaultMergeCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "A merge driver for git: BASE OURS THEIRS into OURS.",
        discussion: """
            Each side is verified by its own MAC, entries are merged one by one, and where both sides changed one it is named, \
            nothing is written, and the status is 1.

            EXAMPLES, once in a repository:
              echo '*.vault.yaml merge=withsecrets' >> .gitattributes
              git config merge.withsecrets.driver 'withsecrets vault merge %O %A %B'
            """
    )

    @Argument(help: "What both came from.", completion: .file())
    var base: String

    @Argument(help: "Our side, which the result replaces.", completion: .file())
    var ours: String

    @Argument(help: "Their side.", completion: .file())
    var theirs: String

    @OptionGroup var vault: VaultOptions

    func perform() -> Int32 {
        vault.performing { session, terminal throws(Failure) in
            let sides = (try session.open(base), try session.open(ours), try session.open(theirs))
            do throws(VaultError) {
                let merged = try VaultMerge.merge(base: sides.0, ours: sides.1, theirs: sides.2)
                try VaultStore.write(merged, over: ours)
            } catch {
                let isConflict = if case .mergeConflicts = error.reason { true } else { false }
                throw Failure(error.diagnostics.inOrder, status: isConflict ? ExitCode.finding : ExitCode.ownFailure)
            }
            terminal.detail("merged into \(printable(ours))")
            return ExitCode.success
        }
    }
}
