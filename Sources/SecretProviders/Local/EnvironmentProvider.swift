internal import ManifestFormat
internal import SecretMemory
internal import Synchronization

/// `env`: variables of our own environment.
///
/// A name is tried as it is written, then in the usual spelling: upper case, `_` for everything that is no letter or
/// digit, so that `openai-api-key` and `openai.api_key` find `OPENAI_API_KEY`. A variable that is empty counts only
/// where no spelling finds one that is not; whether empty is absent the resolver decides, which knows `allow_empty`.
final class EnvironmentProvider: SecretProvider {
    private let context: ProviderContext
    /// What may have been meant by a name that is not there; asked for with the first of them.
    private let knownNames = Mutex<[String]?>(nil)

    init(context: ProviderContext) {
        self.context = context
    }

    func fetch(_ address: SecretAddress) async throws(ProviderError) -> Lookup {
        try address.checkOptions([])
        guard let name = address.path, !name.isEmpty else { throw .noPath(address, of: "variable") }
        let spellings = Self.spellings(of: name)
        guard !spellings.contains(where: { $0.hasPrefix("WITHSECRETS_") }) else { throw .ownVariable(address) }
        var empty: Lookup?
        for spelling in spellings {
            guard let value = context.environment(spelling) else { continue }
            let found = Lookup.found(SecretPayload(.text(value), origin: spelling))
            guard value.isEmpty else {
                context.noteCredential(spelling, value)
                return found
            }
            empty = empty ?? found
        }
        return empty ?? .absent(.noVariable(spellings, known: suggestibleNames()))
    }

    /// One array for all absences: a chain that begins with `env` has one for each variable, and most pass in silence.
    private func suggestibleNames() -> [String] {
        knownNames.withLock { known in
            let names = known ?? context.environmentNames().filter { !$0.hasPrefix("WITHSECRETS_") }
            known = names
            return names
        }
    }

    static func spellings(of name: String) -> [String] {
        let usual = usualSpelling(of: name)
        return usual == name ? [name] : [name, usual]
    }
}

/// Upper case, with `_` for each byte that is no ASCII letter or digit.
func usualSpelling(of name: String) -> String {
    String(
        decoding: name.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 0x20
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
            default: UInt8(ascii: "_")
            }
        },
        as: UTF8.self
    )
}
