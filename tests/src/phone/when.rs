//! Times as the phone prints them: RFC 3339 with the programme's offset.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The zone in which times are printed.
#[derive(Debug, Clone)]
pub struct Zone(TimeZone);

impl Zone {
    /// Takes a zone by its name; UTC while the phone does not know it.
    pub fn named(name: &str) -> Self {
        Self(TimeZone::get(name).unwrap_or(TimeZone::UTC))
    }

    /// Writes seconds since 1970 like `2026-11-24T16:05:00+08:00`.
    pub fn exact(&self, seconds: i64) -> String {
        self.write(seconds, "%Y-%m-%dT%H:%M:%S%:z")
    }

    /// Writes seconds since 1970 for people, like `2026-11-24 16:05`.
    pub fn short(&self, seconds: i64) -> String {
        self.write(seconds, "%Y-%m-%d %H:%M")
    }

    fn write(&self, seconds: i64, format: &str) -> String {
        // What no calendar holds is shown as the nearest that one does in every zone.
        let seconds = seconds.clamp(-62_167_000_000, 253_402_000_000);
        let timestamp = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
        timestamp.to_zoned_datetime(self.0.clone()).strftime(format).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_carry_the_offset_of_the_programme() {
        let zone = Zone::named("Asia/Shanghai");
        assert_eq!(zone.exact(1_795_507_200), "2026-11-24T16:00:00+08:00");
        assert_eq!(zone.short(0), "1970-01-01 08:00");
        assert!(zone.exact(i64::MAX).starts_with("9999-"));
    }
}
