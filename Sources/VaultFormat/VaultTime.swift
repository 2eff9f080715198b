internal import Diagnostics
internal import Glibc

/// A moment as a vault file keeps it: whole seconds in UTC, written `2026-11-21T04:00:00Z` (RFC 3339 §5.6).
package struct VaultTime: Hashable, Sendable, Comparable {
    /// Seconds since 1970, from 0 to the end of the year 9999.
    package let seconds: Int64

    private static let range: ClosedRange<Int64> = 0...253_402_300_799

    /// - Returns: `nil` outside the years 1970 to 9999.
    package init?(seconds: Int64) {
        guard Self.range.contains(seconds) else { return nil }
        self.seconds = seconds
    }

    /// The time of day by the system's clock.
    package static var now: VaultTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return VaultTime(clamping: Int64(time.tv_sec))
    }

    private init(clamping seconds: Int64) {
        self.seconds = min(max(seconds, Self.range.lowerBound), Self.range.upperBound)
    }

    package func adding(seconds: Int64) -> VaultTime {
        VaultTime(clamping: self.seconds.addingReportingOverflow(seconds).partialValue)
    }

    package static func < (left: VaultTime, right: VaultTime) -> Bool { left.seconds < right.seconds }
}

extension VaultTime {
    /// Reads exactly the form that `text` has.
    package init?(parsing text: String) {
        let bytes = Array(text.utf8)
        self.init(parsing: bytes[...])
    }

    init?(parsing text: ArraySlice<UInt8>) {
        let start = text.startIndex
        guard text.count == Self.byteCount, text[start + 10] == UInt8(ascii: "T"),
            text[start + 13] == UInt8(ascii: ":"),
            text[start + 16] == UInt8(ascii: ":"), text[start + 19] == UInt8(ascii: "Z"),
            let days = Self.days(text[start..<start + 10]),
            let hour = Self.number(text[start + 11..<start + 13]), hour < 24,
            let minute = Self.number(text[start + 14..<start + 16]), minute < 60,
            let second = Self.number(text[start + 17..<start + 19]), second < 60
        else { return nil }
        self.init(seconds: days * 86400 + hour * 3600 + minute * 60 + second)
    }

    /// Reads what a user may type: `2027-01-01`, which starts at midnight UTC, or the full form.
    package init?(parsingDate text: String) {
        let bytes = Array(text.utf8)
        if bytes.count == 10, let days = Self.days(bytes[...]) {
            self.init(seconds: days * 86400)
        } else {
            self.init(parsing: text)
        }
    }

    package var text: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    static let byteCount = 20

    /// A file with many secrets has many times, so they are written without strings in between.
    func append(to text: inout [UInt8]) {
        let date = CivilDate(daysSince1970: Int(seconds / 86400))
        let time = Int(seconds % 86400)
        let parts: [(Int, UnicodeScalar)] = [
            (date.year % 100, "-"), (date.month, "-"), (date.day, "T"),
            (time / 3600, ":"), (time / 60 % 60, ":"), (time % 60, "Z"),
        ]
        func appendTwo(_ number: Int) {
            text.append(0x30 + UInt8(number / 10))
            text.append(0x30 + UInt8(number % 10))
        }
        appendTwo(date.year / 100)
        for (number, separator) in parts {
            appendTwo(number)
            text.append(UInt8(ascii: separator))
        }
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        var number: Int64 = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            number = number * 10 + Int64(digit - 0x30)
        }
        return number
    }

    /// The days from 1970 to `YYYY-MM-DD`; `nil` where there is no such day.
    private static func days(_ text: ArraySlice<UInt8>) -> Int64? {
        let start = text.startIndex
        guard text[start + 4] == UInt8(ascii: "-"), text[start + 7] == UInt8(ascii: "-"),
            let year = number(text[start..<start + 4]), let month = number(text[start + 5..<start + 7]),
            let day = number(text[start + 8..<start + 10]), year >= 1970,
            let date = CivilDate(year: Int(year), month: Int(month), day: Int(day))
        else { return nil }
        return Int64(date.daysSince1970)
    }
}
