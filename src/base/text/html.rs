//! HTML of other servers, made safe to show.
//!
//! Invariant: the output of [`sanitise`] holds only elements and attributes of the lists below,
//! links only to harmless schemes, and no more than `OUTPUT_BYTES_MAX` bytes; nothing is ever
//! rendered from remote HTML that did not pass here. Source of the list: Mastodon's
//! `Sanitize::Config::MASTODON_STRICT` (lib/sanitize_ext); S72, S82.

use super::{limits::HTML_BYTES_MAX, limits::cut_bytes, link::escape_into, parse_cost, plain};
use ammonia::{Builder, UrlRelative};
use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

/// Most bytes that come out of [`sanitise`].
pub const OUTPUT_BYTES_MAX: usize = 4 * HTML_BYTES_MAX;
/// Elements that stay. Headings are then turned into bold paragraphs, as Mastodon does.
const ELEMENTS: [&str; 27] = [
    "p",
    "br",
    "span",
    "a",
    "del",
    "s",
    "pre",
    "code",
    "em",
    "strong",
    "b",
    "i",
    "u",
    "blockquote",
    "ul",
    "ol",
    "li",
    "ruby",
    "rt",
    "rp",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
];
/// Elements that go together with what is in them.
const WITH_CONTENT: [&str; 14] = [
    "script", "style", "svg", "math", "iframe", "object", "embed", "template", "noscript", "textarea", "select", "title", "noembed",
    "noframes",
];
/// Schemes a link may have (Mastodon's `LINK_PROTOCOLS`, without `dat`-like ones that nobody opens, with `mailto`).
const SCHEMES: [&str; 9] = ["http", "https", "gemini", "gopher", "ipfs", "ipns", "magnet", "mailto", "xmpp"];
/// What every link says about itself.
pub const LINK_REL: &str = "nofollow noopener noreferrer";

static REMOTE: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = builder();
    builder.link_rel(Some(LINK_REL));
    builder
});

/// For what our own composer made: keeps `rel="tag"` on hashtags.
static LOCAL: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = builder();
    builder.link_rel(None);
    builder.add_tag_attributes("a", ["rel"]);
    builder
});

/// Makes HTML of another server safe to show. Reads at most `HTML_BYTES_MAX` bytes; what would be
/// too much work to parse is kept as plain text. Takes time linear in its input.
pub fn sanitise(html: &str) -> String {
    clean(&REMOTE, html)
}

/// Text as HTML that shows it, fit for content and for attribute values in double quotes (S84).
pub fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 8);
    escape_into(&mut html, text);
    html
}

/// As [`sanitise`], for HTML that our own composer rendered.
pub(super) fn sanitise_own(html: &str) -> String {
    clean(&LOCAL, html)
}

/// The text of some HTML, for notifications, search and titles. See [`plain::to_plain`].
pub fn to_plain(html: &str) -> String {
    plain::to_plain(html)
}

/// The first line with something in it, at most `chars` characters (with `…` if cut).
pub fn first_line(html: &str, chars: usize) -> String {
    plain::first_line(html, chars)
}

fn clean(builder: &Builder<'static>, html: &str) -> String {
    let html = cut_bytes(html, HTML_BYTES_MAX);
    if let Some(clean) = parsed(builder, html) {
        return clean;
    }
    let mut text = String::from("<p>");
    for line in to_plain(html).lines() {
        if text.len() > "<p>".len() {
            text.push_str("<br>");
        }
        if text.len() > OUTPUT_BYTES_MAX / 2 {
            break;
        }
        escape_into(&mut text, cut_bytes(line, HTML_BYTES_MAX / 2));
    }
    text.push_str("</p>");
    text
}

/// As elements, if that is neither too much work nor too long. What is written is what a browser reads: once more it comes
/// out the same.
fn parsed(builder: &Builder<'static>, html: &str) -> Option<String> {
    let clean = |html: &str| parse_cost::affordable(html).then(|| builder.clean(html).to_string());
    let fits = |clean: &String| clean.len() <= OUTPUT_BYTES_MAX;
    let cleaned = clean(html).filter(fits)?;
    if !cleaned.contains("<h") {
        return Some(cleaned);
    }
    // a paragraph holds less than a heading may: its inside is put right by the parser
    clean(&headings_to_bold(cleaned)).filter(fits)
}

/// The parser's output spells tags in one way only, so their names can be exchanged in the text.
fn headings_to_bold(html: String) -> String {
    ('1'..='6')
        .fold(html, |html, level| html.replace(&format!("<h{level}>"), "<p><strong>").replace(&format!("</h{level}>"), "</strong></p>"))
}

fn builder() -> Builder<'static> {
    let mut builder = Builder::empty();
    builder
        .tags(HashSet::from(ELEMENTS))
        .clean_content_tags(HashSet::from(WITH_CONTENT))
        .generic_attributes(HashSet::new())
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href", "class", "translate"])),
            ("p", HashSet::from(["class"])),
            ("span", HashSet::from(["class", "translate"])),
            ("ol", HashSet::from(["start", "reversed"])),
            ("li", HashSet::from(["value"])),
        ]))
        .set_tag_attribute_value("a", "target", "_blank")
        .url_schemes(HashSet::from(SCHEMES))
        .url_relative(UrlRelative::Deny)
        .strip_comments(true)
        .attribute_filter(attribute);
    builder
}

/// What stays of an attribute that is allowed where it stands.
fn attribute<'v>(element: &str, name: &str, value: &'v str) -> Option<Cow<'v, str>> {
    let value = value.trim();
    let kept = match name {
        // of a paragraph only what clients hide where they show the quote itself
        "class" if element == "p" => value == "quote-inline",
        "class" => return classes(value),
        "href" => !value.chars().any(char::is_control),
        "translate" => value == "no",
        "start" | "value" => value.len() < 8 && value.parse::<i32>().is_ok(),
        "reversed" => return Some(Cow::Borrowed("reversed")),
        "rel" => value == LINK_REL || value == "tag",
        "target" => value == "_blank",
        _ => false,
    };
    kept.then_some(Cow::Borrowed(value))
}

/// Keeps microformat classes and those that Mastodon's clients know, with nothing in them or between them that is not seen.
fn classes(value: &str) -> Option<Cow<'_, str>> {
    let known = |class: &str| {
        matches!(class, "mention" | "hashtag" | "ellipsis" | "invisible" | "quote-inline")
            || ["h-", "p-", "u-", "dt-", "e-"].iter().any(|prefix| class.starts_with(prefix))
    };
    let known = |class: &str| known(class) && !class.contains(char::is_control);
    if !value.contains(char::is_control) && value.split_ascii_whitespace().all(known) {
        return (!value.is_empty()).then_some(Cow::Borrowed(value));
    }
    let kept: Vec<&str> = value.split_ascii_whitespace().filter(|class| known(class)).collect();
    (!kept.is_empty()).then(|| Cow::Owned(kept.join(" ")))
}

#[cfg(test)]
#[path = "html_tests.rs"]
mod tests;
