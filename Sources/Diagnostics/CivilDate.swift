/// A day of the calendar: Gregorian, also where that was not in use yet.
package struct CivilDate: Hashable, Sendable {
    package let year: Int
    /// 1 to 12.
    package let month: Int
    /// 1 to 31.
    package let day: Int

    /// - Returns: `nil` where the calendar has no such day.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...12).contains(month), (1...31).contains(day) else { return nil }
        self.year = year
        self.month = month
        self.day = day
        // One that a month lacks counts as a day of the next.
        guard self == CivilDate(daysSince1970: daysSince1970) else { return nil }
    }

    /// The day that comes so many days after 1970-01-01, or before it.
    package init(daysSince1970 days: Int) {
        let shifted = days + Self.daysFromYear0
        let era = floorDivision(shifted, Self.daysOfEra)
        let dayOfEra = shifted - era * Self.daysOfEra
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    }

    /// Howard Hinnant's `days_from_civil`: years are counted from March, so that the leap day is the last of its year.
    package var daysSince1970: Int {
        let yearFromMarch = month > 2 ? year : year - 1
        let monthFromMarch = (month + 9) % 12
        let leapDays =
            floorDivision(yearFromMarch, 4) - floorDivision(yearFromMarch, 100) + floorDivision(yearFromMarch, 400)
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        return yearFromMarch * 365 + leapDays + dayOfYear - Self.daysFromYear0
    }

    /// From 0000-03-01 to 1970-01-01.
    private static let daysFromYear0 = 719_468
    /// Of 400 years.
    private static let daysOfEra = 146_097
}

private func floorDivision(_ dividend: Int, _ divisor: Int) -> Int {
    dividend >= 0 ? dividend / divisor : -((divisor - 1 - dividend) / divisor)
}
