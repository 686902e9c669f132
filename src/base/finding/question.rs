//! What somebody types to find posts: words, "phrases", beginnings*, -without, and operators.
//!
//! `from:`, `has:`, `is:`, `in:`, `language:`, `before:`, `after:`, `during:` mean what they mean on Mastodon; `in:!community` and
//! `in:@community@host` are ours. What is no operator is words. Invariant: whatever is typed is read, and into at most
//! [`TERMS_MAX`] terms and [`TOKENS_MAX`] words.

use super::{
    facet::{Facet, Has, Is},
    tokens::{stands_alone, tokens},
};
use crate::base::{
    clock::Stamp,
    id::AccountId,
    text::handle::{self, Acct},
};
use chrono::NaiveDate;
use std::time::Duration;

/// Terms that count; what comes after is passed over.
pub const TERMS_MAX: usize = 16;
/// Words in all terms.
pub const TOKENS_MAX: usize = 64;
/// Names among the operators: each is looked up.
const NAMES_MAX: usize = 4;
/// Letters that a beginning must have.
const BEGINNING_MIN: usize = 3;
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Words that stand side by side: one, or a phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// At least one.
    pub tokens: Vec<String>,
    /// The last one is the beginning of a word.
    pub is_beginning: bool,
    /// What is found does not say it.
    pub not: bool,
}

/// Among which posts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Among {
    /// All that the reader may find.
    #[default]
    All,
    /// What the reader wrote, was named in, liked, kept, shared or voted in.
    Library,
    /// Public posts.
    Public,
}

/// Somebody, or a community, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// Who asks.
    Me,
    /// With this handle.
    Acct(Acct),
}

/// An operator that names somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Who, or which community.
    pub name: Name,
    /// A community, rather than an author.
    pub is_place: bool,
    /// All but that.
    pub not: bool,
}

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// What it says.
    pub words: Vec<Words>,
    /// What is true of it; or, with `true` beside it, what is not.
    pub facets: Vec<(Facet, bool)>,
    /// Names that are still to be looked up.
    pub names: Vec<Named>,
    /// Among which posts.
    pub among: Among,
    /// Not before that.
    pub since: Option<Stamp>,
    /// Before that.
    pub until: Option<Stamp>,
}

impl Question {
    /// Reads what somebody typed.
    pub fn read(typed: &str) -> Self {
        let mut question = Self::default();
        for (nth, term) in Terms(typed).enumerate() {
            if nth >= TERMS_MAX {
                break;
            }
            if term.is_quoted || !question.operator(&term) {
                question.say(&term);
            }
        }
        question
    }

    /// Whether nothing is asked: no word, no operator.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it has nothing but words.
    pub fn is_plain(&self) -> bool {
        *self == Self { words: self.words.clone(), ..Self::default() }
    }

    /// Handles among the operators.
    pub fn accts(&self) -> impl Iterator<Item = &Acct> {
        self.names.iter().filter_map(|named| match &named.name {
            Name::Acct(acct) => Some(acct),
            Name::Me => None,
        })
    }

    /// The question with its names looked up by `found`; none when it asks for somebody who is not known, so that nothing matches.
    pub fn settled(mut self, me: Option<AccountId>, found: impl Fn(&Acct) -> Option<AccountId>) -> Option<Self> {
        for named in std::mem::take(&mut self.names) {
            let id = match &named.name {
                Name::Me => me,
                Name::Acct(acct) => found(acct),
            };
            match id {
                Some(id) if named.is_place => self.facets.push((Facet::Community(id), named.not)),
                Some(id) => self.facets.push((Facet::Author(id), named.not)),
                None if named.not => {}
                None => return None,
            }
        }
        Some(self)
    }

    /// Takes `term` as an operator; false when it is none.
    fn operator(&mut self, term: &Term) -> bool {
        let Some((operator, value)) = term.text.split_once(':').filter(|(_, value)| !value.is_empty()) else { return false };
        let not = term.not;
        let facet = match operator.to_ascii_lowercase().as_str() {
            "has" => has(value).map(Facet::Has),
            "is" => is(value).map(Facet::Is),
            "language" => Facet::language(value),
            "from" => return self.name(value, false, not),
            "in" => return self.place(value, not),
            "before" | "after" | "during" if not => return false,
            "before" => return self.between(None, day(value)),
            "after" => return self.between(day(value).map(|day| day.plus(DAY)), None),
            "during" => return self.between(day(value), day(value).map(|day| day.plus(DAY))),
            _ => None,
        };
        let is_one = facet.is_some();
        self.facets.extend(facet.map(|facet| (facet, not)));
        is_one
    }

    fn name(&mut self, value: &str, is_place: bool, not: bool) -> bool {
        let name = if !is_place && value.eq_ignore_ascii_case("me") { Some(Name::Me) } else { handle::acct(value).ok().map(Name::Acct) };
        let Some(name) = name.filter(|_| self.names.len() < NAMES_MAX) else { return false };
        self.names.push(Named { name, is_place, not });
        true
    }

    fn place(&mut self, value: &str, not: bool) -> bool {
        if value.starts_with(['!', '@']) {
            return self.name(value, true, not);
        }
        self.among = match value.to_ascii_lowercase().as_str() {
            _ if not => return false,
            "all" => Among::All,
            "library" => Among::Library,
            "public" => Among::Public,
            _ => return false,
        };
        true
    }

    fn between(&mut self, since: Option<Stamp>, until: Option<Stamp>) -> bool {
        self.since = self.since.max(since);
        self.until = match (self.until, until) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        since.is_some() || until.is_some()
    }

    fn say(&mut self, term: &Term) {
        let room = TOKENS_MAX.saturating_sub(self.words.iter().map(|words| words.tokens.len()).sum());
        let mut tokens = tokens(term.text);
        tokens.truncate(room);
        let Some(last) = tokens.last() else { return };
        let is_long = last.chars().count() >= BEGINNING_MIN && !last.chars().any(stands_alone);
        let is_beginning = term.text.ends_with('*') && is_long;
        self.words.push(Words { tokens, is_beginning, not: term.not });
    }
}

fn has(value: &str) -> Option<Has> {
    Some(match value.to_ascii_lowercase().as_str() {
        "media" => Has::Media,
        "image" => Has::Image,
        "video" => Has::Video,
        "audio" => Has::Audio,
        "poll" => Has::Poll,
        // what stands in a preview is what was linked
        "link" | "embed" => Has::Link,
        _ => return None,
    })
}

fn is(value: &str) -> Option<Is> {
    Some(match value.to_ascii_lowercase().as_str() {
        "reply" => Is::Reply,
        "sensitive" => Is::Sensitive,
        "quote" => Is::Quote,
        _ => return None,
    })
}

/// The beginning of a day (`2026-11-22`, UTC).
fn day(value: &str) -> Option<Stamp> {
    let day = NaiveDate::parse_from_str(value, "%Y-%m-%d").ok().filter(|_| value.len() == "2026-11-22".len())?;
    Some(Stamp(day.and_hms_opt(0, 0, 0)?.and_utc().timestamp_millis()))
}

/// A piece of what was typed.
struct Term<'t> {
    text: &'t str,
    is_quoted: bool,
    not: bool,
}

/// What is still to be taken apart.
struct Terms<'t>(&'t str);

const QUOTES: [char; 5] = ['"', '“', '”', '„', '«'];
const QUOTES_END: [char; 4] = ['"', '“', '”', '»'];

impl<'t> Iterator for Terms<'t> {
    type Item = Term<'t>;

    fn next(&mut self) -> Option<Term<'t>> {
        let rest = self.0.trim_start();
        let bare = rest.strip_prefix('-').filter(|bare| !bare.is_empty() && !bare.starts_with(char::is_whitespace));
        let (rest, not) = bare.map_or((rest, false), |bare| (bare, true));
        if rest.is_empty() {
            return None;
        }
        if let Some(quoted) = rest.strip_prefix(QUOTES) {
            // a quotation that does not end goes on to the end
            let (text, after) = quoted.split_once(QUOTES_END).unwrap_or((quoted, ""));
            self.0 = after;
            return Some(Term { text, is_quoted: true, not });
        }
        let (text, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        self.0 = after;
        Some(Term { text, is_quoted: false, not })
    }
}

#[cfg(test)]
mod tests;
