//! What a post of ours quotes, on the wire.

use crate::{
    base::{origin::Origin, text::html::escape},
    store::tables::Post,
};
use serde::Serialize;

/// What it quotes, in the words of FEP-044f and those before it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Quoting {
    quote: String,
    quote_uri: String,
    #[serde(rename = "_misskey_quote")]
    misskey_quote: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    quote_authorization: Option<String>,
}

impl Quoting {
    /// The quote of `post`, if it quotes; `stamp` (as stored) is what lets it.
    pub fn of(origin: &Origin, post: &Post, stamp: Option<&str>) -> Option<Self> {
        let quoted = Some(origin.absolute(&post.quote_uri)).filter(|_| !post.quote_uri.is_empty())?;
        let quote_authorization = stamp.map(|stamp| origin.absolute(stamp));
        Some(Self { quote: quoted.clone(), quote_uri: quoted.clone(), misskey_quote: quoted, quote_authorization })
    }

    /// The words under a link to what is quoted, which software that shows quotes hides (Mastodon's class).
    pub fn above(&self, content: &str) -> String {
        let link = escape(&self.quote);
        format!("<p class=\"quote-inline\">RE: <a href=\"{link}\">{link}</a></p>{content}")
    }
}
