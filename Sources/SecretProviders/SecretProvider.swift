package import Diagnostics
package import ManifestFormat
package import SecretMemory

/// A place that secrets come from: one entry of `providers`, or a kind under its own name with its defaults.
package protocol SecretProvider: Sendable {
    /// Asks the service behind this provider for one secret.
    ///
    /// - Returns: `.found`, or `.absent` with the reason when the next step may be asked: no such path, field or
    ///   version, or this provider is not configured at all.
    /// - Throws: `ProviderError` when this was the right place and it could not answer. The chain stops here.
    func fetch(_ address: SecretAddress) async throws(ProviderError) -> Lookup

    /// Asks for several secrets in one go. `addresses` are distinct; each is answered once, by its index, as soon as its
    /// outcome is known: nobody waits for a slow neighbour.
    ///
    /// The default asks for each at the same time; a service with batch calls does better.
    func fetch(all addresses: [SecretAddress], answer: @escaping Answer) async

    /// How the service was asked for that address; asked when the answer is there. `nil` where there is no service.
    func route(for address: SecretAddress) -> ProviderRoute?

    typealias Answer = @Sendable (_ index: Int, Result<Lookup, ProviderError>) -> Void
}

/// What came of asking for a secret, short of a failure.
package enum Lookup: Sendable {
    case found(SecretPayload)
    case absent(Absence)
}

/// What was read from one address, before a field is picked.
package struct SecretPayload: Sendable {
    package enum Content: Sendable {
        /// A text or binary secret: as it is, or, where a field is asked for, a JSON document.
        case text(Secret)
        /// A key/value secret as a JSON object, such as Vault's.
        case object(Secret)
        /// A key/value secret as its parts, in the order of the source: a dotenv file.
        case fields([(name: String, value: Secret)])
    }

    package let content: Content
    /// Of `fields` the names: one array for all that look for one that is not there.
    let fieldNames: [String]?
    /// Which of several places answered, for `explain` and the audit record: the vault file's path, an endpoint's host.
    package var origin: String?
    /// When the value is to be renewed, as RFC 3339 in UTC; `nil` where the provider knows no such time.
    package var expires: String?
    /// What the user should know although there is a value: a place that was passed over, a value that has expired.
    /// Whoever reports them puts the variable in as subject.
    package var warnings: [Diagnostic]

    package init(_ content: Content, origin: String? = nil, warnings: [Diagnostic] = []) {
        self.content = content
        fieldNames = if case .fields(let fields) = content { fields.map(\.name) } else { nil }
        self.origin = origin
        self.warnings = warnings
    }
}

/// Why a step has no value, so that the next one may be asked.
package struct Absence: Hashable, Sendable {
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        /// No address, no credentials anywhere, no vault file.
        case notConfigured = "not configured"
        case noSuchPath = "no such path"
        case noSuchField = "no such field"
        case noSuchVersion = "no such version"
        /// The variable or value is there and empty, and `allow_empty` is not set.
        case empty
    }

    package var reason: Reason
    /// What exactly is not there, in words: names and places only.
    package var detail: String
    /// Said as a warning although the chain goes on: a configured provider was passed over.
    package var isWorthAWarning: Bool
    private var ownHints: [String]
    private var misspelling: Misspelling?

    /// A name that is not there, and those that are. They are compared only where somebody is told: most absences pass in
    /// silence, and there may be many.
    struct Misspelling: Hashable, Sendable {
        var name: String
        var known: [String]
    }

    package init(_ reason: Reason, _ detail: String, isWorthAWarning: Bool = false, hints: [String] = []) {
        self.reason = reason
        self.detail = detail
        self.isWorthAWarning = isWorthAWarning
        ownHints = hints
    }

    init(_ reason: Reason, _ detail: String, misspelling: Misspelling) {
        self.init(reason, detail)
        self.misspelling = misspelling
    }

    /// How to mend it.
    package var hints: [String] { ownHints + [suggestion].compactMap(\.self) }

    /// "did you mean", where a name is near the one that is not there.
    package var suggestion: String? {
        misspelling.flatMap { nearestName(to: $0.name, among: $0.known) }.map { didYouMean(printable($0)) }
    }
}

/// Why the right place could not answer. The words name places and statuses, never a value or a server's own text; the
/// message is a sentence about the provider or the reference: `prod-vault refused the request (403 from https://…)`.
package struct ProviderError: Error, Hashable, Sendable {
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        /// The service or a file's mode said no, or none of the identities fits.
        case refused
        case unreachable
        case timedOut = "timed out"
        /// An answer that is no answer: not JSON, wrong types, too large, not decodable.
        case malformed
        /// A vault file whose authentication does not hold.
        case tampered
        /// A configured credential source is missing or broken, or a setting makes no sense.
        case misconfigured
        /// A program that ended with another status than 0, or could not be started.
        case commandFailed = "command failed"
        case cancelled
    }

    package var reason: Reason
    package var message: String
    package var hints: [String]

    package init(_ reason: Reason, _ message: String, hints: [String] = []) {
        self.reason = reason
        self.message = message
        self.hints = hints
    }
}
