//! What is said to people: an English sentence, apart from what stands in it.
//!
//! The sentence itself is what a translation is found by, as in gettext: a door that speaks another language looks it up and
//! fills the same places. All else (the API, logs, the command line) reads it in English.

use std::{borrow::Cow, fmt};

/// A sentence with what stands in its places. Constant ones come of a `&'static str`, others of [`said!`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    template: Cow<'static, str>,
    values: Vec<(&'static str, String)>,
}

impl Sentence {
    /// `template`, in which `{name}` stands for the value of that name.
    pub fn new(template: &'static str, values: Vec<(&'static str, String)>) -> Self {
        Self { template: template.into(), values }
    }

    /// Words that are in no language of ours to be said in another: somebody else's, or said in the reader's already.
    pub fn verbatim(words: String) -> Self {
        Self { template: words.into(), values: Vec::new() }
    }

    /// Whether it is [`Sentence::verbatim`].
    pub fn is_verbatim(&self) -> bool {
        matches!(self.template, Cow::Owned(_))
    }

    /// The sentence in English, its places empty.
    pub fn template(&self) -> &str {
        &self.template
    }

    /// What stands in it, in `template`, which has the same places. What stands in a place is never looked through itself.
    pub fn filled(&self, template: &str) -> String {
        let mut text = String::with_capacity(template.len());
        let mut rest = template;
        while let Some((before, (name, after))) = rest.split_once('{').and_then(|(before, from)| Some((before, from.split_once('}')?))) {
            text.push_str(before);
            match self.values.iter().find(|(known, _)| *known == name) {
                Some((_, value)) => text.push_str(value),
                None => text.extend(["{", name, "}"]),
            }
            rest = after;
        }
        text.push_str(rest);
        text
    }
}

impl From<&'static str> for Sentence {
    fn from(sentence: &'static str) -> Self {
        Self::new(sentence, Vec::new())
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.filled(&self.template))
    }
}

/// A [`Sentence`]: `said!("{host} is blocked", host)`, `said!("has more than {max} lines", max = LINES_MAX)`.
macro_rules! said {
    (@value $name:ident) => { $name.to_string() };
    (@value $name:ident $value:expr) => { $value.to_string() };
    ($template:literal $(, $name:ident $(= $value:expr)?)* $(,)?) => {
        $crate::base::sentence::Sentence::new($template, vec![$((stringify!($name), $crate::base::sentence::said!(@value $name $($value)?))),*])
    };
}
pub(crate) use said;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_a_sentence_fills_its_places_in_any_language_and_is_no_sentence_itself() {
        let (host, most) = ("{most} {", 3);
        let sentence = said!("{host} has more than {most} lines", host, most);
        assert_eq!(sentence.to_string(), "{most} { has more than 3 lines");
        assert_eq!(sentence.filled("Mehr als {most} Zeilen: {host}"), "Mehr als 3 Zeilen: {most} {");
        assert_eq!(Sentence::verbatim("{host} and { are words".into()).to_string(), "{host} and { are words");
        assert_eq!(said!("one {most} more than {host}", most = most + 1).to_string(), "one 4 more than {host}");
    }
}
