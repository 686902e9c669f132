//! A file as an answer: whole, a part of it (RFC 9110 §14), or nothing when whoever asks has it.

use super::guarded;
use crate::{base::error::Result, store::files::Stored};
use anyhow::Context;
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

/// What is for everybody: its address names its bytes for ever. A deletion counts everywhere after a day.
const KEPT_BY_ALL: HeaderValue = HeaderValue::from_static("public, max-age=86400, immutable");
/// What is for one reader.
const KEPT_BY_NONE: HeaderValue = HeaderValue::from_static("private, no-store");

/// A file that may be had.
pub struct Shown<'a> {
    /// The file.
    pub file: &'a Stored,
    /// Its MIME type.
    pub media_type: &'static str,
    /// What names its bytes, for the tag.
    pub name: &'a str,
    /// Whether it is for everybody.
    pub is_for_all: bool,
}

/// The part of a file that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Whole,
    /// From, and how many.
    Some(u64, u64),
    /// None of it is there, of so many bytes: 416.
    Outside(u64),
}

/// Answers with a file.
pub async fn answer(shown: Shown<'_>, asked: &HeaderMap) -> Result<Response> {
    let tag = HeaderValue::try_from(format!("\"{}\"", shown.name)).context("a name is fit for a header")?;
    let kept = if shown.is_for_all { KEPT_BY_ALL } else { KEPT_BY_NONE };
    let about = [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, kept), (header::ACCEPT_RANGES, HeaderValue::from_static("bytes"))];
    let names = |name: header::HeaderName| asked.get(name).and_then(|value| value.to_str().ok());
    let has_tag =
        |list: &str| list.split(',').any(|one| one.trim().trim_start_matches("W/").as_bytes() == tag.as_bytes() || one.trim() == "*");
    if names(header::IF_NONE_MATCH).is_some_and(has_tag) {
        return Ok(guarded((StatusCode::NOT_MODIFIED, about).into_response()));
    }
    let is_same = names(header::IF_RANGE).is_none_or(|held| held.as_bytes() == tag.as_bytes());
    let part = match names(header::RANGE).filter(|_| is_same) {
        Some(range) => part(range, shown.file.bytes().await?),
        None => Part::Whole,
    };
    let (status, from, read) = match part {
        Part::Whole => (StatusCode::OK, 0, shown.file.read(None).await?),
        Part::Some(from, length) => (StatusCode::PARTIAL_CONTENT, from, shown.file.read(Some((from, length))).await?),
        Part::Outside(bytes) => {
            let range = [(header::CONTENT_RANGE, format!("bytes */{bytes}"))];
            return Ok(guarded((StatusCode::RANGE_NOT_SATISFIABLE, about, range).into_response()));
        }
    };
    let (length, bytes) = (read.length, read.bytes);
    let mut response = (status, about, [(header::CONTENT_TYPE, shown.media_type)], Body::from_stream(read.pieces)).into_response();
    response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {from}-{}/{bytes}", from + length - 1);
        response.headers_mut().insert(header::CONTENT_RANGE, HeaderValue::try_from(range).context("numbers are fit for a header")?);
    }
    Ok(guarded(response))
}

/// What `range` asks for of so many bytes. Several parts at once are answered with the whole, as is what cannot be read.
fn part(range: &str, bytes: u64) -> Part {
    let Some((first, last)) = range.strip_prefix("bytes=").and_then(|range| range.trim().split_once('-')) else { return Part::Whole };
    let number = |text: &str| text.trim().parse::<u64>();
    match (first.trim(), last.trim()) {
        ("", last) => match number(last) {
            Ok(0) => Part::Outside(bytes),
            Ok(length) if bytes > 0 => Part::Some(bytes.saturating_sub(length), length.min(bytes)),
            Ok(_) => Part::Outside(bytes),
            Err(_) => Part::Whole,
        },
        (first, last) => {
            let Ok(first) = number(first) else { return Part::Whole };
            let last = if last.is_empty() { Ok(u64::MAX) } else { number(last) };
            match last {
                Ok(last) if last < first => Part::Whole,
                Ok(_) if first >= bytes => Part::Outside(bytes),
                Ok(last) => Part::Some(first, last.min(bytes - 1) - first + 1),
                Err(_) => Part::Whole,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_part_is_read_as_the_standard_says() {
        for (range, wanted) in [
            ("bytes=0-499", Part::Some(0, 500)),
            ("bytes=500-", Part::Some(500, 500)),
            ("bytes=-100", Part::Some(900, 100)),
            ("bytes=-5000", Part::Some(0, 1000)),
            ("bytes=999-5000", Part::Some(999, 1)),
            ("bytes=1000-", Part::Outside(1000)),
            ("bytes=-0", Part::Outside(1000)),
            ("bytes=9-3", Part::Whole),
            ("bytes=0-1,5-6", Part::Whole),
            ("lines=1-2", Part::Whole),
            ("bytes=a-b", Part::Whole),
            ("bytes=18446744073709551616-", Part::Whole),
        ] {
            assert_eq!(part(range, 1000), wanted, "{range}");
        }
        assert_eq!(part("bytes=0-0", 0), Part::Outside(0));
    }

    proptest! {
        #[test]
        fn a_part_never_lies_outside_its_file(first in any::<Option<u64>>(), last in any::<Option<u64>>(), bytes in 0..10_000_u64) {
            let text = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
            if let Part::Some(from, length) = part(&format!("bytes={}-{}", text(first), text(last)), bytes) {
                prop_assert!(length > 0 && from + length <= bytes);
            }
        }
    }
}
