//! How long and how many: one constant for every field that people or other servers fill.
//!
//! Units are in the names: `CHARS` are Unicode scalar values, `BYTES` bytes of UTF-8, the rest counts.
//! `*_REMOTE` bounds hold for what other servers send; they are wider, since it was not typed here.
//! Source: S73, Mastodon's `StatusLengthValidator` and its `configuration.statuses`.

use super::scan::{What, scan};

/// What every web address counts in a post, however long it is.
pub const URL_COUNTS_CHARS: usize = 23;
/// The title of a post.
pub const TITLE_CHARS_MAX: usize = 200;
/// The content warning of a post.
pub const SPOILER_CHARS_MAX: usize = 500;
/// Different people or communities mentioned in one post (S73).
pub const MENTIONS_MAX: usize = 50;
/// Different hashtags in one post (S73).
pub const TAGS_MAX: usize = 64;
/// One hashtag.
pub const TAG_CHARS_MAX: usize = 100;
/// Files kept of a post of another server.
pub const ATTACHMENTS_MAX_REMOTE: usize = 16;
/// Custom emoji kept of a post or profile of another server.
pub const EMOJIS_MAX_REMOTE: usize = 64;
/// Description of an attached file.
pub const ALT_TEXT_CHARS_MAX: usize = 1500;

/// User name of this node: `[a-z0-9_]`.
pub const LOCAL_NAME_CHARS_MAX: usize = 30;
/// User name of any server.
pub const NAME_BYTES_MAX: usize = 64;
/// Host without port: DNS allows 253.
pub const HOST_BYTES_MAX: usize = 253;
/// Web address in a post or document.
pub const URL_BYTES_MAX: usize = 2048;
/// Display name of a person or community.
pub const DISPLAY_NAME_CHARS_MAX: usize = 100;
/// About a person.
pub const BIO_CHARS_MAX: usize = 500;
/// Lines of a profile table.
pub const PROFILE_FIELDS_MAX: usize = 4;
/// Lines kept of a profile of another server.
pub const PROFILE_FIELDS_MAX_REMOTE: usize = 16;
/// Name or value of a line of a profile table.
pub const PROFILE_FIELD_CHARS_MAX: usize = 255;

/// Title of a community.
pub const COMMUNITY_TITLE_CHARS_MAX: usize = 100;
/// Purpose of a community.
pub const PURPOSE_CHARS_MAX: usize = 500;
/// What a community asks those who want to join, and each answer.
pub const QUESTION_CHARS_MAX: usize = 500;
/// Reason or comment: report, removal, join, invitation, note about somebody.
pub const REASON_CHARS_MAX: usize = 1000;
/// A search query.
pub const QUERY_CHARS_MAX: usize = 500;

/// HTML of another server, read by the sanitiser; what is beyond is cut off before parsing.
pub const HTML_BYTES_MAX: usize = 100_000;
/// A source text, read by the composer; what is beyond is cut off. Far above `limits.status_characters`.
pub const SOURCE_BYTES_MAX: usize = 100_000;

/// Characters of a post as Mastodon counts them: every web address as [`URL_COUNTS_CHARS`], a
/// mention without its host. Add the content warning's own count; both share `limits.status_characters`.
/// Deviation: Mastodon counts grapheme clusters, we count scalar values, so a family emoji counts
/// more here; the total is never lower than Mastodon's.
pub fn count_chars(source: &str) -> usize {
    let count = |piece: &super::scan::Piece| match &piece.what {
        What::Url => URL_COUNTS_CHARS,
        What::Mention(mention) => 1 + mention.name.len(),
        What::Tag(_) | What::Text => piece.text.chars().count(),
    };
    scan(source).pieces.iter().map(count).sum()
}

/// `text` cut to at most `bytes` bytes, at a character boundary.
pub fn cut_bytes(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or(text)
}

/// `text` cut to at most `chars` characters.
pub fn cut_chars(text: &str, chars: usize) -> &str {
    text.char_indices().nth(chars).and_then(|(at, _)| text.get(..at)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_address_counts_23_and_a_mention_without_its_host() {
        assert_eq!(count_chars("see https://example.com/a/very/long/path?with=everything"), 4 + 23);
        assert_eq!(count_chars("@ada@garden.example hi"), "@ada hi".len());
        assert_eq!(count_chars("größe #größe"), 12);
    }

    proptest! {
        #[test]
        fn cutting_never_exceeds_its_bound(text in "\\PC{0,40}", n in 0usize..50) {
            prop_assert!(cut_bytes(&text, n).len() <= n);
            prop_assert!(cut_chars(&text, n).chars().count() <= n);
            prop_assert!(text.starts_with(cut_chars(&text, n)));
        }
    }
}
