internal import Diagnostics

/// What one manifest file, or one profile in it, says: the part that is laid over others.
///
/// Mappings merge by key; one variable, one provider and every list is replaced whole.
struct ManifestLayer: Sendable {
    var providers: [ProviderConfiguration] = []
    var variables: [Manifest.Variable] = []
    var groups: [Manifest.VariableGroup]?
    var maskText: String?
    var maskedInherited: [Glob]?
    var pty: Manifest.RunSettings.PseudoTerminal?
    var cleansEnvironment: Bool?
    var pass: [Glob]?
    var unset: [Glob]?
    var stopTimeout: Duration?
    var isSubreaper: Bool?
    var auditLocation: Diagnostic.Location?
    var auditSink: Manifest.AuditSettings.Sink?
    var auditPath: String?
    var auditRefusesOnError: Bool?
    var auditOnFailures: Manifest.AuditSettings.FailureCommand?
    var onError: Manifest.FailurePolicy?

    /// Lays `upper` over this: what it says counts, what it leaves open stays.
    mutating func overlay(_ upper: ManifestLayer) {
        for provider in upper.providers {
            replaceOrAppend(provider, in: &providers) { $0.name == provider.name }
        }
        for variable in upper.variables {
            replaceOrAppend(variable, in: &variables) { $0.name == variable.name }
        }
        groups = upper.groups ?? groups
        maskText = upper.maskText ?? maskText
        maskedInherited = upper.maskedInherited ?? maskedInherited
        pty = upper.pty ?? pty
        cleansEnvironment = upper.cleansEnvironment ?? cleansEnvironment
        pass = upper.pass ?? pass
        unset = upper.unset ?? unset
        stopTimeout = upper.stopTimeout ?? stopTimeout
        isSubreaper = upper.isSubreaper ?? isSubreaper
        auditLocation = upper.auditLocation ?? auditLocation
        auditSink = upper.auditSink ?? auditSink
        auditPath = upper.auditPath ?? auditPath
        auditRefusesOnError = upper.auditRefusesOnError ?? auditRefusesOnError
        auditOnFailures = upper.auditOnFailures ?? auditOnFailures
        onError = upper.onError ?? onError
    }

    private func replaceOrAppend<Element>(
        _ element: Element,
        in list: inout [Element],
        where isSame: (Element) -> Bool
    ) {
        if let index = list.firstIndex(where: isSame) {
            list[index] = element
        } else {
            list.append(element)
        }
    }

    /// The manifest that the layers make up in the end.
    var manifest: Manifest {
        var manifest = Manifest()
        manifest.providers = providers
        manifest.variables = variables
        manifest.groups = groups ?? []
        manifest.onError = onError
        manifest.mask.text = maskText
        manifest.mask.inherited = maskedInherited ?? []
        manifest.run.pty = pty
        manifest.run.cleansEnvironment = cleansEnvironment
        manifest.run.pass = pass ?? []
        manifest.run.unset = unset ?? []
        manifest.run.stopTimeout = stopTimeout
        manifest.run.isSubreaper = isSubreaper ?? false
        manifest.audit.location = auditLocation
        manifest.audit.sink = auditSink
        manifest.audit.path = auditPath
        manifest.audit.refusesOnError = auditRefusesOnError ?? false
        manifest.audit.onFailures = auditOnFailures
        return manifest
    }
}
