/// The shape in which a secret was found, as a report names it.
package enum MaskForm: UInt8, BitwiseCopyable, CaseIterable, Hashable, Sendable {
    /// The bytes themselves.
    case raw
    /// Without white space at both ends.
    case trimmed
    /// Without the quotes around it.
    case unquoted
    /// One line of several.
    case line
    /// With other line ends.
    case lineEnds
    /// With its line breaks taken out.
    case unwrapped
    /// The password inside a URL.
    case password
    /// A string value inside a JSON secret.
    case field
    case base64
    case base64url
    case hex
    case percent
    case json
    case markup
    case shell
    case literal
    /// The first bytes of a secret, at the end of the output.
    case start

    /// The name in reports.
    package var name: String {
        switch self {
        case .raw: "raw"
        case .trimmed: "trimmed"
        case .unquoted: "unquoted"
        case .line: "line"
        case .lineEnds: "line-ends"
        case .unwrapped: "unwrapped"
        case .password: "password"
        case .field: "field"
        case .base64: "base64"
        case .base64url: "base64url"
        case .hex: "hex"
        case .percent: "percent"
        case .json: "json"
        case .markup: "markup"
        case .shell: "shell"
        case .literal: "literal"
        case .start: "start"
        }
    }
}
