/// What `export --format` and `vault export` write, each for one kind of reader.
package enum ExportFormat: String, Hashable, Sendable, CaseIterable {
    /// python-dotenv, Docker Compose, and our own `dotenv:`.
    case dotenv
    case json
    case yaml
    /// A POSIX shell's `.`, or `eval`.
    case shell
    /// `docker run --env-file`.
    case docker
    /// The file that `GITHUB_ENV` names in a step of GitHub Actions.
    case github
    /// A `dotenv` report artifact of GitLab CI.
    case gitlab
    /// `EnvironmentFile=` of a systemd unit.
    case systemd
    /// A Secret manifest for `kubectl apply`.
    case k8s
}

extension ExportFormat {
    /// Whether values that are not UTF-8 can be written so that their reader gets the same bytes.
    var holdsAnyBytes: Bool {
        switch self {
        case .shell, .yaml, .k8s: true
        case .dotenv, .json, .docker, .github, .gitlab, .systemd: false
        }
    }

    /// Whether a NUL can be written; where values end in an environment it cannot.
    var holdsNUL: Bool {
        switch self {
        case .json, .yaml, .k8s: true
        case .dotenv, .shell, .docker, .github, .gitlab, .systemd: false
        }
    }

    /// Whether its reader takes a value to end with the line.
    var isLineBased: Bool {
        switch self {
        case .docker, .gitlab: true
        case .dotenv, .json, .yaml, .shell, .github, .systemd, .k8s: false
        }
    }
}
