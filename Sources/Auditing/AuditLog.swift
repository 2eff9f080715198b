package import ManifestFormat

/// Where a run's records go, as the manifest's `audit` and the surroundings say.
package struct AuditLog: Sendable {
    package enum Sink: Sendable {
        case file(AuditFile)
        case system(SystemLog)
        /// `audit: { to: off }`.
        case off
        /// Nothing was asked for, and there is no place for a file.
        case nowhere(AuditError)
    }

    /// What became of records.
    package enum Result: Hashable, Sendable {
        case written
        /// There is no log, and none was asked for; the reason is for `-v`, `nil` where the manifest says off.
        case off(AuditError?)
        /// The run goes on, and its user is told.
        case warning(AuditError)
        /// `on_error: refuse`: nothing may happen that is not in the log.
        case refusal(AuditError)
    }

    package var sink: Sink
    package var refusesOnError: Bool
    /// Whether the manifest asks for a log in so many words: then having no place for it is an error.
    package var isAskedFor: Bool

    package init(sink: Sink, refusesOnError: Bool = false, isAskedFor: Bool = true) {
        self.sink = sink
        self.refusesOnError = refusesOnError
        self.isAskedFor = isAskedFor
    }

    /// Touches no file: the log is opened when there is something to write.
    ///
    /// - Parameter environment: our own variables; of them `XDG_STATE_HOME` and `HOME` count.
    package init(_ settings: Manifest.AuditSettings, environment: (String) -> String?) {
        refusesOnError = settings.refusesOnError
        isAskedFor = settings.sink != nil || settings.path != nil || settings.refusesOnError
        switch settings.sink {
        case .off: sink = .off
        case .syslog: sink = .system(SystemLog())
        case .file, nil:
            let path = settings.path.map { expandedHome($0, environment) }
            if let path = path ?? AuditFile.defaultPath(environment: environment) {
                sink = .file(AuditFile(path: path))
            } else {
                sink = .nowhere(AuditError(.noStateFolder, path: ""))
            }
        }
    }

    /// Writes records of one operation as one piece.
    ///
    /// - Parameter isDurable: whether to wait until the disk has them; files only.
    package func append(_ records: [AuditRecord], isDurable: Bool = false) -> Result {
        do throws(AuditError) {
            switch sink {
            case .file(let file): try file.append(records, isDurable: isDurable)
            case .system(let log): try log.append(records)
            case .off: return .off(nil)
            case .nowhere(let reason): throw reason
            }
            return .written
        } catch {
            if error.isNoPlace, !isAskedFor { return .off(error) }
            return refusesOnError ? .refusal(error) : .warning(error)
        }
    }
}

/// `~/` at the start of a path of the manifest.
private func expandedHome(_ path: String, _ environment: (String) -> String?) -> String {
    guard path.hasPrefix("~/"), let home = environment("HOME"), home.hasPrefix("/") else { return path }
    return home + path.dropFirst(1)
}
