internal import Glibc

/// A moment of the calendar, to the second, as the services write it.
struct UTCTime: Hashable, Sendable, Comparable {
    /// Seconds since 1970.
    var seconds: Int

    init(seconds: Int) {
        self.seconds = seconds
    }

    static var now: UTCTime { UTCTime(seconds: time(nil)) }

    /// `2026-11-21T05:45:32Z`, also with fractions, which are dropped, and `UTC` in place of `Z`; `nil` for all else.
    init?(_ text: String) {
        let parts = text.prefix(19).split { "-T:".contains($0) }
        let pattern = text.prefix(19).map { ("0"..."9").contains($0) ? "0" : $0 }
        guard String(pattern) == "0000-00-00T00:00:00" else { return nil }
        let zone = text.dropFirst(19).drop { $0 == "." || ("0"..."9").contains($0) }
        guard ["Z", "UTC", "+00:00"].contains(zone) else { return nil }
        let numbers = parts.compactMap { Int32($0) }
        guard numbers.count == 6 else { return nil }
        var fields = unsafe tm()
        unsafe fields.tm_year = numbers[0] - 1900
        unsafe fields.tm_mon = numbers[1] - 1
        unsafe fields.tm_mday = numbers[2]
        unsafe fields.tm_hour = numbers[3]
        unsafe fields.tm_min = numbers[4]
        unsafe fields.tm_sec = numbers[5]
        seconds = unsafe timegm(&fields)
    }

    static func < (left: UTCTime, right: UTCTime) -> Bool {
        left.seconds < right.seconds
    }

    /// By `strftime`: `%Y%m%dT%H%M%SZ`.
    func text(_ format: String) -> String {
        var time = time_t(seconds)
        var fields = unsafe tm()
        unsafe gmtime_r(&time, &fields)
        var buffer = [CChar](repeating: 0, count: 64)
        let count = unsafe strftime(&buffer, buffer.count, format, &fields)
        return String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
