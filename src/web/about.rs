//! What a public page says of itself to programs: where it is, its other form, how to preview it.

use crate::{app::App, base::text::plain};

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

impl Head {
    /// Of a page of ours at `path`, which is also the id of a document.
    pub(super) fn at(app: &App, path: &str) -> Self {
        let url = app.origin.absolute(path);
        Self { canonical: url.clone(), document: url, ..Self::default() }
    }
}

/// Safe HTML as the plain words of a preview.
pub(super) fn words(html: &str) -> String {
    plain::first_line(html, PREVIEW_CHARS_MAX)
}
