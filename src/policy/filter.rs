//! Which of a reader's filters find a post. Pure; made ready once (`Filters::new`), asked for each post.
//!
//! As Mastodon does it (`CustomFilterKeyword#to_regex`): without regard to case, and where whole words are wanted, a side of the
//! keyword that is part of a word must meet the edge of one. Letters, marks, digits and connectors make words, in every script.

use crate::base::{
    clock::Stamp,
    id::PostId,
    text::limits::cut_chars,
    words::reading::{FilterAction, FilterContext},
};
use std::collections::HashSet;

/// How much of a post is looked at, in characters.
const TEXT_CHARS_MAX: usize = 20_000;

/// A filter as its owner made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Its id.
    pub id: i64,
    /// What it is called.
    pub title: String,
    /// Where it looks.
    pub contexts: Vec<FilterContext>,
    /// What it does.
    pub action: FilterAction,
    /// Until when; none for good.
    pub expires_at: Option<Stamp>,
    /// Words to find.
    pub keywords: Vec<Keyword>,
    /// Posts to find.
    pub posts: Vec<PostId>,
}

/// Words to find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyword {
    /// As typed.
    pub text: String,
    /// Only as a whole word.
    pub whole_word: bool,
}

/// A filter that found a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match<'f> {
    /// Which.
    pub filter: &'f Filter,
    /// Its keywords that the post says, as typed.
    pub keywords: Vec<&'f str>,
    /// Which of the posts asked about it names.
    pub posts: Vec<PostId>,
}

/// Somebody's filters, made ready.
#[derive(Clone, Debug, Default)]
pub struct Filters(Vec<Ready>);

#[derive(Clone, Debug)]
struct Ready {
    filter: Filter,
    needles: Vec<Needle>,
    posts: HashSet<PostId>,
}

/// A keyword in the form in which it is compared.
#[derive(Clone, Debug)]
struct Needle {
    folded: String,
    /// Which edges must be those of a word.
    starts: bool,
    ends: bool,
}

impl Filters {
    /// Makes `filters` ready.
    pub fn new(filters: Vec<Filter>) -> Self {
        let ready = |filter: Filter| Ready {
            needles: filter.keywords.iter().map(Needle::of).collect(),
            posts: filter.posts.iter().copied().collect(),
            filter,
        };
        Self(filters.into_iter().map(ready).collect())
    }

    /// Whether there are none: then the text of posts need not be made.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those in force at `now` that find a post: by `text`, plain, or because they name one of `posts` (the post itself and the
    /// boost that shows it).
    pub fn find(&self, text: &str, posts: &[PostId], now: Stamp) -> Vec<Match<'_>> {
        let text = if self.0.iter().any(|ready| !ready.needles.is_empty()) { fold(cut_chars(text, TEXT_CHARS_MAX)) } else { String::new() };
        let of = |ready: &'_ Ready| -> (Vec<usize>, Vec<PostId>) {
            let said = ready.needles.iter().enumerate().filter(|(_, needle)| needle.is_in(&text)).map(|(nth, _)| nth).collect();
            (said, posts.iter().copied().filter(|post| ready.posts.contains(post)).collect())
        };
        let in_force = self.0.iter().filter(|ready| ready.filter.expires_at.is_none_or(|at| at > now));
        in_force
            .map(|ready| (ready, of(ready)))
            .filter(|(_, (said, named))| !said.is_empty() || !named.is_empty())
            .map(|(ready, (said, posts))| {
                let keywords = said.into_iter().filter_map(|nth| ready.filter.keywords.get(nth)).map(|keyword| keyword.text.as_str());
                Match { filter: &ready.filter, keywords: keywords.collect(), posts }
            })
            .collect()
    }
}

impl Needle {
    fn of(keyword: &Keyword) -> Self {
        let folded = fold(&keyword.text);
        let starts = keyword.whole_word && folded.chars().next().is_some_and(is_word);
        let ends = keyword.whole_word && folded.chars().next_back().is_some_and(is_word);
        Self { folded, starts, ends }
    }

    /// Whether it is in `text`, folded likewise. What is found and is no whole word is passed by a character at a time: another
    /// place may begin inside it.
    fn is_in(&self, text: &str) -> bool {
        let mut from = 0;
        while let Some(found) = text.get(from..).filter(|_| !self.folded.is_empty()).and_then(|rest| rest.find(&self.folded)) {
            let at = from + found;
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            let after = text.get(at + self.folded.len()..).and_then(|after| after.chars().next());
            let is_free = |wanted: bool, neighbour: Option<char>| !wanted || !neighbour.is_some_and(is_word);
            if is_free(self.starts, before) && is_free(self.ends, after) {
                return true;
            }
            from = at + self.folded.chars().next().map_or(1, char::len_utf8);
        }
        false
    }
}

/// The form in which texts are compared: capitals made small by way of capitals, so that ß is ss and ς is σ.
fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

/// Whether a character is part of words: letters, marks, numbers, connectors (`[[:word:]]` in Ruby).
fn is_word(c: char) -> bool {
    let is_mark = matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}'
        | '\u{93c}' | '\u{94d}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{3099}' | '\u{309a}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}');
    let is_connector =
        matches!(c, '_' | '\u{203f}' | '\u{2040}' | '\u{2054}' | '\u{fe33}' | '\u{fe34}' | '\u{fe4d}'..='\u{fe4f}' | '\u{ff3f}');
    c.is_alphanumeric() || is_mark || is_connector
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn says(text: &str, keyword: &str, whole_word: bool) -> bool {
        Needle::of(&Keyword { text: keyword.to_owned(), whole_word }).is_in(&fold(text))
    }

    #[test]
    fn words_are_found_whole_or_anywhere_in_every_script() {
        for (text, keyword, whole, anywhere) in [
            ("The Valve leaks", "valve", true, true),
            ("Valves leak", "valve", false, true),
            ("(valve)", "VALVE", true, true),
            ("valve_2", "valve", false, true),
            ("valve-2", "valve", true, true),
            ("#valve", "#valve", true, true),
            ("x#valve", "#valve", true, true),
            ("x#valves", "#valve", false, true),
            ("xa-a-a", "a-a", true, true),
            ("ΟΔΟΣ οδός", "οδος", true, true),
            ("STRASSE", "straße", true, true),
            ("ПРИВЕТ мир", "привет", true, true),
            ("приветик", "привет", false, true),
            ("cafe\u{301}s", "cafe", false, true),
            ("日本語", "本", false, true),
            ("日 本 語", "本", true, true),
            ("a .. b", "..", true, true),
            ("nothing", "valve", false, false),
            ("", "valve", false, false),
        ] {
            assert_eq!((says(text, keyword, true), says(text, keyword, false)), (whole, anywhere), "{keyword} in {text}");
        }
        assert!(!says("anything", "", false), "no words find nothing");
    }

    #[test]
    fn a_filter_that_is_over_finds_nothing_and_one_that_names_a_post_finds_its_boost() {
        let filter = |expires_at, posts: Vec<PostId>| Filter {
            id: 1,
            title: "t".into(),
            contexts: vec![FilterContext::Home],
            action: FilterAction::Warn,
            expires_at,
            keywords: vec![Keyword { text: "leak".into(), whole_word: true }],
            posts,
        };
        let found = |filter: Filter, text: &str| Filters::new(vec![filter]).find(text, &[PostId(7), PostId(8)], Stamp(10)).len();
        assert_eq!(found(filter(None, vec![]), "a leak"), 1);
        assert_eq!(found(filter(Some(Stamp(11)), vec![]), "a leak"), 1);
        assert_eq!(found(filter(Some(Stamp(10)), vec![PostId(8)]), "a leak"), 0);
        assert_eq!(found(filter(None, vec![PostId(8)]), "dry"), 1);
        assert_eq!(found(filter(None, vec![PostId(9)]), "dry"), 0);
    }

    proptest! {
        /// Whole words are found exactly where a search for the word, character by character, finds one with edges.
        #[test]
        fn a_whole_word_is_what_stands_between_edges(text in "[aB_é\u{301}ß\\- .]{0,14}", keyword in "[aB_éß\\-.]{1,4}") {
            let (hay, needle): (Vec<char>, Vec<char>) = (fold(&text).chars().collect(), fold(&keyword).chars().collect());
            let edge = |inner: char, outer: Option<&char>| !is_word(inner) || !outer.copied().is_some_and(is_word);
            let expected = hay.windows(needle.len()).enumerate().any(|(at, window)| {
                let before = at.checked_sub(1).and_then(|at| hay.get(at));
                window == needle && edge(needle[0], before) && edge(needle[needle.len() - 1], hay.get(at + needle.len()))
            });
            prop_assert_eq!(says(&text, &keyword, true), expected);
        }

        #[test]
        fn what_is_found_as_a_whole_word_is_found_anywhere(text in "\\PC{0,30}", keyword in "\\PC{1,5}") {
            prop_assert!(!says(&text, &keyword, true) || says(&text, &keyword, false));
        }

        #[test]
        fn a_text_says_itself_in_any_case(text in "\\PC{1,20}") {
            prop_assert!(says(&text, &text, true));
            prop_assert!(says(&text.to_uppercase(), &text, true));
        }
    }
}
