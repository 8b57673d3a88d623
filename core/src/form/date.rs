//! Days and points in time of the Gregorian calendar, as forms write them.

use std::fmt::Write;

const DAY_MILLIS: i64 = 86_400_000;
/// Days from 0000-03-01 to 1970-01-01.
const EPOCH_SHIFT: i64 = 719_468;

/// A point in time and the zone that it is shown in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moment {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub millis: i64,
    /// The zone's minutes east of Greenwich.
    pub offset: i32,
}

impl Moment {
    fn local(self) -> i64 {
        self.millis.saturating_add(i64::from(self.offset) * 60_000)
    }

    /// Returns the local day, counted from 1970-01-01.
    pub fn day(self) -> i64 {
        self.local().div_euclid(DAY_MILLIS)
    }

    /// Returns the point in days since 1970, in UTC.
    pub(super) fn days(self) -> f64 {
        self.millis as f64 / DAY_MILLIS as f64
    }

    /// Returns the local time of day in days.
    pub(super) fn fraction(self) -> f64 {
        // The days are taken off the double, as in JavaRosa, which leaves fewer digits than the milliseconds of the day would.
        let days = self.local() as f64 / DAY_MILLIS as f64;
        days - days.floor()
    }

    /// Returns midnight of a day in a zone.
    pub(super) fn midnight(day: i64, offset: i32) -> Self {
        Self { millis: day.saturating_mul(DAY_MILLIS).saturating_sub(i64::from(offset) * 60_000), offset }
    }

    fn clock(self) -> (i64, i64, i64, i64) {
        let millis = self.local().rem_euclid(DAY_MILLIS);
        (millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60, millis % 1000)
    }

    /// Returns local hours, minutes, seconds and zone, like `08:05:09.000+08:00`.
    pub fn time_text(self) -> String {
        let (hour, minute, second, milli) = self.clock();
        let sign = if self.offset < 0 { '-' } else { '+' };
        let offset = self.offset.unsigned_abs();
        format!("{hour:02}:{minute:02}:{second:02}.{milli:03}{sign}{:02}:{:02}", offset / 60, offset % 60)
    }

    /// Returns the point in ISO 8601, like `2026-11-23T08:05:09.000+08:00`.
    pub fn text(self) -> String {
        format!("{}T{}", day_text(self.day()), self.time_text())
    }

    /// Reads ISO 8601; a date alone is its midnight, and a missing zone the given one.
    pub fn parse(text: &str, offset: i32) -> Option<Self> {
        let (date, time) = text.split_once(['T', ' ']).map_or((text, None), |(date, time)| (date, Some(time)));
        let midnight = Self::midnight(parse_day(date)?, 0).millis;
        let (millis, offset) = time.map_or(Some((0, offset)), |time| parse_time(time, offset))?;
        Some(Self { millis: midnight.checked_add(millis)?.checked_sub(i64::from(offset) * 60_000)?, offset })
    }

    /// Shows the same point in another zone.
    pub fn at(self, offset: i32) -> Self {
        Self { offset, ..self }
    }
}

/// Writes a day like `2026-11-23`.
pub(super) fn day_text(day: i64) -> String {
    let (year, month, day) = civil(day);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Reads a day like `2026-11-23`, if the calendar has it.
pub(super) fn parse_day(text: &str) -> Option<i64> {
    let mut parts = text.split('-').map(number);
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() || !(1..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let counted = days(year, month, day);
    (civil(counted) == (year, month, day)).then_some(counted)
}

/// Reads `08:05`, `08:05:09`, `08:05:09.123`, each perhaps with `Z` or `+08:00`; returns milliseconds and the zone.
pub(super) fn parse_time(text: &str, offset: i32) -> Option<(i64, i32)> {
    let (time, offset) = match text.find(['Z', '+', '-']) {
        None => (text, offset),
        Some(at) => (text.get(..at)?, parse_zone(text.get(at..)?)?),
    };
    let mut parts = time.split(':');
    let (hour, minute) = (number(parts.next()?)?, number(parts.next()?)?);
    let (second, fraction) = parts.next().map_or(("0", ""), |part| part.split_once('.').unwrap_or((part, "")));
    let second = number(second)?;
    let milli =
        if fraction.is_empty() { 0 } else { number(&format!("{fraction:0<3}").chars().take(3).collect::<String>())? };
    let right = hour < 24 && minute < 60 && second < 60 && parts.next().is_none();
    right.then_some((((hour * 60 + minute) * 60 + second) * 1000 + milli, offset))
}

fn parse_zone(text: &str) -> Option<i32> {
    if text == "Z" {
        return Some(0);
    }
    let (sign, rest) = text.split_at_checked(1)?;
    let (hours, minutes) = rest.split_once(':').or_else(|| rest.split_at_checked(2)).unwrap_or((rest, "0"));
    let minutes = if minutes.is_empty() { "0" } else { minutes };
    let total = i32::try_from(number(hours)? * 60 + number(minutes)?).ok().filter(|total| *total <= 18 * 60)?;
    Some(if sign == "-" { -total } else { total })
}

fn number(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

/// Writes a point by a pattern of `format-date`; an unknown escape is left as it is.
pub(super) fn format(moment: Moment, pattern: &str) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    let (year, month, day) = civil(moment.day());
    let (hour, minute, second, milli) = moment.clock();
    let name = |names: &'static [&'static str], at: i64| usize::try_from(at).ok().and_then(|at| names.get(at).copied());
    let mut out = String::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            out.push(letter);
            continue;
        }
        // Writing to a string cannot fail.
        let _ = match letters.next() {
            Some('Y') => write!(out, "{year:04}"),
            Some('y') => write!(out, "{:02}", year % 100),
            Some('m') => write!(out, "{month:02}"),
            Some('n') => write!(out, "{month}"),
            Some('d') => write!(out, "{day:02}"),
            Some('e') => write!(out, "{day}"),
            Some('b') => write!(out, "{}", name(&MONTHS, month - 1).unwrap_or_default()),
            Some('a') => write!(out, "{}", name(&DAYS, (moment.day() + 4).rem_euclid(7)).unwrap_or_default()),
            Some('H') => write!(out, "{hour:02}"),
            Some('h') => write!(out, "{hour}"),
            Some('M') => write!(out, "{minute:02}"),
            Some('S') => write!(out, "{second:02}"),
            Some('3') => write!(out, "{milli:03}"),
            Some('%') => write!(out, "%"),
            Some(other) => write!(out, "%{other}"),
            None => write!(out, "%"),
        };
    }
    out
}

/// Returns year, month and day of a day since 1970: the era algorithm of the proleptic Gregorian calendar.
fn civil(day: i64) -> (i64, i64, i64) {
    let shifted = day.saturating_add(EPOCH_SHIFT);
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, of_year - (153 * shifted_month + 2) / 5 + 1)
}

fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - EPOCH_SHIFT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_and_written_back() {
        assert_eq!(parse_day("1970-01-01"), Some(0));
        assert_eq!(parse_day("2026-11-23"), Some(20_780));
        for day in (-700_000..3_000_000).step_by(997).filter(|day| (-719_162..2_932_897).contains(day)) {
            assert_eq!(parse_day(&day_text(day)), Some(day));
        }
        assert_eq!(parse_day("2026-02-29"), None);
        assert_eq!(parse_day("2026-11-23x"), None);
    }

    #[test]
    fn points_keep_their_zone() {
        let moment = Moment::parse("2026-11-23T08:05:09.000+08:00", 0).unwrap();
        assert_eq!(moment.text(), "2026-11-23T08:05:09.000+08:00");
        assert_eq!(moment.at(0).text(), "2026-11-23T00:05:09.000+00:00");
        assert_eq!(Moment::parse("2026-11-23", 480).unwrap().days(), 20_779.666_666_666_668);
        assert_eq!(Moment::parse("2026-11-23T25:00", 0), None);
    }

    #[test]
    fn patterns_write_what_they_name() {
        let moment = Moment::parse("2026-01-03T08:05:09.007+08:00", 0).unwrap();
        assert_eq!(
            format(moment, "%Y %y %m %n %d %e %b %a %H %h %M %S %3 %%"),
            "2026 26 01 1 03 3 Jan Sat 08 8 05 09 007 %"
        );
    }
}
