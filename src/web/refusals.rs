//! What was refused, and other sentences of the rules, in the language of who reads (`reader`).
//!
//! The rules speak English. A language has a table of their sentences (`locales/de/refusals.toml`) with the same places in each;
//! what it lacks is said in English, and a test holds that it lacks nothing.

use super::{language::Language, reader};
use crate::base::{
    error::{INVALID, Refusal},
    sentence::Sentence,
};
use std::{collections::BTreeMap, sync::LazyLock};

/// The sentences in German, by those in English.
pub(crate) const GERMAN: &str = include_str!("locales/de/refusals.toml");

// What cannot be read is said in English; a test holds that it can be.
static IN_GERMAN: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| toml::from_str(GERMAN).unwrap_or_default());

/// How many letters a sentence needs beside its places to be told from words of others.
const TELLING: usize = 20;

/// How the API and our own rows begin what is wrong with a field.
const OF_FIELD: &str = "Validation failed: ";

fn table(language: Language) -> Option<&'static BTreeMap<String, String>> {
    match language {
        Language::English => None,
        Language::German => Some(&IN_GERMAN),
    }
}

/// A refusal, as it stands on a page.
pub(super) fn said(refusal: &Refusal) -> String {
    let is_of_field = refusal.field.is_some() && refusal.code == INVALID && !refusal.said.is_verbatim();
    in_language(&refusal.said, is_of_field, reader::language())
}

/// Another sentence of the rules.
pub(super) fn worded(sentence: &Sentence) -> String {
    in_language(sentence, false, reader::language())
}

/// A refusal that was kept in English for later; words of others stay as they are.
pub(super) fn said_again(kept: &str) -> String {
    again(kept, reader::language())
}

fn in_language(sentence: &Sentence, is_of_field: bool, language: Language) -> String {
    match table(language).and_then(|table| table.get(sentence.template())) {
        Some(theirs) => sentence.filled(theirs),
        None => in_english(&sentence.to_string(), is_of_field),
    }
}

/// A whole sentence. What is wrong with a field stands beside it: programs name fields otherwise than people do.
fn in_english(words: &str, is_of_field: bool) -> String {
    let start = match is_of_field {
        true if words.starts_with("are ") => "These ",
        true => "This ",
        false => "",
    };
    let whole = format!("{start}{words}");
    let mut chars = whole.chars();
    let first: String = chars.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    let end = if whole.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", chars.as_str())
}

fn again(kept: &str, language: Language) -> String {
    let problem = kept.strip_prefix(OF_FIELD).and_then(|rest| rest.split_once(' ')).map(|(_, problem)| problem);
    let words = problem.unwrap_or(kept);
    let read = |(ours, theirs): (&'static String, &String)| Some(Sentence::new(ours, standing_in(ours, words)?).filled(theirs));
    match table(language).and_then(|table| table.get(words).cloned().or_else(|| table.iter().find_map(read))) {
        Some(theirs) => theirs,
        None => problem.map_or_else(|| kept.to_owned(), |problem| in_english(problem, true)),
    }
}

/// What stands in the places of `template`, if `words` are made of it.
fn standing_in(template: &'static str, words: &str) -> Option<Vec<(&'static str, String)>> {
    let fixed = template.split('{').map(|piece| piece.split_once('}').map_or(piece, |(_, after)| after).len());
    if fixed.sum::<usize>() < TELLING {
        return None;
    }
    let mut pieces = template.split('{');
    let mut rest = words.strip_prefix(pieces.next()?)?;
    let mut values = Vec::new();
    let mut pieces = pieces.peekable();
    while let Some(piece) = pieces.next() {
        let (name, after) = piece.split_once('}')?;
        let (value, left) = match pieces.peek() {
            Some(_) => rest.split_once(after)?,
            None => (rest.strip_suffix(after)?, ""),
        };
        values.push((name, value.to_owned()));
        rest = left;
    }
    rest.is_empty().then_some(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::sentence::said as made;

    #[test]
    fn a_refusal_is_said_in_the_language_of_its_reader_with_what_stands_in_it() {
        let long = made!("must not be longer than {max} characters", max = 30);
        assert_eq!(in_language(&long, true, Language::English), "This must not be longer than 30 characters.");
        assert_eq!(in_language(&long, true, Language::German), "Das ist zu lang: höchstens 30 Zeichen.");
        assert_eq!(in_language(&"no such words".into(), false, Language::German), "No such words.", "what it lacks is said in English");
    }

    #[test]
    fn what_was_kept_in_english_is_said_again_in_the_language_of_its_reader() {
        let kept = Refusal::invalid("file", made!("is too large: at most {pixels} pixels are taken", pixels = 9)).to_string();
        assert_eq!(again(&kept, Language::German), "Die Datei ist zu groß: höchstens 9 Pixel sind möglich.");
        assert_eq!(again(&kept, Language::English), "This is too large: at most 9 pixels are taken.");
        assert_eq!(again("You are banned from this community.", Language::German), "Du bist aus dieser Gemeinschaft gebannt.");
        for own in ["a moderator's own words", "The talk at noon failed: nobody came"] {
            assert_eq!(again(own, Language::German), own);
        }
    }
}
