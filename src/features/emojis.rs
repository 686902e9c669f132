//! Custom emoji of this node: small pictures that stand for a word between colons.
//!
//! Administrators put them here. They are kept in the database and served from a path of their own; what a
//! picture is, its bytes say (S85, S86).

use crate::{
    base::{
        error::{Refusal, Result},
        sentence::said,
        text::emoji::shortcodes,
    },
    sql,
    store::{Insert, Source, Tx, audit::Entry, list, tables},
};
use sea_orm::FromQueryResult;

/// Largest picture, in bytes (Mastodon's bound).
pub const BYTES_MAX: usize = 256 * 1024;
/// Most emoji of one node.
pub const EMOJIS_MAX: i64 = 2000;
/// Longest shortcode and longest category, in characters.
const SHORTCODE_CHARS_MAX: usize = 64;
const CATEGORY_CHARS_MAX: usize = 100;

/// An emoji without its picture.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Emoji {
    /// Letters, digits and underscores.
    pub shortcode: String,
    /// Under which heading pickers show it; '' for none.
    pub category: String,
    /// Type of the picture.
    pub media_type: String,
}

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Picture {
    /// Its type.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What a picture is by its first bytes: PNG, GIF or WebP; nothing that could hold a script.
fn kind(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("image/png"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

/// The type of a small picture of this node, given as `field`. Refused for what is none, and for one that is too large.
pub fn checked(bytes: &[u8], field: &'static str) -> Result<&'static str, Refusal> {
    if bytes.len() > BYTES_MAX {
        return Err(Refusal::invalid(field, "must not be larger than 256 KiB"));
    }
    kind(bytes).ok_or_else(|| Refusal::invalid(field, "must be a PNG, GIF or WebP picture"))
}

/// Keeps an emoji, in place of one with the same shortcode. One entry in the audit log.
pub async fn put(tx: &Tx, shortcode: &str, category: &str, bytes: Vec<u8>) -> Result<Emoji> {
    let is_code = shortcode.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if !is_code || shortcode.is_empty() || shortcode.len() > SHORTCODE_CHARS_MAX {
        return Err(Refusal::invalid("shortcode", said!("must be letters, digits and _, at most {max}", max = SHORTCODE_CHARS_MAX)).into());
    }
    if category.chars().count() > CATEGORY_CHARS_MAX {
        return Err(Refusal::invalid("category", said!("must not be longer than {max} characters", max = CATEGORY_CHARS_MAX)).into());
    }
    let media_type = checked(&bytes, "image")?;
    let others: i64 = sql!("SELECT COUNT(*) FROM emojis WHERE shortcode <> {}", shortcode).value(tx).await?.unwrap_or_default();
    if others >= EMOJIS_MAX {
        return Err(Refusal::invalid("shortcode", said!("is one too many: {max} are kept", max = EMOJIS_MAX)).into());
    }
    Insert::into("emojis")
        .set("shortcode", shortcode)
        .set("category", category)
        .set("media_type", media_type)
        .set("bytes", bytes)
        .set("created_at", tx.now)
        .on_conflict(
            "ON CONFLICT (shortcode) DO UPDATE SET category = excluded.category, media_type = excluded.media_type, \
             bytes = excluded.bytes, created_at = excluded.created_at",
        )
        .run(tx)
        .await?;
    tx.audit(Entry::of("emoji.add", shortcode));
    Ok(Emoji { shortcode: shortcode.to_owned(), category: category.to_owned(), media_type: media_type.to_owned() })
}

/// Takes an emoji away. One entry in the audit log.
pub async fn remove(tx: &Tx, shortcode: &str) -> Result<()> {
    if sql!("DELETE FROM emojis WHERE shortcode = {}", shortcode).run(tx).await? == 0 {
        return Err(Refusal::not_found().into());
    }
    tx.audit(Entry::of("emoji.remove", shortcode));
    Ok(())
}

/// All emoji, by category and shortcode.
pub async fn all(from: &impl Source) -> Result<Vec<Emoji>> {
    sql!("SELECT shortcode, category, media_type FROM emojis ORDER BY category, shortcode").all(from).await
}

/// Those of these shortcodes that there are.
pub async fn known(from: &impl Source, shortcodes: &[String]) -> Result<Vec<String>> {
    if shortcodes.is_empty() {
        return Ok(Vec::new());
    }
    sql!("SELECT shortcode FROM emojis WHERE shortcode IN {}", list(shortcodes)).column(from).await
}

/// Emoji of this node that stand in these texts, in order, each with the path of its picture: what a post or profile of ours
/// keeps. One statement, and none where there is no shortcode.
pub async fn standing_in(from: &impl Source, texts: &[&str]) -> Result<Vec<tables::Emoji>> {
    let codes = shortcodes(&texts.join("\n"));
    let known = known(from, &codes).await?;
    let picture = |shortcode: String| tables::Emoji { url: format!("/assets/emoji/{shortcode}"), shortcode };
    Ok(codes.into_iter().filter(|code| known.contains(code)).map(picture).collect())
}

/// The picture of an emoji.
pub async fn picture(from: &impl Source, shortcode: &str) -> Result<Option<Picture>> {
    sql!("SELECT media_type, bytes FROM emojis WHERE shortcode = {}", shortcode).one(from).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s086_only_pictures_that_hold_no_script_are_emoji() {
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n\0\0"), Some("image/png"));
        assert_eq!(kind(b"GIF89a\0"), Some("image/gif"));
        assert_eq!(kind(b"RIFF\x10\0\0\0WEBPVP8 "), Some("image/webp"));
        for odd in [&b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], b"<?xml", b"\xff\xd8\xff\xe0", b"", b"GIF88a", b"%PDF", b"PNG"] {
            assert_eq!(kind(odd), None);
        }
    }
}
