//! What somebody here typed, as the HTML that readers everywhere get.
//!
//! Invariant: the HTML passes [`super::html::sanitise`] unchanged in substance; whatever the
//! source holds, it is shown as text or as one of the forms below, never taken as HTML.
//! Source: Mastodon's `TextFormatter`; CommonMark 0.31 for Markdown.

use super::{
    limits::{MENTIONS_MAX, SOURCE_BYTES_MAX, TAGS_MAX, cut_bytes},
    link::{self, escape_into},
    markdown,
    scan::{Mention, Piece, Scan, Tag, What, scan},
};
use std::collections::HashMap;

pub use super::link::Link;

/// How the writer marks up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// As typed: paragraphs and lines.
    #[default]
    Plain,
    /// CommonMark with strike-through; HTML in it is shown, not used.
    Markdown,
}

/// A composed text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Composed {
    /// The HTML.
    pub html: String,
    /// Those mentioned whom `resolve` knew, each once, in order.
    pub mentions: Vec<Mention>,
    /// Hashtags, each key once, in order; the spelling is that of the first.
    pub tags: Vec<Tag>,
    /// Web addresses linked to, each once, in order, normalised.
    pub links: Vec<String>,
    /// More mentions than `MENTIONS_MAX`: the caller should refuse.
    pub too_many_mentions: bool,
    /// More hashtags than `TAGS_MAX`: the caller should refuse.
    pub too_many_tags: bool,
}

/// What to make links of.
#[derive(Clone, Copy)]
struct Linker<'a> {
    /// Who a mention leads to; none when it is nobody known, then it stays text.
    resolve: &'a dyn Fn(&Mention) -> Option<Link>,
    /// The page of a hashtag, by its key.
    hashtag_url: &'a dyn Fn(&str) -> String,
}

/// Composes `source`, of which at most `SOURCE_BYTES_MAX` bytes are read.
/// Each different mention is resolved once.
pub fn compose(source: &str, format: Format, resolve: &dyn Fn(&Mention) -> Option<Link>, hashtag_url: &dyn Fn(&str) -> String) -> Composed {
    let source = cut_bytes(source, SOURCE_BYTES_MAX).replace("\r\n", "\n").replace('\r', "\n");
    let source = source.replace(|c: char| c.is_control() && c != '\n' && c != '\t', "");
    let mut weaver = Weaver::new(&source, Linker { resolve, hashtag_url });
    let rendered = match format {
        Format::Markdown => markdown::render(&source, &mut weaver),
        Format::Plain => None,
    };
    // Markdown that is too much work to read is shown as typed.
    let html = rendered.unwrap_or_else(|| weaver.paragraphs(source.trim()));
    Composed { html, ..weaver.composed }
}

/// Turns scanned text into HTML and remembers what was linked.
pub(super) struct Weaver<'a> {
    linker: Linker<'a>,
    known: HashMap<Mention, Option<Link>>,
    /// How many different people of one name are mentioned.
    namesakes: HashMap<String, usize>,
    composed: Composed,
}

impl<'a> Weaver<'a> {
    fn new(source: &str, linker: Linker<'a>) -> Self {
        let found = scan(source);
        let mut weaver = Self { linker, known: HashMap::new(), namesakes: HashMap::new(), composed: Composed::default() };
        weaver.composed.too_many_mentions = found.too_many_mentions;
        weaver.composed.too_many_tags = found.too_many_tags;
        for piece in found.pieces {
            let What::Mention(mention) = piece.what else { continue };
            if !weaver.known.contains_key(&same(&mention)) {
                let link = (linker.resolve)(&mention).filter(|link| link::is_web(&link.href));
                *weaver.namesakes.entry(mention.name.to_ascii_lowercase()).or_default() += usize::from(link.is_some());
                weaver.known.insert(same(&mention), link);
            }
        }
        weaver
    }

    /// Paragraphs at empty lines, `<br>` at others.
    fn paragraphs(&mut self, source: &str) -> String {
        if source.is_empty() {
            return String::new();
        }
        let mut html = String::with_capacity(source.len() * 2);
        html.push_str("<p>");
        let Scan { pieces, .. } = scan(source);
        for piece in &pieces {
            if !self.linked(piece, &mut html) {
                lines_into(&mut html, piece.text);
            }
        }
        html.push_str("</p>");
        html
    }

    /// The HTML of a stretch of text inside a line.
    pub(super) fn inline(&mut self, text: &str) -> String {
        let mut html = String::with_capacity(text.len() * 2);
        for piece in &scan(text).pieces {
            if !self.linked(piece, &mut html) {
                escape_into(&mut html, piece.text);
            }
        }
        html
    }

    /// Remembers that the text links to `href`.
    pub(super) fn remember_link(&mut self, href: String) {
        if !self.composed.links.contains(&href) {
            self.composed.links.push(href);
        }
    }

    /// Appends the link that a piece stands for; false if it is text.
    fn linked(&mut self, piece: &Piece, html: &mut String) -> bool {
        match &piece.what {
            What::Text => false,
            What::Url => link::url_into(html, piece.text).map(|href| self.remember_link(href)).is_some(),
            What::Mention(mention) => self.mention(mention, html),
            What::Tag(tag) => self.tag(tag, html),
        }
    }

    fn mention(&mut self, mention: &Mention, html: &mut String) -> bool {
        // Markdown's escapes can show a mention that the source did not spell.
        let resolve = self.linker.resolve;
        let known = self.known.entry(same(mention)).or_insert_with(|| resolve(mention).filter(|link| link::is_web(&link.href)));
        let Some(link) = known else { return false };
        let told = self.composed.mentions.iter().any(|known| same(known) == same(mention));
        if !told && self.composed.mentions.len() >= MENTIONS_MAX {
            self.composed.too_many_mentions = true;
            return false;
        }
        let whole = self.namesakes.get(&mention.name.to_ascii_lowercase()).is_some_and(|count| *count > 1);
        link::mention_into(html, mention, link, whole);
        if !told {
            self.composed.mentions.push(mention.clone());
        }
        true
    }

    fn tag(&mut self, tag: &Tag, html: &mut String) -> bool {
        let href = (self.linker.hashtag_url)(&tag.key);
        let told = self.composed.tags.iter().any(|known| known.key == tag.key);
        if !told && self.composed.tags.len() >= TAGS_MAX {
            self.composed.too_many_tags = true;
            return false;
        }
        if !link::is_web(&href) {
            return false;
        }
        link::tag_into(html, tag, &href);
        if !told {
            self.composed.tags.push(tag.clone());
        }
        true
    }
}

/// Names are compared without regard to case.
fn same(mention: &Mention) -> Mention {
    Mention { name: mention.name.to_ascii_lowercase(), host: mention.host.clone() }
}

/// Text with its line breaks; two or more in a row begin a new paragraph.
fn lines_into(html: &mut String, text: &str) {
    let mut breaks = 0;
    for (nth, line) in text.split('\n').enumerate() {
        breaks += usize::from(nth > 0);
        let last = text.len() == line.as_ptr() as usize - text.as_ptr() as usize + line.len();
        if line.trim().is_empty() && !last && nth > 0 {
            continue;
        }
        match breaks {
            0 => {}
            1 => html.push_str("<br>"),
            _ => html.push_str("</p><p>"),
        }
        breaks = 0;
        escape_into(html, line);
    }
}

#[cfg(test)]
#[path = "compose_tests.rs"]
mod tests;
