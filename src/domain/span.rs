//! Lengths of time as people write them (`15m`, `4h`) and countdowns as people read them.

use std::fmt;

use jiff::SignedDuration;

/// Text that is not a length of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a length of time: write a whole number and s, m, h or d, such as 15m or 4h")]
pub struct ParseSpanError(String);

/// The longest span that is read: ten years. Longer ones are slips of the finger.
const LONGEST_SECONDS: i64 = 10 * 366 * 86_400;

/// Reads `30s`, `15m`, `4h` or `2d`. Zero and mixed forms are refused.
pub fn parse_span(text: &str) -> Result<SignedDuration, ParseSpanError> {
    let wrong = || ParseSpanError(text.chars().take(40).collect());
    let unit_at = text.len().checked_sub(1).filter(|&at| text.is_char_boundary(at));
    let (number, unit) = text.split_at(unit_at.ok_or_else(wrong)?);
    let each = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return Err(wrong()),
    };
    let plain = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    let count: i64 = plain.then(|| number.parse().ok()).flatten().ok_or_else(wrong)?;
    let seconds = count.checked_mul(each).ok_or_else(wrong)?;
    if seconds == 0 || seconds > LONGEST_SECONDS {
        return Err(wrong());
    }
    Ok(SignedDuration::from_secs(seconds))
}

/// Text that does not say how long something is kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no time to keep something for: write a whole number and d or y, such as 90d or 7y")]
pub struct ParseRetentionError(String);

/// Reads `90d` or `7y`, up to a hundred years. A year is 365 days and 6 hours. Shorter units are refused: what
/// is over for minutes may still be asked about.
pub fn parse_retention(text: &str) -> Result<SignedDuration, ParseRetentionError> {
    let wrong = || ParseRetentionError(text.chars().take(40).collect());
    let (number, hours, most) = match (text.strip_suffix('d'), text.strip_suffix('y')) {
        (Some(number), _) => (number, 24, 36_525),
        (None, Some(number)) => (number, 8_766, 100),
        (None, None) => return Err(wrong()),
    };
    let plain = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    let count: i64 = plain.then(|| number.parse().ok()).flatten().ok_or_else(wrong)?;
    if count == 0 || count > most {
        return Err(wrong());
    }
    Ok(SignedDuration::from_hours(count * hours))
}

/// Time left, in at most six characters: `12:03`, `3:59 h`, `6 d`, and `0:00` once it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Countdown(pub SignedDuration);

impl fmt::Display for Countdown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs().max(0);
        let text = if seconds >= 172_800 {
            format!("{} d", seconds / 86_400)
        } else if seconds >= 3_600 {
            format!("{}:{:02} h", seconds / 3_600, seconds % 3_600 / 60)
        } else {
            format!("{}:{:02}", seconds / 60, seconds % 60)
        };
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_a_number_and_a_unit() {
        assert_eq!(parse_span("15m"), Ok(SignedDuration::from_secs(900)));
        assert_eq!(parse_span("2d"), Ok(SignedDuration::from_secs(172_800)));
        for bad in [
            "",
            "h",
            "0s",
            "-1h",
            "1.5h",
            "4 h",
            "4H",
            "1h30m",
            "99999999999999999999d",
            "20000d",
            "5€",
        ] {
            assert!(parse_span(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_kept_is_kept_for_days_or_years() {
        assert_eq!(parse_retention("90d"), Ok(SignedDuration::from_hours(90 * 24)));
        assert_eq!(parse_retention("4y"), Ok(SignedDuration::from_hours(1_461 * 24)));
        for bad in [
            "",
            "y",
            "0y",
            "7",
            "7m",
            "1h",
            "101y",
            "-1y",
            "1.5y",
            "7 y",
            "7Y",
            "99999999999999999999y",
        ] {
            assert!(parse_retention(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn countdowns_get_coarser_with_distance_and_never_go_below_zero() {
        let of = |s| Countdown(SignedDuration::from_secs(s)).to_string();
        assert_eq!(of(723), "12:03");
        assert_eq!(of(3_600 * 4 - 1), "3:59 h");
        assert_eq!(of(86_400 * 6), "6 d");
        assert_eq!(of(-5), "0:00");
    }
}
