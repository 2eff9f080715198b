internal import ManifestFormat
internal import SecretProviders

/// What came of a step, by the word that reports have for it.
enum StepOutcome: String, Encodable {
    case found, absent, failed
}

/// What came of a variable, by the word that reports have for it.
enum VariableStatus: String, Encodable {
    case found
    case fallback = "default"
    case literal, template, absent, failed
    /// With `check --offline`.
    case unchecked
}

/// What came of a step, in the words of `check`, `explain` and `--verbose`.
extension StepReport {
    var stepOutcome: StepOutcome {
        switch outcome {
        case .found: .found
        case .absent: .absent
        case .failed: .failed
        }
    }

    var wasFound: Bool { stepOutcome == .found }
    var hasFailed: Bool { stepOutcome == .failed }

    /// The class of the reason, such as `no such path`; `nil` where it was found.
    var reasonName: String? {
        switch outcome {
        case .found: nil
        case .absent(let absence): absence.reason.rawValue
        case .failed(let error): error.reason.rawValue
        }
    }

    /// The reason in words; `nil` where it was found.
    var detail: String? {
        switch outcome {
        case .found: nil
        case .absent(let absence): [absence.detail, absence.suggestion].compactMap(\.self).joined(separator: "; ")
        case .failed(let error): error.message
        }
    }

    /// With microseconds: most local steps take less than a millisecond.
    var milliseconds: Double {
        let (seconds, attoseconds) = duration.components
        return Double(seconds * 1_000_000 + attoseconds / 1_000_000_000_000) / 1000
    }
}

extension Resolution {
    /// The variable's own, or that of what a template inserts: it has failed where one of them has.
    func status(of variable: ResolvedVariable) -> VariableStatus {
        guard variable.status == .absent else { return variable.status }
        var seen: Set<String> = []
        var names = variable.inserts
        while let name = names.popLast() {
            guard seen.insert(name).inserted, let part = self.variable(named: name) else { continue }
            if part.status == .failed { return .failed }
            names += part.inserts
        }
        return .absent
    }
}

extension ResolvedVariable {
    /// By its own steps alone: see `Resolution.status(of:)`.
    fileprivate var status: VariableStatus {
        switch origin {
        case .step, .group: .found
        case .fallback: .fallback
        case .literal: .literal
        case .template: value == nil ? .absent : .template
        case .nothing: steps.contains(where: \.hasFailed) ? .failed : .absent
        }
    }

    /// The reference that answered.
    var source: SecretReference? {
        switch origin {
        case .step(let reference), .group(let reference): reference
        default: nil
        }
    }

    /// How long its steps took together, in milliseconds.
    var milliseconds: Double { steps.reduce(0) { $0 + $1.milliseconds } }

    /// One line for `--verbose`.
    var summary: String {
        guard let source else { return "\(name): \(status.rawValue)" }
        return "\(name): \(status.rawValue) in \(source) after \(milliseconds) ms"
    }
}
