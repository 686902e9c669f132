//! Finds mentions, hashtags and web addresses in what somebody typed.
//!
//! One pass from left to right, linear in the length of the text: every attempt looks at a
//! bounded number of bytes or consumes what it looked at. Nothing is looked for inside an address.
//! Source of the habits: Mastodon's `Account::MENTION_RE`, `Tag::HASHTAG_RE` and twitter-text.

use super::address;
use super::limits::{HOST_BYTES_MAX, MENTIONS_MAX, NAME_BYTES_MAX, TAG_CHARS_MAX, TAGS_MAX};
use std::collections::HashSet;

/// Somebody spoken to: `@name` (here) or `@name@host`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Mention {
    /// The name as typed.
    pub name: String,
    /// Host in lower case ASCII (punycode), with `:port` if typed; none for somebody of this node.
    pub host: Option<String>,
}

/// A hashtag.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tag {
    /// As typed, without `#`.
    pub name: String,
    /// As compared and stored: lower case, full-width forms folded.
    pub key: String,
}

/// What a stretch of the text is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Nothing special.
    Text,
    /// An address beginning with `http://` or `https://`.
    Url,
    /// A mention.
    Mention(Mention),
    /// A hashtag.
    Tag(Tag),
}

/// A stretch of the text; all pieces put together give the text again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece<'t> {
    /// The characters as typed.
    pub text: &'t str,
    /// What they are.
    pub what: What,
}

/// A scanned text.
#[derive(Debug, Clone, Default)]
pub struct Scan<'t> {
    /// The pieces, in order.
    pub pieces: Vec<Piece<'t>>,
    /// More than `MENTIONS_MAX` different ones: those beyond stay text.
    pub too_many_mentions: bool,
    /// More than `TAGS_MAX` different ones: those beyond stay text.
    pub too_many_tags: bool,
}

/// Takes a text apart.
pub fn scan(source: &str) -> Scan<'_> {
    let mut scanner = Scanner { source, done: 0, no_url_before: 0, found: Scan::default(), mentions: HashSet::new(), tags: HashSet::new() };
    let mut before = None;
    let mut at = 0;
    while let Some(c) = rest(source, at).chars().next() {
        let length = match c {
            'h' | 'H' => scanner.url(at, before),
            '@' => scanner.mention(at, before),
            '#' | '＃' => scanner.tag(at, before, c),
            _ => None,
        };
        let step = length.unwrap_or(c.len_utf8());
        before = rest(source, at).get(..step).and_then(|piece| piece.chars().next_back());
        at += step;
    }
    scanner.text_until(source.len());
    scanner.found
}

/// Whether the mention stands at the start or the end of the text, alone or among other mentions
/// and hashtags. Means "post into it" when it names a community (decisions, 5).
/// `host` is compared without regard to case; none for a mention without host.
pub fn mention_at_edge(source: &str, name: &str, host: Option<&str>) -> bool {
    let pieces = scan(source).pieces;
    let is_it = |piece: &Piece| match &piece.what {
        What::Mention(m) => {
            m.name.eq_ignore_ascii_case(name) && m.host.as_deref().map(str::to_ascii_lowercase) == host.map(str::to_ascii_lowercase)
        }
        _ => false,
    };
    let on_edge = |piece: &&Piece| match piece.what {
        What::Mention(_) | What::Tag(_) => true,
        What::Text => piece.text.trim().is_empty(),
        What::Url => false,
    };
    pieces.iter().take_while(on_edge).any(is_it) || pieces.iter().rev().take_while(on_edge).any(is_it)
}

/// The form in which a hashtag is stored and compared: full-width forms folded, lower case.
pub fn tag_key(name: &str) -> String {
    let fold = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    };
    name.chars().map(fold).flat_map(char::to_lowercase).collect()
}

struct Scanner<'t> {
    source: &'t str,
    /// Everything before this byte is in a piece.
    done: usize,
    /// Looked at in vain for an address; not looked at again, so that the time stays linear.
    no_url_before: usize,
    found: Scan<'t>,
    mentions: HashSet<Mention>,
    tags: HashSet<String>,
}

impl<'t> Scanner<'t> {
    fn text_until(&mut self, at: usize) {
        if let Some(text) = self.source.get(self.done..at).filter(|text| !text.is_empty()) {
            self.found.pieces.push(Piece { text, what: What::Text });
        }
        self.done = at;
    }

    fn push(&mut self, at: usize, length: usize, what: What) -> Option<usize> {
        self.text_until(at);
        let text = self.source.get(at..at + length)?;
        self.found.pieces.push(Piece { text, what });
        self.done = at + length;
        Some(length)
    }

    fn url(&mut self, at: usize, before: Option<char>) -> Option<usize> {
        if before.is_some_and(|c| is_word(c) || matches!(c, '@' | '#' | '$' | '-' | '.' | '/' | '=' | '&')) {
            return None;
        }
        if at < self.no_url_before {
            return None;
        }
        match address::length(rest(self.source, at)) {
            Ok(length) => self.push(at, length, What::Url),
            Err(in_vain) => {
                self.no_url_before = at + in_vain;
                None
            }
        }
    }

    fn mention(&mut self, at: usize, before: Option<char>) -> Option<usize> {
        if before.is_some_and(|c| is_word(c) || matches!(c, '@' | '/' | '=' | '-' | '.' | '+' | '%')) {
            return None;
        }
        let (length, mention) = read_mention(rest(self.source, at))?;
        let same = Mention { name: mention.name.to_ascii_lowercase(), host: mention.host.clone() };
        if !self.mentions.contains(&same) {
            if self.mentions.len() >= MENTIONS_MAX {
                self.found.too_many_mentions = true;
                return None;
            }
            self.mentions.insert(same);
        }
        self.push(at, length, What::Mention(mention))
    }

    fn tag(&mut self, at: usize, before: Option<char>, sign: char) -> Option<usize> {
        if before.is_some_and(|c| is_word(c) || matches!(c, '/' | '=' | ')' | '&' | '#' | '＃')) {
            return None;
        }
        let name = read_tag(rest(self.source, at + sign.len_utf8()))?;
        let key = tag_key(name);
        if !self.tags.contains(&key) {
            if self.tags.len() >= TAGS_MAX {
                self.found.too_many_tags = true;
                return None;
            }
            self.tags.insert(key.clone());
        }
        self.push(at, sign.len_utf8() + name.len(), What::Tag(Tag { name: name.to_owned(), key }))
    }
}

fn rest(source: &str, at: usize) -> &str {
    source.get(at..).unwrap_or_default()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Length in bytes of the leading characters that satisfy `is`, at most about `limit` bytes.
fn run(text: &str, limit: usize, is: impl Fn(char) -> bool) -> usize {
    text.char_indices().take_while(|(at, c)| *at <= limit && is(*c)).map(|(at, c)| at + c.len_utf8()).last().unwrap_or(0)
}

/// Reads `@name`, `@name@host` or `@name@host:port` at the start of `text`.
fn read_mention(text: &str) -> Option<(usize, Mention)> {
    let after = text.strip_prefix('@')?;
    let taken = run(after, NAME_BYTES_MAX, |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'));
    let name = after.get(..taken)?.trim_end_matches(['.', '-']);
    if name.is_empty() || name.len() > NAME_BYTES_MAX || name.starts_with(['.', '-']) {
        return None;
    }
    let length = 1 + name.len();
    let Some(after) = rest(text, length).strip_prefix('@') else {
        let glued = rest(text, length).chars().next().is_some_and(is_word);
        return (!glued).then(|| (length, Mention { name: name.to_owned(), host: None }));
    };
    let typed = read_host(after)?;
    let length = length + 1 + typed.len();
    if rest(text, length).starts_with(['@', '_']) {
        return None;
    }
    let host = super::handle::host(typed).ok()?;
    Some((length, Mention { name: name.to_owned(), host: Some(host) }))
}

/// Reads a host with an optional port at the start of `text`; trailing punctuation is left out.
fn read_host(text: &str) -> Option<&str> {
    let taken = run(text, HOST_BYTES_MAX, |c| c.is_alphanumeric() || matches!(c, '.' | '-'));
    let host = text.get(..taken)?.trim_end_matches(['.', '-']);
    let dotted = host.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
    if host.len() > HOST_BYTES_MAX || !dotted {
        return None;
    }
    let after = rest(text, host.len());
    let Some(port) = after.strip_prefix(':').and_then(|after| after.get(..run(after, 5, |c| c.is_ascii_digit()))) else {
        return Some(host);
    };
    let glued = rest(after, 1 + port.len()).chars().next().is_some_and(is_word);
    if glued || port.parse::<u16>().is_err() { Some(host) } else { text.get(..host.len() + 1 + port.len()) }
}

/// Reads the name of a hashtag at the start of `text` (behind `#`): letters, digits and `_` of any
/// script, with `·`, `・` and the Arabic tatweel between them; something in it must not be a digit.
fn read_tag(text: &str) -> Option<&str> {
    let taken = run(text, TAG_CHARS_MAX * 4, |c| is_word(c) || is_mark(c) || matches!(c, '·' | '・' | '\u{200c}'));
    let name = text.get(..taken)?.trim_end_matches(['·', '・', '\u{200c}']);
    let starts = name.chars().next().is_some_and(is_word);
    let telling = name.chars().any(|c| c.is_alphabetic());
    (starts && telling && name.chars().count() <= TAG_CHARS_MAX).then_some(name)
}

/// Combining marks that `char::is_alphanumeric` leaves out though words are written with them.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{94d}' | '\u{9cd}' | '\u{e47}'..='\u{e4e}' | '\u{3099}' | '\u{309a}')
}

#[cfg(test)]
#[path = "scan_tests.rs"]
mod tests;
