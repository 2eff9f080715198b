/// A form that some texts of a provider have to have. The parser and the JSON Schema hold them to the same expression.
package enum TextForm: Hashable, Sendable {
    /// `https://HOST[:PORT][/PATH]`.
    case address
    /// The same, or its host alone.
    case authority
    /// The fingerprint of a vault's data key.
    case pin

    /// In the syntax that RE2 and JSON Schema share. Of addresses it lets nearly all through that can be asked, and what it
    /// refuses no provider would ask.
    var pattern: String {
        let scheme = "[Hh][Tt][Tt][Pp][Ss]?://"
        let place = #"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?(/[!$-;=A-Z\[\]_a-z~]*)?"#
        switch self {
        case .address: return "^\(scheme)\(place)$"
        case .authority: return "^(\(scheme))?\(place)$"
        case .pin: return "^[0-9a-f]{32}$"
        }
    }

    func fits(_ text: String) -> Bool {
        (try? Pattern(parsing: pattern))?.matches(text) ?? true
    }
}
