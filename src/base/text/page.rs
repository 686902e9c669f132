//! What a page of the web says of itself in its head: title, description, picture, author.
//!
//! Invariant: everything that leaves here is plain text within the bounds below, or a plain web address; no HTML of the page is
//! kept (S83). Only tokens are read, no tree is built, so that the cost is linear; reading ends with the head.
//! Source: ogp.me, Twitter's cards, docs.joinmastodon.org (`fediverse:creator`), WHATWG HTML 13.2.5.

use super::{
    charset::decode,
    handle,
    limits::{ALT_TEXT_CHARS_MAX, cut_bytes, cut_chars},
};
use crate::base::{clock::Stamp, host};
use html5ever::{
    tendril::StrTendril,
    tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts, states::RawKind},
};
use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
};
use url::Url;

/// Bytes of a page that are looked through at most.
const HEAD_BYTES_MAX: usize = 512 * 1024;
/// Bytes without the end of a tag or text after which reading ends: attributes of one tag are compared with each other.
const TAG_BYTES_MAX: usize = 32 * 1024;
/// Bytes that are read at a time.
const PIECE_BYTES: usize = 4096;
/// Longest title.
const TITLE_CHARS_MAX: usize = 300;
/// Longest description.
const DESCRIPTION_CHARS_MAX: usize = 1000;
/// Longest name of an author or a site.
const NAME_CHARS_MAX: usize = 200;
/// Pixels of a picture that are believed.
const PIXELS_MAX: i32 = 100_000;

/// What a page says of itself: plain text, empty for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Its title; never empty.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// The name of its author.
    pub author_name: String,
    /// A page about its author: http or https.
    pub author_url: String,
    /// The handle of its author, `name@host` in lower case.
    pub creator: String,
    /// The name of its site.
    pub site: String,
    /// Where a picture of it is: http or https.
    pub image_url: String,
    /// What the picture shows.
    pub image_description: String,
    /// Pixels of the picture; 0 when unknown.
    pub image_width: i32,
    /// Pixels of the picture; 0 when unknown.
    pub image_height: i32,
    /// Its language, two or three letters.
    pub language: String,
    /// When it was published.
    pub published: Option<Stamp>,
}

/// What the page at `url` says of itself. None when it has no title, or letters that cannot be read.
pub fn read(bytes: &[u8], content_type: &str, url: &Url) -> Option<Facts> {
    let bytes = bytes.get(..HEAD_BYTES_MAX.min(bytes.len()))?;
    Some(said(&decode(bytes, content_type)?)).and_then(|said| facts(&said, url))
}

/// What the head holds, the first of each name.
#[derive(Debug, Default)]
struct Said {
    title: String,
    language: String,
    named: HashMap<String, String>,
}

/// Names of what is read of `<meta>`.
const NAMES: [&str; 21] = [
    "og:title",
    "og:description",
    "og:site_name",
    "og:image",
    "og:image:url",
    "og:image:secure_url",
    "og:image:alt",
    "og:image:width",
    "og:image:height",
    "og:locale",
    "twitter:title",
    "twitter:description",
    "twitter:image",
    "twitter:image:src",
    "twitter:image:alt",
    "article:published_time",
    "article:author",
    "author",
    "description",
    "application-name",
    "fediverse:creator",
];

/// Reads tokens as they come.
#[derive(Default)]
struct Reader {
    said: RefCell<Said>,
    is_in_title: Cell<bool>,
    /// Something came since it was last asked.
    stirred: Cell<bool>,
    is_done: Cell<bool>,
}

impl TokenSink for Reader {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) => {
                self.stirred.set(true);
                return self.tag(&tag);
            }
            Token::CharacterTokens(text) => {
                self.stirred.set(true);
                if self.is_in_title.get() {
                    let title = &mut self.said.borrow_mut().title;
                    if title.len() < 4 * TITLE_CHARS_MAX {
                        title.push_str(cut_bytes(&text, 4 * TITLE_CHARS_MAX));
                    }
                }
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl Reader {
    fn tag(&self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        if tag.kind == TagKind::EndTag {
            self.is_in_title.set(false);
            if name == "head" {
                self.end_of_head();
            }
            return TokenSinkResult::Continue;
        }
        match name {
            "html" => self.said.borrow_mut().language = value(tag, "lang").unwrap_or_default().to_owned(),
            "meta" => self.meta(tag),
            "body" => self.end_of_head(),
            "title" => {
                self.is_in_title.set(self.said.borrow().title.trim().is_empty());
                return TokenSinkResult::RawData(RawKind::Rcdata);
            }
            "textarea" => return TokenSinkResult::RawData(RawKind::Rcdata),
            "script" => return TokenSinkResult::RawData(RawKind::ScriptData),
            "style" | "xmp" | "iframe" | "noembed" | "noframes" => return TokenSinkResult::RawData(RawKind::Rawtext),
            _ => {}
        }
        TokenSinkResult::Continue
    }

    /// Nothing more is read, unless the page has its title elsewhere.
    fn end_of_head(&self) {
        let said = self.said.borrow();
        if !said.title.trim().is_empty() || said.named.contains_key("og:title") {
            self.is_done.set(true);
        }
    }

    fn meta(&self, tag: &Tag) {
        let (Some(name), Some(content)) = (value(tag, "property").or_else(|| value(tag, "name")), value(tag, "content")) else { return };
        let name = name.trim().to_ascii_lowercase();
        if NAMES.contains(&name.as_str()) && !content.trim().is_empty() {
            let content = cut_bytes(content, 4 * DESCRIPTION_CHARS_MAX).to_owned();
            self.said.borrow_mut().named.entry(name).or_insert(content);
        }
    }
}

fn value<'t>(tag: &'t Tag, name: &str) -> Option<&'t str> {
    tag.attrs.iter().find(|attribute| &*attribute.name.local == name).map(|attribute| &*attribute.value)
}

/// Tokenizes, piece by piece, until the head has ended or a tag is absurd.
fn said(html: &str) -> Said {
    let tokenizer = Tokenizer::new(Reader::default(), TokenizerOpts::default());
    let queue = BufferQueue::default();
    let (mut rest, mut still) = (html, 0);
    while !rest.is_empty() && !tokenizer.sink.is_done.get() && still < TAG_BYTES_MAX {
        let piece = cut_bytes(rest, PIECE_BYTES);
        rest = rest.get(piece.len()..).unwrap_or_default();
        queue.push_back(StrTendril::from(piece));
        let _ = tokenizer.feed(&queue);
        still = if tokenizer.sink.stirred.take() { 0 } else { still + piece.len() };
    }
    tokenizer.sink.said.take()
}

fn facts(said: &Said, url: &Url) -> Option<Facts> {
    let first = |names: &[&str], chars: usize| {
        names
            .iter()
            .filter_map(|name| said.named.get(*name))
            .map(|text| plain(text, chars))
            .find(|text| !text.is_empty())
            .unwrap_or_default()
    };
    let address = |text: &str| url.join(text.trim()).ok().and_then(|url| host::parse(url.as_str())).map(String::from).unwrap_or_default();
    let title = Some(first(&["og:title", "twitter:title"], TITLE_CHARS_MAX)).filter(|title| !title.is_empty());
    let title = title.unwrap_or_else(|| plain(&said.title, TITLE_CHARS_MAX));
    if title.is_empty() {
        return None;
    }
    let image = ["og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"];
    let image_url = image.iter().filter_map(|name| said.named.get(*name)).map(|text| address(text)).find(|url| !url.is_empty());
    let pixels =
        |name: &str| said.named.get(name).and_then(|text| text.trim().parse::<i32>().ok()).filter(|p| (0..=PIXELS_MAX).contains(p));
    let (author, is_page) = match said.named.get("article:author") {
        Some(author) if author.trim().starts_with("http") => (address(author), true),
        _ => (String::new(), false),
    };
    let names: &[&str] = if is_page { &["author"] } else { &["author", "article:author"] };
    let language =
        if said.language.trim().is_empty() { said.named.get("og:locale").map_or("", String::as_str) } else { said.language.trim() };
    Some(Facts {
        title,
        description: first(&["og:description", "twitter:description", "description"], DESCRIPTION_CHARS_MAX),
        author_name: first(names, NAME_CHARS_MAX),
        author_url: author,
        creator: said.named.get("fediverse:creator").and_then(|text| creator(text)).unwrap_or_default(),
        site: first(&["og:site_name", "application-name"], NAME_CHARS_MAX),
        image_description: if image_url.is_some() {
            first(&["og:image:alt", "twitter:image:alt"], ALT_TEXT_CHARS_MAX)
        } else {
            String::new()
        },
        image_width: image_url.as_ref().and_then(|_| pixels("og:image:width")).unwrap_or_default(),
        image_height: image_url.as_ref().and_then(|_| pixels("og:image:height")).unwrap_or_default(),
        image_url: image_url.unwrap_or_default(),
        language: language.split(['-', '_']).next().filter(|code| is_language(code)).map(str::to_ascii_lowercase).unwrap_or_default(),
        published: said.named.get("article:published_time").and_then(|text| instant(text)),
    })
}

fn is_language(code: &str) -> bool {
    (2..=3).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphabetic())
}

fn creator(text: &str) -> Option<String> {
    let acct = handle::acct(text).ok()?;
    acct.host.as_ref()?;
    Some(acct.to_string().to_ascii_lowercase())
}

fn instant(text: &str) -> Option<Stamp> {
    let at = chrono::DateTime::parse_from_rfc3339(text.trim()).ok()?.timestamp_millis();
    (at >= 0).then_some(Stamp(at))
}

/// One line of text: blanks joined, nothing that is not seen or turns the reading round (S44), at most `chars` characters.
fn plain(text: &str, chars: usize) -> String {
    let is_hidden =
        |c: char| c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    let words: Vec<&str> = text.split_whitespace().collect();
    let line: String = words.join(" ").chars().filter(|c| !is_hidden(*c)).collect();
    cut_chars(line.trim(), chars).to_owned()
}

#[cfg(test)]
#[path = "page_tests.rs"]
mod tests;
