internal import ArgumentParser
internal import Auditing
internal import Diagnostics
internal import Glibc
internal import ProcessLaunch
internal import SecretExport
internal import SecretMemory
internal import VaultFormat

/// `withsecrets vault edit`: all values in the user's editor.
struct VaultEditCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Edit all values in $VISUAL or $EDITOR.",
        discussion: """
            The editor gets a JSON object of names and values, in a private file that lies in memory and goes with this command. \
            What was changed, added or taken out there is so in the vault afterwards; what is no such object is not saved. What the \
            editor itself keeps elsewhere, such as undo files, is its own affair.

            EXAMPLES:
              withsecrets vault edit
              EDITOR=nano withsecrets vault edit
            """
    )

    @OptionGroup var vault: VaultOptions

    func perform() -> Int32 {
        vault.performing(.vaultEdit) { session, terminal throws(Failure) in
            let path = try session.firstPath()
            let before = try entries(of: try session.openForChange(path), session)
            let after = try edited(before, session, terminal)
            let changed = try session.update(path) { (vault) throws(VaultError) in
                try apply(from: before, to: after, in: &vault)
            }
            guard !changed.isEmpty else {
                terminal.note("nothing was changed")
                return ExitCode.success
            }
            try session.record(.done, names: changed)
            for name in changed { terminal.note("changed \(name)") }
            return ExitCode.success
        }
    }

    private func entries(
        of vault: UnlockedVault,
        _ session: VaultSession
    ) throws(Failure) -> [SecretExporter.Entry] {
        try session.failing { () throws(VaultError) in
            var entries: [SecretExporter.Entry] = []
            for name in vault.names { entries.append(.init(name: name, value: try vault.value(of: name))) }
            return entries
        }
    }

    /// Only what was edited: what somebody else changed meanwhile stays.
    private func apply(
        from before: [SecretExporter.Entry],
        to after: [SecretExporter.Entry],
        in vault: inout UnlockedVault
    ) throws(VaultError) -> [String] {
        var changed: [String] = []
        let values = Dictionary(before.map { ($0.name, $0.value) }) { first, _ in first }
        for entry in after {
            if let value = values[entry.name], value.isEqual(to: entry.value) { continue }
            try vault.set(entry.name, to: entry.value)
            changed.append(entry.name)
        }
        let kept = Set(after.map(\.name))
        for entry in before where !kept.contains(entry.name) {
            guard vault.file.entry(named: entry.name) != nil else { continue }
            try vault.remove(entry.name)
            changed.append(entry.name)
        }
        return changed
    }

    // MARK: - The file

    private func edited(
        _ entries: [SecretExporter.Entry],
        _ session: VaultSession,
        _ terminal: Terminal
    ) throws(Failure) -> [SecretExporter.Entry] {
        let text: Secret
        do throws(ExportErrors) {
            text = Secret(try SecretExporter.vaultText(entries))
        } catch {
            throw Failure(error.diagnostics.inOrder)
        }
        var files = PrivateFiles()
        let file: String
        do throws(LaunchError) {
            file = try files.deliver(text, as: "secrets.json", access: PrivateFiles.Access(mode: 0o600))
        } catch {
            throw Failure(error.diagnostic)
        }
        guard !files.isInherited else {
            throw Failure(
                Diagnostic(
                    "no file system in memory is writable, and the values are not put on a disk",
                    hints: ["mount a tmpfs at /run or /dev/shm"]
                )
            )
        }
        while true {
            try Editor.edit(file)
            do throws(Failure) {
                return try parsed(file)
            } catch {
                guard session.unlocker.prompt != nil else { throw error }
                terminal.show(error.diagnostics)
                guard Prompt.confirms("Edit again? What is there is lost otherwise. [y/N] ") else {
                    throw Failure(Diagnostic("nothing was changed"))
                }
            }
        }
    }

    private func parsed(_ file: String) throws(Failure) -> [SecretExporter.Entry] {
        let text: Secret
        do throws(ReadFailure) {
            text = Secret(try readSecretFile(file, limit: 64 << 20))
        } catch {
            throw Failure(Diagnostic("cannot read what was edited: \(error.reason)"))
        }
        let entries: [SecretExporter.Entry]
        do throws(ImportError) {
            entries = try SecretImport.json(text, named: "what was edited")
        } catch {
            throw Failure(error.diagnostic)
        }
        // Not repeated: what stands in the place of a name may be a value.
        guard entries.allSatisfy({ SecretName.isValid($0.name) }) else {
            throw Failure(
                Diagnostic(
                    "what was edited has a name that an entry cannot have",
                    hints: ["names are like service/key"]
                )
            )
        }
        return entries
    }
}

/// The user's editor, at the user's terminal.
enum Editor {
    /// Runs `$VISUAL`, else `$EDITOR`, else `vi`, as git does: by a shell, since they may hold arguments.
    static func edit(_ path: String) throws(Failure) {
        let named = Surroundings.variable("VISUAL") ?? Surroundings.variable("EDITOR")
        guard named != nil || isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0 else {
            // vi would print every value into a pipe or a job's log.
            throw Failure(
                Diagnostic("no terminal for an editor", hints: ["$EDITOR may name a program that needs none"])
            )
        }
        let editor = named ?? "vi"
        let end: ChildEnd
        do throws(LaunchError) {
            end = try ForegroundProgram.run(["/bin/sh", "-c", "\(editor) \"$@\"", editor, path])
        } catch {
            throw Failure(Diagnostic("cannot start the editor: \(error.diagnostic.message)"))
        }
        guard end == .exited(0) else {
            throw Failure(
                Diagnostic(
                    "the editor did not end well, so nothing was changed",
                    hints: ["$VISUAL or $EDITOR names it"]
                )
            )
        }
    }
}
