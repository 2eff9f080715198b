package import Diagnostics
package import ManifestFormat

/// One step of a chain that was tried, and what came of it; it holds no value.
package struct StepReport: Sendable {
    package enum Outcome: Sendable {
        case found
        case absent(Absence)
        case failed(ProviderError)
    }

    /// As it was asked: with the variable's name where the reference leaves it out.
    package var reference: SecretReference
    package var outcome: Outcome
    /// How long the read took that answered it; other steps may share the read.
    package var duration: Duration
    /// Which of several places answered.
    package var origin: String?
    /// When the value that it found is to be renewed: `2027-01-01T00:00:00Z`.
    package var expires: String?
    /// How the provider asked its service; `nil` for one of this machine.
    package var route: ProviderRoute?
    /// What the provider said beside the value.
    package var warnings: [Diagnostic] = []
}
