//! The parts of a request that a signature can cover, the same for signing and for checking.

use super::SignatureError;
use chrono::{DateTime, NaiveDateTime, Utc};
use reqwest::{
    Method,
    header::{HeaderMap, HeaderValue},
};
use url::Url;

/// How far a signature's time may be from ours, in seconds, both ways (`decisions.md` 3).
const SKEW_SECONDS_MAX: i64 = 3600;
/// The preferred form of a date in HTTP (RFC 9110 §5.6.7).
const HTTP_DATE: &str = "%a, %d %b %Y %H:%M:%S GMT";

/// Where a request goes, as its signature sees it: never taken from the headers received (S5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Here {
    /// `http` or `https`.
    pub(super) scheme: String,
    /// Host, with the port unless it is the scheme's own.
    pub(super) authority: String,
}

impl Here {
    /// The scheme and authority of `url` (for us: `server.url`).
    pub fn of(url: &Url) -> Self {
        let host = url.host_str().unwrap_or_default();
        let authority = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        Self { scheme: url.scheme().to_owned(), authority }
    }
}

/// A request as it is signed.
#[derive(Clone, Copy)]
pub(super) struct Message<'a> {
    pub(super) method: &'a Method,
    pub(super) here: &'a Here,
    /// Path and query, as sent.
    pub(super) target: &'a str,
    pub(super) headers: &'a HeaderMap,
}

impl Message<'_> {
    /// Whether the request carries a body that must be signed.
    pub(super) fn needs_digest(&self) -> bool {
        !matches!(*self.method, Method::GET | Method::HEAD)
    }

    /// Writes the value of a header: all its lines, trimmed and joined by a comma (RFC 9421 §2.1, cavage §2.3).
    pub(super) fn write_field(&self, name: &str, out: &mut Vec<u8>) -> Result<(), SignatureError> {
        if name == "host" {
            out.extend_from_slice(self.here.authority.as_bytes());
            return Ok(());
        }
        let mut lines = self.headers.get_all(name).iter();
        out.extend_from_slice(lines.next().ok_or(SignatureError::UnknownComponent)?.as_bytes().trim_ascii());
        for line in lines {
            out.extend_from_slice(b", ");
            out.extend_from_slice(line.as_bytes().trim_ascii());
        }
        Ok(())
    }
}

/// The value of a header that may be there once; `name` in lower case, `shown` as people write it.
pub(super) fn single<'a>(headers: &'a HeaderMap, name: &str, shown: &'static str) -> Result<Option<&'a str>, SignatureError> {
    let mut lines = headers.get_all(name).iter();
    let Some(first) = lines.next() else { return Ok(None) };
    if lines.next().is_some() {
        return Err(SignatureError::Repeated(shown));
    }
    first.to_str().map(Some).map_err(|_| SignatureError::Unreadable(shown))
}

/// Refuses a time too far from `now`, before or after.
pub(super) fn check_window(at: i64, now: DateTime<Utc>) -> Result<(), SignatureError> {
    let skew = now.timestamp().checked_sub(at).and_then(i64::checked_abs);
    if skew.is_some_and(|skew| skew <= SKEW_SECONDS_MAX) { Ok(()) } else { Err(SignatureError::OutsideWindow) }
}

/// Refuses what ended before `now`; `expires` in Unix seconds.
pub(super) fn check_expiry(expires: Option<i64>, now: DateTime<Utc>) -> Result<(), SignatureError> {
    if expires.is_some_and(|end| end < now.timestamp()) { Err(SignatureError::Expired) } else { Ok(()) }
}

/// The Unix seconds of a `Date` header.
pub(super) fn read_date(value: &str) -> Result<i64, SignatureError> {
    let date = NaiveDateTime::parse_from_str(value.trim(), HTTP_DATE).map_err(|_| SignatureError::BadDate)?;
    Ok(date.and_utc().timestamp())
}

/// A `Date` header.
pub(super) fn write_date(now: DateTime<Utc>) -> String {
    now.format(HTTP_DATE).to_string()
}

/// A header value of our own making.
pub(super) fn header_value(text: &str) -> anyhow::Result<HeaderValue> {
    Ok(HeaderValue::from_str(text)?)
}
