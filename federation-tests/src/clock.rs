//! What time it is, for dates in headers and documents.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use std::time::SystemTime;

/// Now, in UTC.
pub fn now() -> DateTime<Utc> {
    DateTime::from(SystemTime::now())
}

/// Now moved by `seconds` (negative: into the past).
pub fn now_plus(seconds: i64) -> DateTime<Utc> {
    now() + TimeDelta::seconds(seconds)
}

/// An instant as HTTP's `Date` writes it (RFC 9110 §5.6.7).
pub fn http_date(at: DateTime<Utc>) -> String {
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Reads HTTP's `Date`.
pub fn parse_http_date(text: &str) -> Option<DateTime<Utc>> {
    chrono::NaiveDateTime::parse_from_str(text, "%a, %d %b %Y %H:%M:%S GMT").ok().map(|at| at.and_utc())
}

/// An instant as ActivityStreams documents write it (RFC 3339, milliseconds, `Z`).
pub fn rfc3339(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_header_reads_back_as_it_was_written() {
        let at = DateTime::from_timestamp(1_767_225_599, 0).unwrap();
        assert_eq!(http_date(at), "Wed, 31 Dec 2025 23:59:59 GMT");
        assert_eq!(parse_http_date(&http_date(at)), Some(at));
    }
}
