internal import Auditing
internal import Diagnostics
internal import Glibc
internal import ManifestFormat
internal import SecretMemory
internal import SecretProviders

/// What one start of withsecrets writes down in the audit log.
struct AuditTrail {
    private let log: AuditLog
    private let actor: AuditActor
    private let alert: FailureAlert?
    private let terminal: Terminal

    private static let fewValues = 64

    /// - Parameters:
    ///   - settings: the manifest's, which count before the user's own.
    ///   - command: the program that is run, as typed.
    init(_ settings: Manifest.AuditSettings?, command: String? = nil, _ terminal: Terminal) throws(Failure) {
        let settings = try Manifest.AuditSettings.effective(settings)
        log = AuditLog(settings, environment: Surroundings.variable)
        actor = AuditActor.current(commandPath: command)
        alert = settings.onFailures.map { FailureAlert($0, stateFolder: Surroundings.stateFolder) }
        self.terminal = terminal
    }

    /// One record for each variable that was looked for, all of them one piece.
    ///
    /// - Throws: where nothing may happen that is not in the log, and it is not.
    func record(_ operation: AuditRecord.Operation, _ resolution: Resolution) throws(Failure) {
        // The name that `get` resolves under is ours, not the manifest's.
        let isNamed = operation != .get
        var records = wrongPassphrases(resolution)
        for variable in resolution.variables where variable.isLookedFor {
            records.append(
                AuditRecord(
                    operation,
                    by: actor,
                    variable: isNamed ? variable.name : nil,
                    reference: variable.source ?? variable.steps.last?.reference,
                    provider: variable.derivation,
                    outcome: variable.auditOutcome,
                    duration: variable.steps.isEmpty ? nil : variable.steps.reduce(.zero) { $0 + $1.duration }
                )
            )
        }
        // What an `env_from` gave stands above, by name.
        for group in resolution.groups where group.names.isEmpty {
            guard let step = group.steps.last else { continue }
            records.append(
                AuditRecord(
                    operation,
                    by: actor,
                    reference: step.reference,
                    outcome: step.auditOutcome,
                    duration: step.duration
                )
            )
        }
        mask(&records, resolution)
        for fits in resolution.passphrases { alert?.note(fits, terminal) }
        try append(records)
    }

    /// A program may be called as a secret is. Most are not, and then nothing is built to search with; unless there are so
    /// many that looking for each would take longer.
    private func mask(_ records: inout [AuditRecord], _ resolution: Resolution) {
        var texts = Array((actor.command ?? "").utf8)
        for reference in Set(records.compactMap(\.reference)) { texts += [UInt8(ascii: "\n")] + reference.utf8 }
        let values = resolution.variables.filter(\.isSecret).compactMap(\.value) + resolution.credentials.map(\.value)
        guard values.count > Self.fewValues || values.contains(where: { $0.stands(in: texts) }),
            let mask = terminal.mask
        else { return }
        let masked = { (text: String?) in text.map { String(decoding: mask(Array($0.utf8)), as: UTF8.self) } }
        for index in records.indices {
            records[index].command = masked(records[index].command)
            records[index].reference = masked(records[index].reference)
        }
    }

    /// A record of something done to a vault file: one for each entry, or one for the file as a whole.
    func record(
        _ operation: AuditRecord.Operation,
        names: [String]? = nil,
        outcome: AuditRecord.Outcome
    ) throws(Failure) {
        let subjects = names.map { $0.map(Optional.some) } ?? [nil]
        try append(
            subjects.map {
                AuditRecord(operation, by: actor, variable: $0, provider: Self.vaultProvider, outcome: outcome)
            }
        )
    }

    /// Writes a record when it is told that a passphrase did not fit. A failing log is told of and stops nothing: nothing
    /// was opened.
    var passphraseNoter: @Sendable (_ fits: Bool) -> Void {
        let (log, actor, alert) = (log, actor, alert)
        return { fits in
            alert?.note(fits, Terminal())
            guard !fits else { return }
            let record = AuditRecord(.unlock, by: actor, provider: Self.vaultProvider, outcome: .failed)
            switch log.append([record]) {
            case .written, .off: return
            case .warning(let error), .refusal(let error): Terminal().show(error.asWarning)
            }
        }
    }

    private static let vaultProvider = ProviderKind.vaultfile.rawValue

    private func wrongPassphrases(_ resolution: Resolution) -> [AuditRecord] {
        let record = AuditRecord(.unlock, by: actor, provider: Self.vaultProvider, outcome: .failed)
        return resolution.passphrases.filter { !$0 }.map { _ in record }
    }

    private func append(_ records: [AuditRecord]) throws(Failure) {
        guard !records.isEmpty else { return }
        switch log.append(records) {
        case .written, .off(nil): return
        case .off(let error?): terminal.detail("no audit log: \(error.diagnostic.message)")
        case .warning(let error): terminal.show(error.asWarning)
        case .refusal(let error):
            throw Failure(
                [
                    error.diagnostic,
                    Diagnostic(.note, "'audit: { on_error: refuse }', so nothing goes on without the log"),
                ]
            )
        }
    }
}

extension Secret {
    /// Whether `text` holds it as it is. What is under 3 bytes stands anywhere.
    fileprivate func stands(in text: [UInt8]) -> Bool {
        guard count >= 3, count <= text.count else { return false }
        return unsafe withUnsafeBytes { value in
            unsafe text.withUnsafeBytes { text in
                guard let start = text.baseAddress, let first = value.baseAddress else { return false }
                return (0...text.count - value.count).contains {
                    unsafe text[$0] == value[0] && memcmp(start + $0, first, value.count) == 0
                }
            }
        }
    }
}

extension AuditError {
    fileprivate var asWarning: Diagnostic {
        var diagnostic = diagnostic
        diagnostic.severity = .warning
        return diagnostic
    }
}

extension ResolvedVariable {
    /// Whether a value was asked for: not what stands in the manifest as it is, and not what a group has given, which
    /// has no step of its own but a source.
    fileprivate var isLookedFor: Bool {
        if case .literal = origin { false } else { true }
    }

    /// Who a value came from where that was no reference.
    fileprivate var derivation: String? {
        switch origin {
        case .fallback: "default"
        case .template: "template"
        case .step, .literal, .group, .nothing: nil
        }
    }

    fileprivate var auditOutcome: AuditRecord.Outcome {
        if value != nil { return .found }
        return steps.contains(where: \.hasFailed) ? .failed : .absent
    }
}

extension StepReport {
    fileprivate var auditOutcome: AuditRecord.Outcome {
        switch outcome {
        case .found: .found
        case .absent: .absent
        case .failed: .failed
        }
    }
}
