/// A duration as people write it: a whole number and its unit, one after another: `500ms`, `30s`, `2m`, `1h30m`.
///
/// - Returns: `nil` for anything else, and for what is longer than a year.
package func duration(parsing text: String) -> Duration? {
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
        default: return nil
        }
    }
    return total <= .seconds(366 * 86_400) ? total : nil
}
