//! Moments as people write them, where something is looked for or left out by time.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// Text that names no moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no date such as 2026-11-21, and no time such as 2026-11-21T04:12:09Z")]
pub struct ParseMomentError(String);

/// Reads an RFC 3339 time, a time without a zone, which is UTC as on every screen, or a date: its midnight in UTC.
///
/// `since` a moment includes it, `until` a moment does not: a day that ends a span is written as the day after.
pub fn parse_moment(text: &str) -> Result<Timestamp, ParseMomentError> {
    let in_utc = |at: DateTime| at.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp());
    let at = match text.parse::<Date>() {
        // What has a time too is read as a date as well, and the time left out.
        Ok(date) if !text.contains(['T', 't', ' ']) => in_utc(date.at(0, 0, 0, 0)),
        Ok(_) | Err(_) => text.parse().or_else(|_| text.parse().and_then(in_utc)),
    };
    at.map_err(|_| ParseMomentError(text.chars().take(40).collect()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_date_is_its_midnight_in_utc_and_a_time_without_a_zone_is_utc() {
        for (text, at) in [
            ("2026-11-21", "2026-11-21T00:00:00Z"),
            ("2026-11-21T04:12:09Z", "2026-11-21T04:12:09Z"),
            ("2026-11-21t04:12:09z", "2026-11-21T04:12:09Z"),
            ("2026-11-21T04:12", "2026-11-21T04:12:00Z"),
            ("2026-11-21T04:12:09+02:00", "2026-11-21T02:12:09Z"),
        ] {
            assert_eq!(parse_moment(text), Ok(at.parse().expect("a time")), "{text}");
        }
        for text in ["", "2026", "2026-13-01", "yesterday", "21.11.2026", "2026-11-21T25:00Z"] {
            assert!(parse_moment(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_as_screens_write_it_is_read_back(second in 0_i64..4_000_000_000) {
            let at = Timestamp::from_second(second).expect("a time");
            prop_assert_eq!(parse_moment(&at.to_string()), Ok(at));
            prop_assert_eq!(parse_moment(&at.to_string().to_lowercase()), Ok(at));
            prop_assert_eq!(parse_moment(at.to_string().trim_end_matches('Z')), Ok(at));
        }

        #[test]
        fn no_text_makes_it_fail(text in any::<String>()) {
            let _ = parse_moment(&text);
        }
    }
}
