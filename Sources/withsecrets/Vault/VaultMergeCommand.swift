internal import ArgumentParser
internal import Auditing
internal import Diagnostics
internal import VaultFormat

/// `withsecrets vault merge BASE OURS THEIRS`: git's merge driver for vault files.
struct VaultMergeCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "A merge driver for git: BASE OURS THEIRS into OURS.",
        discussion: """
            Each side is verified by its own MAC, entries are merged one by one, and where both sides changed one it is named, \
            nothing is written, and the status is 1. So it ends where one side alone renewed the data key, or changed who may open the \
            vault: somebody else's key must not come to your values by a merge. --accept-keys takes it.

            EXAMPLES, once in a repository:
              echo '*.vault.yaml merge=withsecrets' >> .gitattributes
              git config merge.withsecrets.driver 'withsecrets vault merge %O %A %B'

            EXAMPLE, where a colleague let somebody in or rotated:
              git -c merge.withsecrets.driver='withsecrets vault merge --accept-keys %O %A %B' merge main
            """
    )

    @Argument(help: "What both came from.", completion: .file())
    var base: String

    @Argument(help: "Our side, which the result replaces.", completion: .file())
    var ours: String

    @Argument(help: "Their side.", completion: .file())
    var theirs: String

    @Flag(help: "Take a data key, or recipients, that one side alone changed.")
    var acceptKeys = false

    @OptionGroup var vault: VaultOptions

    func perform() -> Int32 {
        vault.performing(.vaultMerge) { session, terminal throws(Failure) in
            do throws(VaultError) {
                // git's own temporary files, of which one is older: nothing to compare with what was seen in a place.
                let mine = try VaultStore.open(ours, with: session.unlocker)
                let merged = try VaultMerge.merge(
                    base: try VaultStore.open(base, with: session.unlocker),
                    ours: mine,
                    theirs: try VaultStore.open(theirs, with: session.unlocker),
                    acceptsKeys: acceptKeys,
                    knowsKeyOfOurs: session.watch.knowsDataKey(of: mine)
                )
                try VaultStore.write(merged, over: ours)
            } catch {
                var failure = session.failure(after: error)
                if case .mergeConflicts = error.reason { failure.status = ExitCode.finding }
                throw failure
            }
            try session.record(.done)
            terminal.detail("merged into \(printable(ours))")
            return ExitCode.success
        }
    }
}
