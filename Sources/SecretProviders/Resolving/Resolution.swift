package import Diagnostics
package import ManifestFormat
package import SecretMemory

/// What came of resolving a manifest: every variable's value or why it has none.
package struct Resolution: Sendable {
    /// `env` in the order of the manifest, then what `env_from` gave. With `only`, the named and what their templates
    /// need.
    package var variables: [ResolvedVariable] = []
    package var groups: [ResolvedGroup] = []
    /// Any of them ends the run with 125.
    package var errors: [Diagnostic] = []
    package var warnings: [Diagnostic] = []
    /// Credentials that were used or obtained on the way, for the masker.
    package var credentials: [(name: String, value: Secret)] = []
    /// Inherited variables that the command must not see.
    package var withheldVariables: [String] = []
    /// The passphrases that were tried on the way, and whether each fitted; the audit log has a record of those that
    /// did not.
    package var passphrases: [Bool] = []

    package init() {}

    package func variable(named name: String) -> ResolvedVariable? {
        variables.first { $0.name == name }
    }
}

/// One variable of the command's environment after resolving.
package struct ResolvedVariable: Sendable {
    /// Where the value came from.
    package enum Origin: Sendable {
        case step(SecretReference)
        /// `default`.
        case fallback
        case literal
        case template
        /// A field of an `env_from` group, by the step that gave it.
        case group(SecretReference)
        /// There is no value: absent, or failed, which `errors` then tells.
        case nothing
    }

    package var name: String
    /// `nil`: not set, and an inherited variable of this name is removed.
    package var value: Secret?
    package var origin: Origin
    /// Whether the value is to be masked at all; `masking` then says how.
    package var isSecret: Bool
    package var masking: Manifest.Variable.Masking
    package var delivery: Manifest.Variable.Delivery
    /// `false` for one that `only` does not name and a template needed.
    package var isExported: Bool
    package var location: Diagnostic.Location?
    /// What was tried, in order.
    package var steps: [StepReport]
    /// The variables that a template inserts, in its order.
    package var inserts: [String] = []
}

/// What came of one entry of `env_from`.
package struct ResolvedGroup: Sendable {
    package var location: Diagnostic.Location?
    package var steps: [StepReport]
    /// The variables that it gave.
    package var names: [String]
}
