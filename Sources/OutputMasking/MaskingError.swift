package import Diagnostics

/// Why a run cannot be masked.
package enum MaskingError: Error, Hashable, Sendable {
    /// All forms of all secrets together are longer than `limit` bytes.
    case tooManyBytes(limit: Int)
    /// A form of the secret `name` is longer than `limit` bytes.
    case secretTooLong(name: String, limit: Int)
    /// A mask text holds a control character.
    case controlCharacterInText

    package var diagnostic: Diagnostic {
        switch self {
        case .tooManyBytes(let limit):
            Diagnostic(
                .error,
                "the secrets are too large to mask: all their forms together exceed \(limit / 1_048_576) MiB",
                hints: ["'mask: false' leaves a large value out"]
            )
        case .secretTooLong(let name, let limit):
            Diagnostic(
                .error,
                subject: name,
                "too large to mask: one of its forms exceeds \(limit / 1024) KiB",
                hints: ["'mask: false' leaves this variable out"]
            )
        case .controlCharacterInText:
            Diagnostic(.error, "the mask text has a control character", hints: ["use printable text such as '***'"])
        }
    }
}
