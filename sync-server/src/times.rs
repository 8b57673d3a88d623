//! Times as people and programs read them: RFC 3339 with the offset of the programme's zone.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Writes seconds since 1970 as RFC 3339 with the zone's offset, like `2026-11-24T08:30:00+08:00`.
///
/// A phone's clock may claim any time at all; what no calendar holds is written as the nearest that one does.
pub fn rfc3339(seconds: i64, zone: &TimeZone) -> String {
    let timestamp = timestamp(seconds);
    timestamp.display_with_offset(zone.to_offset(timestamp)).to_string()
}

/// Writes seconds since 1970 for a page: day and minute, without the offset.
pub fn short(seconds: i64, zone: &TimeZone) -> String {
    zone.to_datetime(timestamp(seconds)).strftime("%Y-%m-%d %H:%M").to_string()
}

fn timestamp(seconds: i64) -> Timestamp {
    // A day less than the years 0000 to 9999, so that every zone has them and RFC 3339 can write them.
    let (first, last) = (-62_167_000_000, 253_402_000_000);
    Timestamp::from_second(seconds.clamp(first, last)).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_carry_the_offset_of_the_programme_and_no_claim_breaks_them() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        assert_eq!(rfc3339(0, &zone), "1970-01-01T08:00:00+08:00");
        assert_eq!(short(0, &zone), "1970-01-01 08:00");
        assert_eq!(rfc3339(0, &TimeZone::UTC), "1970-01-01T00:00:00+00:00");
        assert!(rfc3339(i64::MAX, &zone).starts_with("9999-12-"));
        assert!(rfc3339(i64::MIN, &zone).starts_with("0000-01-"));
    }
}
