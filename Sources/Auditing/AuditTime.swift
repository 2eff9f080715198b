internal import Diagnostics
internal import Glibc
internal import ManifestFormat

/// A moment, in milliseconds since 1970 without leap seconds, written as RFC 3339 in UTC: `2026-11-21T04:00:00.123Z`.
package struct AuditTime: Hashable, Sendable, Comparable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// The C function is `clock_gettime`.
    package static var now: AuditTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return AuditTime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    package static func < (left: AuditTime, right: AuditTime) -> Bool {
        left.milliseconds < right.milliseconds
    }
}

// MARK: - Text

extension AuditTime: CustomStringConvertible {
    private static let millisecondsOfDay: Int64 = 86_400_000
    /// The years that four digits can write; what lies outside is written as the nearest moment inside.
    private static let writable: ClosedRange<Int64> = -62_167_219_200_000...253_402_300_799_999

    package var description: String {
        let clamped = min(max(milliseconds, Self.writable.lowerBound), Self.writable.upperBound)
        let day = (clamped / Self.millisecondsOfDay) - (clamped % Self.millisecondsOfDay < 0 ? 1 : 0)
        let rest = Int(clamped - day * Self.millisecondsOfDay)
        let civil = CivilDate(daysSince1970: Int(day))
        let date = "\(digits(civil.year, 4))-\(digits(civil.month, 2))-\(digits(civil.day, 2))"
        let seconds = rest / 1000
        let time = "\(digits(seconds / 3600, 2)):\(digits(seconds / 60 % 60, 2)):\(digits(seconds % 60, 2))"
        return "\(date)T\(time).\(digits(rest % 1000, 3))Z"
    }

    /// Reads `2026-11-21`, `2026-11-21T04:00Z`, `2026-11-21T04:00:00Z` and fractions of up to three digits, always UTC.
    ///
    /// A blank may stand for the `T`.
    ///
    /// - Returns: `nil` for anything else, a date that the calendar lacks too.
    package init?(parsing text: String) {
        var rest = Substring(text).utf8[...]
        guard let year = number(&rest, digits: 4), take("-", from: &rest), let month = number(&rest, digits: 2),
            take("-", from: &rest), let day = number(&rest, digits: 2),
            let date = CivilDate(year: year, month: month, day: day)
        else { return nil }
        var milliseconds = Int64(date.daysSince1970) * Self.millisecondsOfDay
        if !rest.isEmpty {
            guard take("T", from: &rest) || take(" ", from: &rest), let time = timeOfDay(&rest), rest.isEmpty else {
                return nil
            }
            milliseconds += Int64(time)
        }
        self.milliseconds = milliseconds
    }

    /// The same, and a duration such as `90m`, `36h` or `30d`, which stands for that long before `now`.
    package init?(parsing text: String, before now: AuditTime) {
        if let time = AuditTime(parsing: text) {
            self = time
        } else if let span = duration(parsing: text, upTo: longestSpan) {
            let (seconds, attoseconds) = span.components
            self.init(milliseconds: now.milliseconds - seconds * 1000 - attoseconds / 1_000_000_000_000_000)
        } else {
            return nil
        }
    }
}

private func digits(_ number: Int, _ count: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, count - text.count)) + text
}

/// `HH:MM[:SS[.FFF]]Z` in milliseconds.
private func timeOfDay(_ rest: inout Substring.UTF8View) -> Int? {
    guard let hour = number(&rest, digits: 2), hour < 24, take(":", from: &rest),
        let minute = number(&rest, digits: 2), minute < 60
    else { return nil }
    var milliseconds = (hour * 60 + minute) * 60_000
    if take(":", from: &rest) {
        guard let second = number(&rest, digits: 2), second < 60 else { return nil }
        milliseconds += second * 1000
        if take(".", from: &rest) {
            let start = rest
            guard let fraction = number(&rest, digits: 3) ?? number(&rest, digits: 2) ?? number(&rest, digits: 1)
            else { return nil }
            milliseconds += fraction * [100, 10, 1][start.count - rest.count - 1]
        }
    }
    return take("Z", from: &rest) ? milliseconds : nil
}

/// Exactly `digits` ASCII digits; takes nothing where there are fewer.
private func number(_ rest: inout Substring.UTF8View, digits: Int) -> Int? {
    let start = rest
    var value = 0
    for _ in 0..<digits {
        guard let byte = rest.popFirst(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else {
            rest = start
            return nil
        }
        value = value * 10 + Int(byte - UInt8(ascii: "0"))
    }
    return value
}

private func take(_ scalar: Unicode.Scalar, from rest: inout Substring.UTF8View) -> Bool {
    guard rest.first == UInt8(ascii: scalar) else { return false }
    rest.removeFirst()
    return true
}
