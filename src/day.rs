//! Days of the calendar, without a clock's hours or zones.

use std::time::{SystemTime, UNIX_EPOCH};

/// A day of the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::struct_field_names, reason = "a day is the day of a month, too")]
pub struct Day {
    year: u16,
    month: u8,
    day: u8,
}

impl Day {
    /// The day that is written as `YYYY-MM-DD`; none if there is no such day.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let number = |text: &str, length: usize| {
            let digits = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse::<u16>().ok()).flatten()
        };
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let (year, month, day) = (number(year, 4)?, number(month, 2)?, number(day, 2)?);
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let last = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 => 28 + u16::from(leap),
            _ => return None,
        };
        let exists = parts.next().is_none() && (1..=last).contains(&day);
        exists.then(|| Some(Self { year, month: month.try_into().ok()?, day: day.try_into().ok()? })).flatten()
    }

    /// Today in UTC, by the system's clock.
    #[must_use]
    pub fn today() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Self::since_epoch(since / (24 * 60 * 60))
    }

    /// The day that comes so many days after the first of January 1970.
    #[must_use]
    pub fn since_epoch(days: u64) -> Self {
        // Counted from the first of March of the year 0, leap days come last: howardhinnant.github.io/date_algorithms.html
        let days = days + 719_468;
        let (era, of_era) = (days / 146_097, days % 146_097);
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = year + era * 400 + u64::from(month <= 2);
        let small = |number: u64| u8::try_from(number).unwrap_or(u8::MAX);
        Self { year: u16::try_from(year).unwrap_or(u16::MAX), month: small(month), day: small(day) }
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::Day;

    #[test]
    fn days_are_read_and_written() {
        for day in ["2027-01-31", "2024-02-29", "2000-02-29", "1970-01-01", "9999-12-31"] {
            assert_eq!(Day::parse(day).map(|day| day.to_string()).as_deref(), Some(day));
        }
        for no_day in [
            "",
            "2027-1-31",
            "2027-02-29",
            "1900-02-29",
            "2027-13-01",
            "2027-00-10",
            "2027-04-31",
            "2027-01-00",
            "27-01-01",
            "2027-01-01-01",
            "+027-01-01",
            "2027/01/01",
            "2027-01-0٣",
        ] {
            assert_eq!(Day::parse(no_day), None, "{no_day}");
        }
        assert!(Day::parse("2026-12-31") < Day::parse("2027-01-01"));
    }

    #[test]
    fn days_are_counted_from_1970() {
        for (days, text) in [(0, "1970-01-01"), (59, "1970-03-01"), (11_016, "2000-02-29"), (20_780, "2026-11-23")] {
            assert_eq!(Day::since_epoch(days).to_string(), text);
        }
        assert!(Day::today() > Day::since_epoch(20_000));
    }
}
