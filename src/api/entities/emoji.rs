//! Custom emoji as clients get them: at their origin, as avatars and media are.
//!
//! Source: docs.joinmastodon.org/entities/CustomEmoji.

use crate::store::tables::Emoji;
use serde::Serialize;

/// The Mastodon API's CustomEmoji.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of docs.joinmastodon.org/entities/CustomEmoji")]
pub struct Shown {
    pub shortcode: String,
    pub url: String,
    pub static_url: String,
    pub visible_in_picker: bool,
}

/// Emoji of a post or profile.
pub fn shown(emojis: &[Emoji]) -> Vec<Shown> {
    let one = |emoji: &Emoji| Shown {
        shortcode: emoji.shortcode.clone(),
        url: emoji.url.clone(),
        static_url: emoji.url.clone(),
        visible_in_picker: false,
    };
    emojis.iter().map(one).collect()
}
