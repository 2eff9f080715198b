package import Diagnostics

/// A manifest of version 1, after `extends`, a profile and the options of the command line were merged into it.
///
/// It tells where secrets live and what becomes of them; it holds no resolved value.
package struct Manifest: Sendable {
    package var providers: [ProviderConfiguration] = []
    /// In the order of the file.
    package var variables: [Variable] = []
    package var groups: [VariableGroup] = []
    package var mask = MaskSettings()
    package var run = RunSettings()
    package var audit = AuditSettings()
    /// What becomes of a failed step where neither its variable nor its provider says so; `nil` is `.stop`.
    package var onError: FailurePolicy?

    package init() {}

    package func variable(named name: String) -> Variable? {
        variables.first { $0.name == name }
    }

    package func provider(named name: String) -> ProviderConfiguration? {
        providers.first { $0.name == name }
    }
}

extension Manifest {
    /// What the manifest says about one name in the command's environment.
    package struct Variable: Sendable {
        package var name: String
        package var location: Diagnostic.Location?
        package var source: Source
        /// Used when no step of the chain has the value.
        package var fallback: String?
        package var isRequired = true
        package var delivery = Delivery.environment
        package var decoding = Decoding.none
        package var masking = Masking.automatic
        package var pattern: Pattern?
        package var allowsEmpty = false
        /// `nil`: as the provider, then the manifest says, then `.stop`.
        package var onError: FailurePolicy?
        package var description: String?

        package init(name: String, location: Diagnostic.Location? = nil, source: Source) {
            self.name = name
            self.location = location
            self.source = source
        }

        package enum Source: Sendable {
            case chain([SecretReference])
            case template(Template)
            /// `value`: written in the manifest, not secret unless `mask: true`.
            case literal(String)
        }

        package enum Delivery: Hashable, Sendable {
            case environment
            /// The variable holds the path of a private file. `mode` holds permission bits; `owner` a user id.
            case file(mode: UInt32, owner: UInt32?)
        }

        package enum Decoding: String, Hashable, Sendable, CaseIterable {
            case none, base64, hex
        }

        package enum Masking: Hashable, Sendable {
            /// Masked where the policy for short and common values allows.
            case automatic
            /// `mask: true`: whatever its length.
            case always
            /// `mask: false`.
            case never
        }
    }

    /// `env_from`: every field of one secret becomes a variable.
    package struct VariableGroup: Sendable {
        package var chain: [SecretReference]
        package var location: Diagnostic.Location?
        package var prefix = ""
        package var names = Naming.keep
        package var include: [Glob] = []
        package var exclude: [Glob] = []
        package var mask: [Glob] = []
        package var noMask: [Glob] = []
        package var isRequired = true
        package var onError: FailurePolicy?

        package init(chain: [SecretReference], location: Diagnostic.Location? = nil) {
            self.chain = chain
            self.location = location
        }

        package enum Naming: String, Hashable, Sendable, CaseIterable {
            case keep, upper
        }

        /// The variable that a field becomes. `names: upper` changes letters alone, so that no two fields meet unseen.
        package func variable(of field: String) -> String {
            prefix + (names == .upper ? field.uppercased() : field)
        }
    }

    /// What becomes of a step that failed.
    package enum FailurePolicy: String, Hashable, Sendable, CaseIterable {
        case stop, next
    }

    package struct MaskSettings: Sendable {
        package var text: String?
        /// Inherited variables that are masked too.
        package var inherited: [Glob] = []
    }

    package struct RunSettings: Sendable {
        package var pty: PseudoTerminal?
        package var cleansEnvironment: Bool?
        package var pass: [Glob] = []
        package var unset: [Glob] = []
        package var stopTimeout: Duration?
        package var isSubreaper = false

        package enum PseudoTerminal: String, Hashable, Sendable, CaseIterable {
            case auto, always, never
        }
    }

    package struct AuditSettings: Sendable {
        /// Where a manifest says any of it.
        package var location: Diagnostic.Location?
        package var sink: Sink?
        /// Absolute.
        package var path: String?
        package var refusesOnError = false
        package var onFailures: FailureCommand?

        package init() {}

        package enum Sink: String, Hashable, Sendable, CaseIterable {
            case file, syslog, off
        }

        /// A command that is run after so many wrong passphrases.
        package struct FailureCommand: Sendable {
            package var count: Int
            /// Program first, no shell.
            package var command: [String]
            /// Where it runs: the folder of the file that names it.
            package var folder: String
            package var location: Diagnostic.Location
        }
    }
}
