internal import Diagnostics
internal import Glibc
internal import ManifestFormat
internal import OutputMasking
internal import ProcessLaunch
internal import SecretMemory
internal import SecretProviders

/// What a run masks: the secrets it knows, the automaton made of them, and a masker for each stream.
final class Masking {
    private let automaton: MaskAutomaton?
    private let report: LeakReport?
    private var maskers: [(stream: OutputStream, masker: Masker)] = []

    /// Warns of secrets that are too short or too common to be masked, and of an unsafe text; opens the report.
    init(
        _ secrets: [MaskedSecret],
        text: String?,
        report: String? = nil,
        _ terminal: Terminal
    ) throws(Failure) {
        self.report = try report.map { (path) throws(Failure) in try LeakReport(path) }
        for secret in secrets {
            if let warning = secret.warning { terminal.show(warning) }
        }
        do throws(MaskingError) {
            let template = try text.map { (text) throws(MaskingError) in try MaskText.Template(text) }
            automaton = try MaskAutomaton(secrets, text: template)
        } catch {
            throw Failure(error.diagnostic)
        }
        if let automaton, !automaton.isEmpty, !automaton.text.isSafe {
            terminal.show(
                Diagnostic(
                    .warning,
                    "a secret could arise in the output from this mask text and what stands beside it",
                    hints: ["the text that is chosen without --mask-text and 'mask.text' is always safe"]
                )
            )
        }
    }

    /// Masks nothing.
    init() {
        automaton = nil
        report = nil
    }

    /// Whether there is anything to look for.
    var isNeeded: Bool { automaton.map { !$0.isEmpty } ?? false }

    /// Makes a filter for one stream; `nil` when nothing is looked for.
    var makeFilter: ((OutputStream) -> any OutputFilter)? {
        guard let automaton, !automaton.isEmpty else { return nil }
        return { stream in
            let masker = Masker(automaton)
            self.maskers.append((stream, masker))
            return MaskingFilter(masker)
        }
    }

    var hasMasked: Bool { maskers.contains { !$0.masker.tally.isEmpty } }

    /// The names of what was masked, once each, in the order of the manifest.
    var maskedNames: [String] {
        var names: [String] = []
        for entry in receipt.variables where !names.contains(entry.name) { names.append(entry.name) }
        return names
    }

    var receipt: LeakReceipt {
        var entries: [LeakReceipt.Entry] = []
        for (stream, masker) in maskers {
            for entry in masker.tally.entries {
                entries.append(
                    LeakReceipt.Entry(
                        name: masker.automaton.names[entry.secret],
                        stream: stream.name,
                        form: entry.form.name,
                        count: entry.count
                    )
                )
            }
        }
        return LeakReceipt(variables: entries)
    }

    /// Writes what was masked where `--report` says. The command has ended: what goes wrong here changes nothing of that.
    func writeReport(to terminal: Terminal) {
        if hasMasked { terminal.detail("masked: \(maskedNames.joined(separator: ", "))") }
        report?.write(receipt, terminal)
    }
}

extension OutputStream {
    fileprivate var name: String {
        switch self {
        case .output: "stdout"
        case .errors: "stderr"
        case .merged: "both"
        }
    }
}

/// The masker as the supervisor knows it.
private final class MaskingFilter: OutputFilter {
    private let masker: Masker

    init(_ masker: Masker) {
        self.masker = masker
    }

    var holdsReleasable: Bool { masker.holdsReleasable }
    var holdsFinishedLine: Bool { masker.holdsFinishedLine }

    func consume(_ input: Span<UInt8>, emit: (Span<UInt8>) -> Void) {
        unsafe input.withUnsafeBytes { bytes in
            unsafe masker.consume(bytes) { emit(unsafe $0.bindMemory(to: UInt8.self).span) }
        }
    }

    func releaseIdle(emit: (Span<UInt8>) -> Void) {
        unsafe masker.releaseIdle { emit(unsafe $0.bindMemory(to: UInt8.self).span) }
    }

    func finish(emit: (Span<UInt8>) -> Void) {
        unsafe masker.finish { emit(unsafe $0.bindMemory(to: UInt8.self).span) }
    }
}

extension MaskedSecret {
    /// What `check` and `run` say of a value that will not be masked; never the value.
    var warning: Diagnostic? {
        guard case .unmasked(let reason) = assessment else { return nil }
        let hints = ["{ mask: true } masks it all the same, { mask: false } says that it is no secret"]
        return switch reason {
        case .empty: nil
        case .blank: Diagnostic(.warning, subject: name, "the value is blank, so it is not masked")
        case .tooShort: Diagnostic(.warning, subject: name, "the value is too short to be masked", hints: hints)
        case .commonWord:
            Diagnostic(.warning, subject: name, "the value is a common word, so it is not masked", hints: hints)
        }
    }
}

extension Resolution {
    /// Every secret of this run: the manifest's in its order, then inherited variables that `mask.env` names, then the
    /// credentials that were used on the way.
    func maskedSecrets(inherited globs: [Glob]) -> [MaskedSecret] {
        var secrets: [MaskedSecret] = variables.compactMap { variable in
            guard let value = variable.value, variable.isSecret, variable.masking != .never else { return nil }
            let policy: MaskedSecret.Policy = variable.masking == .always ? .always : .automatic
            return MaskedSecret(name: variable.name, value: value, policy: policy)
        }
        if !globs.isEmpty {
            for name in Surroundings.names where globs.contains(where: { $0.matches(name) }) {
                if let value = Surroundings.secret(name), !value.isEmpty {
                    secrets.append(MaskedSecret(name: name, value: value))
                }
            }
        }
        for credential in credentials where !credential.value.isEmpty {
            // Its variable decides, also when that says `mask: false`; and one value is warned of and counted once.
            if variables.contains(where: { $0.value?.isEqual(to: credential.value) == true }) { continue }
            if secrets.contains(where: { $0.value.isEqual(to: credential.value) }) { continue }
            secrets.append(MaskedSecret(name: credential.name, value: credential.value))
        }
        return secrets
    }
}

/// Masks our own messages with everything that the run knows, whatever the manifest says about the command's output.
final class MessageMask {
    private let secrets: () -> [MaskedSecret]
    private lazy var automaton = try? MaskAutomaton(secrets())

    init(_ resolution: Resolution) {
        secrets = {
            let values = resolution.variables.compactMap { variable in
                variable.isSecret ? variable.value.map { MaskedSecret(name: variable.name, value: $0) } : nil
            }
            return values + resolution.credentials.map { MaskedSecret(name: $0.name, value: $0.value) }
        }
    }

    /// While the values are not there yet.
    init(credentials: [(name: String, value: Secret)]) {
        secrets = { credentials.map { MaskedSecret(name: $0.name, value: $0.value) } }
    }

    /// Made when the first message is: most runs have none.
    func mask(_ bytes: [UInt8]) -> [UInt8] {
        guard let automaton, !automaton.isEmpty else { return bytes }
        var masked: [UInt8] = []
        let masker = Masker(automaton)
        unsafe bytes.withUnsafeBytes { unsafe masker.consume($0) { unsafe masked.append(contentsOf: $0) } }
        unsafe masker.finish { unsafe masked.append(contentsOf: $0) }
        return masked
    }
}
