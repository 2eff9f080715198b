internal import Diagnostics
internal import ManifestFormat
internal import VaultFormat

// A vault file's own words, as a step of a chain tells them.

extension VaultError {
    /// The first of its messages, with the place or the file that it is about.
    var sentence: String {
        let all = diagnostics.inOrder
        guard let first = all.first else { return path }
        let start = [first.location?.text, first.subject].compactMap(\.self).joined(separator: ": ")
        let more = all.count > 1 ? " (and \(all.count - 1) more)" : ""
        return "\(start): \(first.message)\(more)"
    }

    var hints: [String] { diagnostics.inOrder.first?.hints ?? [] }

    fileprivate var providerReason: ProviderError.Reason {
        switch reason {
        case .tampered, .wrongPin, .otherDataKey, .rolledBack: .tampered
        case .noKeyFits, .wrongPassphrase, .promptRefused, .tooManyAttempts: .refused
        case .brokenSource: .misconfigured
        case .outOfTime: .timedOut
        case .malformed, .notYAML, .newerFormat, .conflictMarkers, .notAFile, .tooLarge, .brokenAgeKey: .malformed
        default: .unreachable
        }
    }
}

extension ProviderError {
    static func vaultFailed(_ address: SecretAddress, _ error: VaultError) -> ProviderError {
        ProviderError(error.providerReason, "\(address.provider): \(error.sentence)", hints: error.hints)
    }

    static func badVersion(_ address: SecretAddress) -> ProviderError {
        ProviderError(.misconfigured, "\(address.label): option 'version' takes a number from 1")
    }
}

extension Absence {
    /// - Parameter absent: the files that have no such secret, or are not there.
    /// - Parameter passedOver: those that nothing was offered to open; the user hears of them.
    static func notInVaults(_ address: SecretAddress, absent: [VaultError], passedOver: [VaultError]) -> Absence {
        if let first = passedOver.first {
            return Absence(.notConfigured, first.sentence, isWorthAWarning: true, hints: first.hints)
        }
        guard let first = absent.first(where: { $0.reason != .noFile }) ?? absent.first else {
            return Absence(.notConfigured, "no vault file", hints: ["'withsecrets vault init' makes one"])
        }
        let reason: Absence.Reason =
            switch first.reason {
            case .noFile: .notConfigured
            case .noSuchVersion: .noSuchVersion
            default: .noSuchPath
            }
        return Absence(reason, first.sentence, hints: first.hints)
    }
}

extension Diagnostic {
    static func expired(_ name: String, in path: String) -> Diagnostic {
        Diagnostic(
            .warning,
            "\(printable(name)) in \(printable(path)) has expired",
            hints: ["'withsecrets vault set' gives it a new value"]
        )
    }
}
