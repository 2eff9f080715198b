internal import Glibc

/// Which vault files there are to ask.
package enum VaultLocation: Hashable, Sendable {
    /// This file alone: somebody named it.
    case named(String)
    /// Those of project, user and system, in this order; the first that has a name answers.
    case scopes([Scope])

    package struct Scope: Hashable, Sendable {
        package enum Kind: String, Hashable, Sendable {
            case project, user, system
        }

        package var kind: Kind
        package var path: String
    }

    /// - Parameters:
    ///   - path: `--vault`, or the provider's `path`; it wins over `WITHSECRETS_VAULT`.
    ///   - manifestFolder: where the manifest stands; `nil` where there is none.
    package init(path: String?, manifestFolder: String?, environment: KeyEnvironment) {
        if let named = path ?? environment.text("WITHSECRETS_VAULT") {
            self = .named(named)
            return
        }
        var scopes: [Scope] = []
        if let manifestFolder {
            let isHere = manifestFolder.isEmpty || manifestFolder == "."
            let path = isHere ? "secrets.vault.yaml" : "\(manifestFolder)/secrets.vault.yaml"
            scopes.append(Scope(kind: .project, path: path))
        }
        if let folder = environment.configFolder {
            scopes.append(Scope(kind: .user, path: "\(folder)/withsecrets/vault.yaml"))
        }
        scopes.append(Scope(kind: .system, path: "/etc/withsecrets/vault.yaml"))
        self = .scopes(scopes)
    }

    /// The files to ask. A file that was named is asked even where it is not there, so that its absence is told.
    package var candidates: [String] {
        switch self {
        case .named(let path): [path]
        case .scopes(let scopes): scopes.map(\.path).filter(Self.exists)
        }
    }

    /// Where `vault init` makes a file: the one that was named, the one beside the manifest, else the user's.
    package var pathForNew: String? {
        switch self {
        case .named(let path): path
        case .scopes(let scopes): scopes.first { $0.kind != .system }?.path
        }
    }

    /// Whether something is at the path, a dangling link and a file that we may not see included.
    private static func exists(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0 || (errno != ENOENT && errno != ENOTDIR)
    }
}
