internal import Diagnostics
internal import ManifestFormat
internal import SecretMemory

/// Tries a chain step by step: the next one only after the one before was absent, or failed where `on_error: next`
/// says so.
struct ChainWalk: Sendable {
    let manifest: Manifest
    let reads: SecretReads
    /// Whose chain it is: the variable that `env` and `dotenv` take their name from.
    var ownName: String?
    /// Of the variable or group.
    var onError: Manifest.FailurePolicy?

    struct Result<Value: Sendable>: Sendable {
        enum End: Sendable {
            case found(Value, SecretReference)
            case absent
            /// By the last step.
            case stopped(SecretReference, ProviderError)
        }

        var end: End
        var steps: [StepReport]

        /// Whether a step failed and the chain went on.
        var passedOverFailure: Bool {
            steps.contains { if case .failed = $0.outcome { true } else { false } }
        }
    }

    /// - Parameter take: makes the value out of what a step gave; what it throws counts as that step's failure.
    func run<Value: Sendable>(
        _ chain: [SecretReference],
        take: (SecretPayload, SecretReference, ProviderKind) throws(ProviderError) -> Picked<Value>
    ) async -> Result<Value> {
        var result = Result<Value>(end: .absent, steps: [])
        for step in chain {
            let (reference, kind) = completed(step)
            let answer = await reads.read(reference.address)
            var origin: String?
            var expires: String?
            var warnings: [Diagnostic] = []
            let outcome: StepReport.Outcome
            do throws(ProviderError) {
                switch try answer.outcome.get() {
                case .absent(let absence):
                    outcome = .absent(absence)
                case .found(let payload):
                    (origin, expires, warnings) = (payload.origin, payload.expires, payload.warnings)
                    switch try take(payload, reference, kind) {
                    case .absent(let absence):
                        outcome = .absent(absence)
                    case .found(let value):
                        outcome = .found
                        result.end = .found(value, reference)
                    }
                }
            } catch {
                outcome = .failed(error)
                if policy(for: reference) == .stop {
                    result.end = .stopped(reference, error)
                }
            }
            result.steps.append(
                StepReport(
                    reference: reference,
                    outcome: outcome,
                    duration: answer.duration,
                    origin: origin,
                    expires: expires,
                    route: reads.route(for: reference.address),
                    warnings: warnings
                )
            )
            guard case .absent = result.end else { break }
        }
        return result
    }

    /// The variable's own word before the provider's before the manifest's.
    private func policy(for reference: SecretReference) -> Manifest.FailurePolicy {
        onError ?? manifest.provider(named: reference.address.provider)?.onError ?? manifest.onError ?? .stop
    }

    /// `env` without a path means the variable's own name.
    private func completed(_ step: SecretReference) -> (SecretReference, ProviderKind) {
        let kind = manifest.configuration(of: step.address.provider)?.kind ?? .env
        var reference = step
        if kind == .env, reference.address.path == nil {
            reference.address.path = ownName
        }
        return (reference, kind)
    }
}

extension ChainWalk {
    /// The value of a variable, decoded and checked against what the variable demands of it.
    func value(of variable: Manifest.Variable, _ chain: [SecretReference]) async -> Result<Secret> {
        await run(chain) { payload, reference, kind throws(ProviderError) in
            let address = reference.address
            let ownName = kind == .dotenv ? self.ownName : nil
            let picked = try payload.pick(reference.field, of: address, ownName: ownName)
            guard case .found(let raw) = picked else { return picked }
            if kind == .env, raw.isEmpty, !variable.allowsEmpty {
                return .absent(.emptyVariable(payload.origin ?? address.path ?? ""))
            }
            guard let value = raw.decoded(variable.decoding) else {
                throw .notDecodable(address, variable.decoding)
            }
            guard !value.isEmpty || variable.allowsEmpty else { throw .emptyValue(address) }
            guard variable.pattern?.matches(value) ?? true else { throw .noMatch(address) }
            return .found(value)
        }
    }

    /// The value of a provider's setting.
    func setting(_ chain: [SecretReference]) async throws(ProviderError) -> Secret? {
        let result = await run(chain) { payload, reference, kind throws(ProviderError) in
            let picked = try payload.pick(reference.field, of: reference.address)
            guard case .found(let value) = picked, value.isEmpty else { return picked }
            guard kind == .env else { throw .emptyValue(reference.address) }
            return .absent(.emptyVariable(payload.origin ?? reference.address.path ?? ""))
        }
        switch result.end {
        case .found(let value, _): return value
        case .absent: return nil
        case .stopped(_, let error): throw error
        }
    }
}
