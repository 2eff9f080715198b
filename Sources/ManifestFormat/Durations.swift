/// A duration as people write it: a whole number and its unit, one after another: `500ms`, `30s`, `2m`, `1h30m`, `30d`,
/// `2w`.
///
/// - Parameter limit: the longest that makes sense here; a year for what somebody waits for.
/// - Returns: `nil` for anything else, and for what is longer than `limit`.
package func duration(parsing text: String, upTo limit: Duration = .seconds(366 * 86_400)) -> Duration? {
    var total = Duration.zero
    var rest = text[...]
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int(digits), digits.count <= 9 else { return nil }
        rest = rest[digits.endIndex...]
        let unit = rest.prefix { $0.isASCII && $0.isLetter }
        rest = rest[unit.endIndex...]
        switch unit {
        case "ms": total += .milliseconds(count)
        case "s": total += .seconds(count)
        case "m": total += .seconds(count * 60)
        case "h": total += .seconds(count * 3600)
        case "d": total += .seconds(count * 86_400)
        case "w": total += .seconds(count * 604_800)
        default: return nil
        }
    }
    return total <= limit ? total : nil
}

/// More than anybody looks back or ahead: some 2,700 years.
package let longestSpan = Duration.seconds(1_000_000 * 86_400)
