//! What is found of a post beside its words: who wrote it, where, what it has. Kept among its words, so that one index answers.

use crate::base::id::AccountId;

/// Something that is true of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Facet {
    /// Who wrote it.
    Author(AccountId),
    /// Which community it is in.
    Community(AccountId),
    /// In which language, by the first part of its tag (`de` of `de-AT`).
    Language(String),
    /// What hangs on it.
    Has(Has),
    /// What it is.
    Is(Is),
}

/// What hangs on a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Has {
    /// Any file.
    Media,
    /// A picture.
    Image,
    /// A video, with sound or without.
    Video,
    /// A sound.
    Audio,
    /// A question.
    Poll,
    /// The address of something that is neither a person nor a tag.
    Link,
}

/// What a post is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Is {
    /// An answer.
    Reply,
    /// Its media are hidden at first.
    Sensitive,
    /// It quotes another.
    Quote,
}

/// No letter and no digit, so in no word: a character for private use.
const MARK: char = '\u{e000}';

impl Facet {
    /// As it stands among the words.
    pub fn token(&self) -> String {
        match self {
            Self::Author(id) => format!("{MARK}a{id}"),
            Self::Community(id) => format!("{MARK}c{id}"),
            Self::Language(tag) => format!("{MARK}l{tag}"),
            Self::Has(has) => format!("{MARK}h{}", *has as u8),
            Self::Is(is) => format!("{MARK}i{}", *is as u8),
        }
    }

    /// The language with this tag (BCP 47); none where it has none that could be asked for.
    pub fn language(tag: &str) -> Option<Self> {
        let first = tag.split(['-', '_']).next().unwrap_or_default();
        let is_one = (2..=8).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_alphabetic());
        is_one.then(|| Self::Language(first.to_ascii_lowercase()))
    }
}
