internal import Diagnostics
internal import YAMLTree

/// Reads one manifest file's tree, or one profile's, into a layer.
struct LayerReader {
    var reader = NodeReader()
    let references: ReferenceParser

    init(references: ReferenceParser) {
        self.references = references
    }

    mutating func layer(of node: YAMLNode, isProfile: Bool) -> ManifestLayer {
        var layer = ManifestLayer()
        let what = isProfile ? "a profile" : "the manifest"
        let known = (isProfile ? ManifestKeys.layer : ManifestKeys.manifest).names
        for entry in reader.entries(of: node, what: what, known: known) {
            read(entry, into: &layer)
        }
        return layer
    }

    private mutating func read(_ entry: YAMLNode.Entry, into layer: inout ManifestLayer) {
        switch entry.key {
        case "providers": layer.providers = providers(entry.value)
        case "env": layer.variables = variables(entry.value)
        case "env_from": layer.groups = groups(entry.value)
        case "mask": readMask(entry.value, into: &layer)
        case "run": readRun(entry.value, into: &layer)
        case "audit":
            layer.auditLocation = entry.keyLocation
            readAudit(entry.value, into: &layer)
        case "on_error":
            layer.onError = reader.choice(entry.value, what: "on_error", of: Manifest.FailurePolicy.self)
        default: break  // version, extends and profiles are read where the file is
        }
    }

    private mutating func readMask(_ node: YAMLNode, into layer: inout ManifestLayer) {
        for entry in reader.entries(of: node, what: "'mask'", known: ManifestKeys.mask.names) {
            switch entry.key {
            case "text":
                guard let text = reader.text(entry.value, what: "'text'") else { break }
                if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
                    reader.report(.unsafeMaskText, at: entry.value.location)
                }
                layer.maskText = text
            default: layer.maskedInherited = reader.globs(entry.value, what: "'env'")
            }
        }
    }

    private mutating func readRun(_ node: YAMLNode, into layer: inout ManifestLayer) {
        for entry in reader.entries(of: node, what: "'run'", known: ManifestKeys.run.names) {
            let what = "'\(entry.key)'"
            switch entry.key {
            case "pty":
                layer.pty = reader.choice(entry.value, what: "pty", of: Manifest.RunSettings.PseudoTerminal.self)
            case "clean_env": layer.cleansEnvironment = reader.flag(entry.value, what: "clean_env")
            case "pass": layer.pass = reader.globs(entry.value, what: what)
            case "unset": layer.unset = reader.globs(entry.value, what: what)
            case "stop_timeout": layer.stopTimeout = reader.duration(entry.value, what: what)
            default: layer.isSubreaper = reader.flag(entry.value, what: "subreaper")
            }
        }
    }

    private mutating func readAudit(_ node: YAMLNode, into layer: inout ManifestLayer) {
        for entry in reader.entries(of: node, what: "'audit'", known: ManifestKeys.audit.names) {
            switch entry.key {
            case "to": layer.auditSink = reader.choice(entry.value, what: "to", of: Manifest.AuditSettings.Sink.self)
            case "path":
                layer.auditPath = reader.text(entry.value, what: "'path'").map {
                    absolutePath($0, in: references.folder)
                }
            case "on_error":
                layer.auditRefusesOnError =
                    reader.choice(entry.value, what: "on_error", of: AuditErrorPolicy.self).map { $0 == .refuse }
            default: layer.auditOnFailures = failureCommand(entry.value)
            }
        }
    }

    private enum AuditErrorPolicy: String, CaseIterable {
        case warn, refuse
    }

    private mutating func failureCommand(_ node: YAMLNode) -> Manifest.AuditSettings.FailureCommand? {
        var count: Int?
        var command: [String]?
        for entry in reader.entries(of: node, what: "'on_failures'", known: ManifestKeys.onFailures.names) {
            switch entry.key {
            case "count":
                guard let text = reader.text(entry.value, what: "'count'") else { break }
                count = Int(text).flatMap { $0 > 0 ? $0 : nil }
                if count == nil { reader.report(.notAWholeNumber(what: "count"), at: entry.value.location) }
            default:
                guard let text = entry.value.text else {
                    command = reader.texts(entry.value, what: "'command'")
                    break
                }
                do throws(ManifestProblem) {
                    command = try commandWords(text[...])
                } catch {
                    reader.report(error.reason, at: entry.value.location)
                }
            }
        }
        guard let count, let command, !command.isEmpty else { return nil }
        return Manifest.AuditSettings.FailureCommand(
            count: count,
            command: command,
            folder: references.folder,
            location: node.location
        )
    }
}

/// `path` from `folder`, or from the home folder where it starts with `~/`; what is absolute stays.
package func absolutePath(_ path: String, in folder: String) -> String {
    if path.hasPrefix("/") || path == "~" || path.hasPrefix("~/") { return path }
    return folder == "/" ? "/\(path)" : "\(folder)/\(path)"
}
