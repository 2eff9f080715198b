package import SecretMemory

/// One value that must not be seen in output, and the name it is known by.
///
/// The order in which secrets are given is their order in the manifest: it settles whose name a mask text carries
/// where two secrets are found at the same place.
package struct MaskedSecret: Sendable {
    /// How far the user wants this value masked.
    package enum Policy: Hashable, Sendable {
        /// Short values only where they stand alone, common words and blanks not at all.
        case automatic
        /// `mask: true`: any value that is not empty, everywhere, and every string of a JSON value.
        case always
    }

    /// The variable's name, or another name for a credential that is no variable.
    package let name: String
    package let value: Secret
    package let policy: Policy

    package init(name: String, value: Secret, policy: Policy = .automatic) {
        self.name = name
        self.value = value
        self.policy = policy
    }
}
