internal import Diagnostics
internal import ManifestFormat
internal import SecretProviders

/// One step of a chain as `explain` and `check` show it; docs/json.md has the shape.
struct ExplainedStep: Encodable {
    /// How a network provider asked its service; what is unknown, or does not apply, is missing.
    struct Connection: Encodable {
        var endpoint: String?
        var login: String?
        var authorities: String?
        var proxy: String?

        /// `https://vault.internal:8200, login: approle, certificate authorities: the system's, no proxy`.
        var line: String {
            let parts = [
                endpoint.map { printable($0) }, login.map { "login: \(printable($0))" },
                authorities.map { "certificate authorities: \(printable($0))" },
                endpoint == nil ? nil : proxy.map { "proxy: \(printable($0))" } ?? "no proxy",
            ]
            return parts.compactMap(\.self).joined(separator: ", ")
        }
    }

    var reference: String
    var outcome: StepOutcome
    /// Its class, such as `no such path`.
    var reason: String?
    var detail: String?
    var origin: String?
    var milliseconds: Double
    var connection: Connection?
    /// For text alone.
    let provider: String

    private enum CodingKeys: String, CodingKey {
        case reference, outcome, reason, detail, origin, milliseconds, connection
    }

    init(_ step: StepReport) {
        reference = step.reference.description
        outcome = step.stepOutcome
        reason = step.reasonName
        detail = step.detail
        origin = step.origin
        milliseconds = step.milliseconds
        connection = step.route.map {
            Connection(endpoint: $0.endpoint, login: $0.login, authorities: $0.authorities, proxy: $0.proxy)
        }
        provider = step.reference.address.provider
    }
}

extension [ExplainedStep] {
    /// Numbered, in columns, each with a line for its connection where it has one.
    var lines: [String] {
        let width = map { printable($0.reference).count }.max() ?? 0
        return enumerated().flatMap { index, step in
            var line =
                "  \(index + 1). \(padded(printable(step.reference), to: width))  \(padded(step.outcome.rawValue, to: 6))"
            line += "  \(step.milliseconds) ms"
            if let origin = step.origin { line += "  \(printable(origin))" }
            if let reason = step.reason { line += "  \(reason)" }
            if let detail = step.detail { line += ": \(printable(detail))" }
            return [line] + (step.connection.map { ["     \($0.line)"] } ?? [])
        }
    }
}
