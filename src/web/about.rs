//! What a public page says of itself to programs: where it is, its other forms, how to preview it.

use crate::{
    app::{App, links::Sight},
    base::{text::plain, words::Audience},
    store::tables::{Account, Attachment, Post},
};

/// Longest description in a preview, in characters.
const PREVIEW_CHARS_MAX: usize = 200;

/// The head of a page that everybody may see.
#[derive(Clone, Debug, Default)]
pub(super) struct Head {
    /// Where the page really is; empty for none.
    pub(super) canonical: String,
    /// The same as an ActivityPub document; empty for none.
    pub(super) document: String,
    /// Kept out of search engines.
    pub(super) noindex: bool,
    /// How it looks where it is shared; none: not at all.
    pub(super) preview: Option<Preview>,
    /// The picture of the preview, where there is one.
    pub(super) picture: Option<Picture>,
    /// What is new there, as a feed (Atom); empty for none.
    pub(super) feed: String,
    /// Where it is told how to show it inside other pages (oEmbed); empty for nowhere.
    pub(super) embed: String,
    /// The next, older page of a list.
    pub(super) next: String,
}

/// OpenGraph (ogp.me).
#[derive(Clone, Debug, Default)]
pub(super) struct Preview {
    pub(super) kind: &'static str,
    pub(super) title: String,
    pub(super) description: String,
    /// RFC 3339; empty for none.
    pub(super) published: String,
}

/// A picture of a preview.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Picture {
    /// With our origin: what is elsewhere comes through our cache (S91).
    pub(super) address: String,
    /// What it shows; may be empty.
    pub(super) description: String,
    /// Shown large, not as a stamp beside the words.
    pub(super) is_large: bool,
}

impl Head {
    /// Of a page of ours at `path`, which is also the id of a document.
    pub(super) fn at(app: &App, path: &str) -> Self {
        let url = app.origin.absolute(path);
        Self { canonical: url.clone(), document: url, ..Self::default() }
    }

    /// What Twitter's words call the form of the preview.
    pub(super) fn card(&self) -> &'static str {
        if self.picture.as_ref().is_some_and(|picture| picture.is_large) { "summary_large_image" } else { "summary" }
    }
}

/// Safe HTML as the plain words of a preview.
pub(super) fn words(html: &str) -> String {
    plain::first_line(html, PREVIEW_CHARS_MAX)
}

/// The feed of the page at `path`.
pub(super) fn feed(app: &App, path: &str) -> String {
    app.origin.absolute(&format!("{path}.atom"))
}

/// Where it is told how to show a post of ours inside other pages; empty for what is not for everybody, and for a post of others,
/// which is not ours to give.
pub(super) fn embed(app: &App, post: &Post) -> String {
    if !post.uri.starts_with('/') || post.audience > Audience::Unlisted {
        return String::new();
    }
    let address: String = url::form_urlencoded::byte_serialize(app.origin.absolute(&post.uri).as_bytes()).collect();
    app.origin.absolute(&format!("/api/oembed?url={address}"))
}

/// The avatar of an account; none where it has none, or where it would be asked for elsewhere.
pub(super) fn avatar(app: &App, of: &Account) -> Option<Picture> {
    Some(Picture { address: shown(app, &of.avatar_url)?, description: of.showing().avatar_description, is_large: false })
}

/// The picture of a public post: its first, unless there is a warning before it, else its author's.
pub(super) fn picture(app: &App, post: &Post, author: Option<&Account>) -> Option<Picture> {
    let warned = post.sensitive || !post.spoiler.is_empty() || author.is_some_and(|author| author.sensitized_at.is_some());
    let files: Vec<Attachment> = if warned { Vec::new() } else { serde_json::from_str(&post.attachments).unwrap_or_default() };
    let first = files.into_iter().find_map(|file| {
        let address = if file.media_type.starts_with("image/") { &file.url } else { &file.preview_url };
        Some(Picture { address: shown(app, address)?, description: file.description, is_large: true })
    });
    first.or_else(|| avatar(app, author?))
}

/// The address at which everybody may have a picture from this node.
fn shown(app: &App, url: &str) -> Option<String> {
    if url.is_empty() {
        return None;
    }
    Some(app.shown_url(url, Sight::Everybody)).filter(|address| app.origin.is_ours(address))
}

/// A picture for a page of ours, as a path, so that it comes from where the page was asked for; empty for none.
pub(super) fn path(app: &App, url: &str) -> String {
    shown(app, url).map(|address| app.origin.stored(&address).to_owned()).unwrap_or_default()
}
