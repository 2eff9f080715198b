internal import Diagnostics
internal import Glibc
internal import ManifestFormat
internal import VaultFormat

/// What opens vaults, and what must not be committed.
extension DoctorReport {
    /// Files with identities or passphrases: as private as they have to be, and not in the repository.
    mutating func checkIdentities(_ repository: Repository?) {
        let environment = KeyEnvironment.process
        let named = ["WITHSECRETS_IDENTITY_FILE", "WITHSECRETS_PASSPHRASE_FILE", "SOPS_AGE_KEY_FILE"]
            .compactMap { environment.text($0) }
        let usual = [
            environment.configFolder.map { "\($0)/withsecrets/identity.txt" },
            environment.configFolder.map { "\($0)/sops/age/keys.txt" },
            environment.home.map { "\($0)/.ssh/id_ed25519" },
        ].compactMap(\.self).filter { FilePath($0).status != nil }
        let reader = PrivateFile(credentialsFolder: environment.text("CREDENTIALS_DIRECTORY"))
        for path in named + usual.filter({ !named.contains($0) }) {
            check(path, reader)
            guard let repository, repository.contains(path),
                !isIgnored(canonicalPath(path) ?? path, in: repository.root)
            else { continue }
            add(
                .problem,
                path,
                "this key lies in the repository \(printable(repository.root)), where it may be committed",
                remedy: "move it to ~/.config/withsecrets, and make new keys if it ever was"
            )
        }
        for name in ["WITHSECRETS_IDENTITY", "WITHSECRETS_PASSPHRASE", "SOPS_AGE_KEY"]
        where Surroundings.variable(name) != nil {
            add(.note, name, "set: processes of this user can see it", remedy: "\(name)_FILE names a file instead")
        }
        if named.isEmpty, usual.isEmpty { add(.ok, "identities", "no file") }
    }

    private mutating func check(_ path: String, _ reader: PrivateFile) {
        do throws(VaultError.SourceFault) {
            _ = try reader.read(path)
            add(.ok, path, "private")
        } catch .readableByOthers(let mode) {
            add(
                .problem,
                path,
                "others can read this key (mode \(octal(mode)))",
                remedy: "chmod 600 '\(printable(path))'"
            )
        } catch .absent {
            add(.problem, path, "a variable names this file, and it is not there")
        } catch {
            add(.problem, path, "this key cannot be read")
        }
    }

    /// Whether git leaves a path out; not where there is no git.
    private func isIgnored(_ path: String, in folder: String) -> Bool {
        let words = ["-C", folder, "check-ignore", "--", path]
        return (try? gitOutput(of: words, limit: 1 << 16)) != nil
    }

    /// A `.env` holds values in plain text.
    mutating func checkIgnored(in repository: Repository, folder: String) {
        let words = ["-C", folder, "ls-files", "--error-unmatch", "--", ".env"]
        if (try? gitOutput(of: words, limit: 1 << 16)) != nil {
            let remedy = "git rm --cached .env, and change every value that stands in it"
            add(.problem, ".env", "git tracks it", remedy: remedy)
        } else if isIgnored("\(folder)/.env", in: folder) {
            add(.ok, ".gitignore", "has .env")
        } else {
            let exists = FilePath("\(folder)/.env").status != nil
            add(
                exists ? .problem : .note,
                ".gitignore",
                "does not have .env, so a commit may take it along",
                remedy: "echo .env >> .gitignore"
            )
        }
    }
}
