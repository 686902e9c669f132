//! The pieces of HTML that a composed post is made of: escaped text and three kinds of links.
//!
//! Shapes are Mastodon's (`TextFormatter`, `ActivityPub` h-cards), since clients look for them.

use super::{
    handle,
    html::LINK_REL,
    scan::{Mention, Tag},
};

/// Who a mention leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The page to show, http or https.
    pub href: String,
    /// `name` or `name@host`, as shown to readers.
    pub acct: String,
}

/// Characters of an address that are shown; at least its host is always whole (S44).
const SHOWN_CHARS: usize = 30;

/// Appends `text` with the five characters escaped that mean something in HTML.
pub(super) fn escape_into(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
}

/// Opens a link to `href`, which must be http or https or mailto.
pub(super) fn open_into(out: &mut String, href: &str) {
    out.push_str("<a href=\"");
    escape_into(out, href);
    out.push_str("\" rel=\"");
    out.push_str(LINK_REL);
    out.push_str("\" target=\"_blank\">");
}

/// A web address, its scheme and its long end hidden; gives back where it leads.
/// The host is shown whole, as punycode where its letters could imitate others (S41), and so is
/// a user name in front of it (S44).
pub(super) fn url_into(out: &mut String, typed: &str) -> Option<String> {
    let href = url::Url::parse(typed).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let typed_host = typed.split_once("://")?.1.split(['/', '?', '#']).next()?;
    let shown = if handle::looks_honest(typed_host) { typed } else { href.as_str() };
    let scheme = shown.find("://").map_or(0, |at| at + 3);
    let www = if shown.get(scheme..).is_some_and(|rest| rest.starts_with("www.")) { 4 } else { 0 };
    let (hidden, rest) = shown.split_at_checked(scheme + www)?;
    let authority = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let by_count = rest.char_indices().nth(SHOWN_CHARS).map_or(rest.len(), |(at, _)| at);
    let (visible, cut) = rest.split_at_checked(authority.max(by_count))?;

    open_into(out, href.as_str());
    let class = if cut.is_empty() { "" } else { "ellipsis" };
    for (class, text) in [("invisible", hidden), (class, visible), ("invisible", cut)] {
        out.push_str("<span class=\"");
        out.push_str(class);
        out.push_str("\">");
        escape_into(out, text);
        out.push_str("</span>");
    }
    out.push_str("</a>");
    Some(href.into())
}

/// A mention. `whole` shows the host too, where two of the same name are mentioned.
pub(super) fn mention_into(out: &mut String, mention: &Mention, link: &Link, whole: bool) {
    out.push_str("<span class=\"h-card\" translate=\"no\"><a href=\"");
    escape_into(out, &link.href);
    out.push_str("\" class=\"u-url mention\" rel=\"");
    out.push_str(LINK_REL);
    out.push_str("\" target=\"_blank\">@<span>");
    escape_into(out, if whole { &link.acct } else { &mention.name });
    out.push_str("</span></a></span>");
}

/// A hashtag.
pub(super) fn tag_into(out: &mut String, tag: &Tag, href: &str) {
    out.push_str("<a href=\"");
    escape_into(out, href);
    out.push_str("\" class=\"mention hashtag\" rel=\"tag\" target=\"_blank\">#<span>");
    escape_into(out, &tag.name);
    out.push_str("</span></a>");
}

/// Whether an address may stand in a link that we make.
pub(super) fn is_web(href: &str) -> bool {
    let plain = !href.chars().any(|c| c.is_control() || c.is_whitespace());
    plain && ["https://", "http://"].iter().any(|scheme| href.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}
