//! Custom emoji as clients get them: through this node, as avatars and media are (S91, S136).
//!
//! Source: docs.joinmastodon.org/entities/CustomEmoji.

use crate::{
    app::{App, links::Sight},
    store::tables::Emoji,
};
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
pub fn shown(app: &App, emojis: &[Emoji]) -> Vec<Shown> {
    let one = |emoji: &Emoji| {
        let url = app.shown_url(&emoji.url, Sight::Everybody);
        Shown { shortcode: emoji.shortcode.clone(), static_url: url.clone(), url, visible_in_picker: false }
    };
    emojis.iter().map(one).collect()
}
