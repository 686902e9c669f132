//! The words of a post from elsewhere: content, title, warning, language.
//!
//! Kinds that are no notes (pages, articles, videos, events …) are shown as posts too: their title stands apart, a summary is
//! what they are about and no warning, and where nothing says it in words, when and where, or the page itself, is said.
//! Everything is bounded and safe HTML or plain text when it leaves here.

use super::{Fields, event, tagged};
use crate::base::{
    host,
    text::{
        compose::{Format, compose},
        html, limits, names,
    },
};
use serde_json::Value;

/// Longest language tag.
const LANGUAGE_MAX: usize = 16;

/// Whether a kind of post is something else than a note, which the rest of the fediverse shows by its title and a link.
pub fn is_converted(kind: &str) -> bool {
    !matches!(kind, "Note" | "Question" | "ChatMessage")
}

/// The title; empty for none.
pub fn title(fields: Fields<'_>) -> String {
    names::display_name(&html::to_plain(limits::cut_bytes(said(fields, "name").0, 8 * limits::TITLE_CHARS_MAX)), limits::TITLE_CHARS_MAX)
}

/// The content warning; empty for none. The summary of an article or a video is none unless it calls itself sensitive.
pub fn spoiler(fields: Fields<'_>, kind: &str) -> String {
    if is_converted(kind) && fields.flag("sensitive") != Some(true) {
        return String::new();
    }
    let warning = html::to_plain(limits::cut_bytes(said(fields, "summary").0, 8 * limits::SPOILER_CHARS_MAX));
    names::display_name(&warning, limits::SPOILER_CHARS_MAX)
}

/// The content as safe HTML. `page` is where people read it.
pub fn content(fields: Fields<'_>, (kind, page): (&str, &str)) -> String {
    let mut content = rendered(fields, said(fields, "content").0);
    if content.is_empty() && is_converted(kind) {
        content = html::sanitise(said(fields, "summary").0);
    }
    if kind == "Event"
        && let Some(lead) = event::lead(fields)
    {
        content.insert_str(0, &html::sanitise(&lead));
    }
    // Lemmy's link posts have their link as an attachment
    let links = fields.list("attachment").filter_map(Fields::of).filter(|link| link.kind() == "Link" && !is_medium(*link));
    let link =
        links.filter_map(|link| link.text("href")).find(|link| host::parse(link).is_some() && !content.contains(&html::escape(link)));
    if let Some(link) = link {
        push_link(&mut content, link);
    }
    if is_converted(kind) && title(fields).is_empty() && !content.contains(&html::escape(page)) {
        push_link(&mut content, page);
    }
    if let Some(quoted) = tagged::quote(fields)
        && !content.contains(&html::escape(quoted))
        && !content.contains("quote-inline")
    {
        let link = html::escape(quoted);
        content.push_str(&html::sanitise(&format!("<p class=\"quote-inline\">RE: <a href=\"{link}\">{link}</a></p>")));
    }
    content
}

/// The language of the words that are shown (BCP 47); empty when unknown.
pub fn language(fields: Fields<'_>) -> String {
    let (_, of_map) = said(fields, "content");
    let of_map = of_map.or_else(|| said(fields, "name").1);
    let named = || fields.object("language").and_then(|language| language.text("identifier")).or_else(|| fields.text("language"));
    let of_context = || fields.list("@context").filter_map(Fields::of).find_map(|context| context.text("@language"));
    let tag = of_map.or_else(named).or_else(|| fields.text("inLanguage")).or_else(of_context).unwrap_or_default();
    let is_good = tag.len() <= LANGUAGE_MAX && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') && tag != "und";
    if is_good { tag.to_owned() } else { String::new() }
}

/// What is said under a name, or else in its map of languages; with the language, where the map tells it.
fn said<'a>(fields: Fields<'a>, name: &str) -> (&'a str, Option<&'a str>) {
    let map = fields.value(&format!("{name}Map")).and_then(Value::as_object);
    let entries = || map.into_iter().flatten().filter_map(|(tag, text)| Some((tag.as_str(), text.as_str()?)));
    let is_alone = map.is_some_and(|map| map.len() == 1);
    match fields.text(name) {
        Some(text) => {
            let same = entries().find(|(_, other)| *other == text).or_else(|| entries().next().filter(|_| is_alone));
            (text, same.map(|(tag, _)| tag))
        }
        None => entries().next().map_or(("", None), |(tag, text)| (text, Some(tag))),
    }
}

/// Words as HTML, by their media type. Mentions and tags in what is not HTML stay text: nobody says whom they mean.
fn rendered(fields: Fields<'_>, text: &str) -> String {
    let format = match fields.text("mediaType").map(|kind| kind.split(';').next().unwrap_or_default().trim()) {
        None | Some("text/html") => return html::sanitise(text),
        Some("text/markdown" | "text/x-markdown") => Format::Markdown,
        Some(kind) if kind.starts_with("text/") => Format::Plain,
        Some(_) => return html::sanitise(text),
    };
    let text = limits::cut_bytes(text, limits::HTML_BYTES_MAX);
    html::sanitise(&compose(text, format, &|_| None, &|_| String::new()).html)
}

/// Whether a link leads to a picture or the like, which is shown and not linked.
fn is_medium(link: Fields<'_>) -> bool {
    link.text("mediaType").is_some_and(|kind| ["image/", "video/", "audio/"].iter().any(|start| kind.starts_with(start)))
}

fn push_link(content: &mut String, link: &str) {
    let link = html::escape(link);
    content.push_str(&html::sanitise(&format!("<p><a href=\"{link}\">{link}</a></p>")));
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn content_of(object: &Value) -> String {
        let fields = Fields::of(object).unwrap();
        content(fields, (fields.kind(), "https://p.test/page"))
    }

    #[test]
    fn markdown_and_plain_text_become_safe_html() {
        let video = json!({"type": "Note", "mediaType": "text/markdown", "content": "**bold** <script>alert(1)</script> #tag"});
        let html = content_of(&video);
        assert!(html.contains("<strong>bold</strong>") && !html.contains("<script") && html.contains("#"), "{html}");
        let plain = content_of(&json!({"type": "Note", "mediaType": "text/plain", "content": "one\ntwo <b>"}));
        assert_eq!(plain, "<p>one<br>two &lt;b&gt;</p>");
    }

    #[test]
    fn words_are_found_in_the_map_and_so_is_their_language() {
        let said = json!({"type": "Note", "contentMap": {"de": "<p>hallo</p>"}, "language": "en"});
        let fields = Fields::of(&said).unwrap();
        assert_eq!((content_of(&said).as_str(), language(fields).as_str()), ("<p>hallo</p>", "de"));
        let two = json!({"type": "Note", "content": "hi", "contentMap": {"de": "hallo", "en": "hi"}});
        assert_eq!(language(Fields::of(&two).unwrap()), "en");
        for (name, value) in
            [("language", json!({"identifier": "fr"})), ("inLanguage", json!("fr")), ("@context", json!(["x", {"@language": "fr"}]))]
        {
            let mut note = json!({"type": "Note", "content": "x"});
            note[name] = value;
            assert_eq!(language(Fields::of(&note).unwrap()), "fr", "{name}");
        }
        assert_eq!(language(Fields::of(&json!({"language": "und"})).unwrap()), "");
        assert_eq!(language(Fields::of(&json!({"language": "<script>"})).unwrap()), "");
    }

    #[test]
    fn the_summary_of_an_article_is_no_warning_unless_it_is_sensitive() {
        let article = json!({"type": "Article", "name": "T", "summary": "<p>what it is about</p>"});
        assert_eq!(spoiler(Fields::of(&article).unwrap(), "Article"), "");
        assert_eq!(content_of(&article), "<p>what it is about</p>");
        let hidden = json!({"type": "Page", "name": "T", "summary": "blood", "sensitive": true, "content": "x"});
        assert_eq!(spoiler(Fields::of(&hidden).unwrap(), "Page"), "blood");
        assert_eq!(spoiler(Fields::of(&json!({"summary": "a <b>warning</b>"})).unwrap(), "Note"), "a warning");
    }

    #[test]
    fn what_has_no_title_is_linked_and_so_is_what_it_quotes() {
        assert!(content_of(&json!({"type": "Audio", "content": "x"})).contains("href=\"https://p.test/page\""));
        let titled = content_of(&json!({"type": "Audio", "content": "x", "name": "Song"}));
        assert!(!titled.contains("https://p.test/page"), "{titled}");
        let quoting = content_of(&json!({"type": "Note", "content": "look", "quoteUrl": "https://q.test/n/1"}));
        assert!(quoting.contains("class=\"quote-inline\"") && quoting.contains("href=\"https://q.test/n/1\""), "{quoting}");
        let linked =
            content_of(&json!({"type": "Note", "content": "RE: <a href=\"https://q.test/n/1\">x</a>", "quoteUrl": "https://q.test/n/1"}));
        assert!(!linked.contains("quote-inline"), "{linked}");
    }
}
