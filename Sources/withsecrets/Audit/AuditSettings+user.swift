internal import Diagnostics
internal import ManifestFormat

extension Manifest.AuditSettings {
    /// A manifest's settings, and the user's own where it leaves something open.
    static func effective(_ settings: Manifest.AuditSettings?) throws(Failure) -> Manifest.AuditSettings {
        let settings = settings ?? Manifest.AuditSettings()
        guard let folder = Surroundings.configurationFolder else { return settings }
        do throws(ManifestProblems) {
            return try UserSettings.audit(at: "\(folder)/config.yaml").map { settings.laid(over: $0) } ?? settings
        } catch {
            throw Failure(error.diagnostics)
        }
    }
}
