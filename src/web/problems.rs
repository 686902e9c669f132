//! What is wrong with a form that was sent, by field: it is said beside the field, and what was typed stays.

use super::{pages::Result, refusals};
use crate::{
    app::sign_up::Problem,
    base::error::{Error, Refusal},
};
use askama::{Template, filters::HtmlSafe};
use std::fmt;

/// What is wrong with a form; nothing, before it was sent.
#[derive(Clone, Debug, Default)]
pub(super) struct Problems(Vec<(&'static str, String)>);

impl Problems {
    /// What an act was refused for. A fault goes on as one.
    pub(super) fn of(error: Error) -> Result<Self> {
        match error {
            Error::Refused(refusal) => Ok(Self::from(refusal)),
            fault => Err(fault.into()),
        }
    }

    /// One more: a sentence about a field; about the whole form with `""`.
    pub(super) fn add(&mut self, field: &'static str, sentence: String) {
        self.0.push((field, sentence));
    }

    /// What is wrong with it besides.
    pub(super) fn join(&mut self, more: Self) {
        self.0.extend(more.0);
    }

    /// Whether nothing is wrong.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is wrong with `field`; empty for nothing.
    pub(super) fn at(&self, field: &str) -> &str {
        self.0.iter().find(|(at, _)| *at == field).map_or("", |(_, sentence)| sentence)
    }

    /// The same, beside the field as HTML; nothing where nothing is wrong.
    pub(super) fn beside<'a>(&'a self, field: &'a str) -> Beside<'a> {
        Beside { field, sentence: self.at(field) }
    }

    /// The attributes by which programs know that `field` is wrong, and what is said about it. `hint` is the id of what helps to
    /// fill it in, `""` for nothing.
    pub(super) fn mark<'a>(&self, field: &'a str, hint: &'a str) -> Mark<'a> {
        Mark { field, hint, is_wrong: !self.at(field).is_empty() }
    }

    /// What stands above the form that was refused: `first`, and what is wrong with none of its `fields`.
    pub(super) fn above(&self, first: impl Into<String>, fields: impl AsRef<[&'static str]>) -> Above<'_> {
        let rest = self.elsewhere(fields.as_ref());
        Above { first: Some(first.into()).filter(|_| !self.is_empty() && rest.is_empty()).unwrap_or_default(), rest }
    }

    /// What is wrong with none of `fields`: it stands above the form.
    pub(super) fn elsewhere(&self, fields: &[&str]) -> Vec<&str> {
        self.0.iter().filter(|(at, _)| !fields.contains(at)).map(|(_, sentence)| sentence.as_str()).collect()
    }
}

impl From<Refusal> for Problems {
    fn from(refusal: Refusal) -> Self {
        Self(vec![(refusal.field.unwrap_or_default(), refusals::said(&refusal))])
    }
}

/// What is wrong with a form to sign up, all at once.
impl From<Vec<Problem>> for Problems {
    fn from(wrong: Vec<Problem>) -> Self {
        Self(wrong.into_iter().map(|Problem { field, problem, .. }| (field, refusals::said(&Refusal::invalid(field, problem)))).collect())
    }
}

/// What is wrong with a field, as HTML.
#[derive(Template)]
#[template(
    source = r#"{% if !sentence.is_empty() %}<p class="under wrong" id="{{ field }}-wrong">{{ sentence }}</p>{% endif %}"#,
    ext = "html"
)]
pub(super) struct Beside<'a> {
    field: &'a str,
    sentence: &'a str,
}

/// What is wrong with a form, as HTML.
#[derive(Template)]
#[template(
    source = r#"{% if !first.is_empty() || !rest.is_empty() %}<div class="notice wrong" role="alert">{% if !first.is_empty() %}<p>{{ first }}</p>{% endif %}{% for sentence in rest %}<p>{{ sentence }}</p>{% endfor %}</div>{% endif %}"#,
    ext = "html"
)]
pub(super) struct Above<'a> {
    first: String,
    rest: Vec<&'a str>,
}

/// Attributes of a field.
pub(super) struct Mark<'a> {
    field: &'a str,
    hint: &'a str,
    is_wrong: bool,
}

impl fmt::Display for Mark<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, hint, .. } = self;
        match (self.is_wrong, hint.is_empty()) {
            (true, true) => write!(f, r#" aria-invalid="true" aria-describedby="{field}-wrong""#),
            (true, false) => write!(f, r#" aria-invalid="true" aria-describedby="{field}-wrong {hint}""#),
            (false, true) => Ok(()),
            (false, false) => write!(f, r#" aria-describedby="{hint}""#),
        }
    }
}

// Their templates escape what is no HTML; names of fields and hints are ours.
impl HtmlSafe for Beside<'_> {}
impl HtmlSafe for Above<'_> {}
impl HtmlSafe for Mark<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said_beside_its_field_once_and_stays_words() {
        let mut problems = Problems::default();
        assert_eq!((problems.beside("a").to_string(), problems.above("Look", ["a"]).to_string()), (String::new(), String::new()));
        problems.add("a", "<b>".into());
        assert_eq!(problems.beside("a").to_string(), "<p class=\"under wrong\" id=\"a-wrong\">&#60;b&#62;</p>");
        assert_eq!(problems.mark("a", "hint").to_string(), " aria-invalid=\"true\" aria-describedby=\"a-wrong hint\"");
        assert_eq!(problems.mark("b", "hint").to_string(), " aria-describedby=\"hint\"");
        assert!(problems.above("Look", ["a"]).to_string().contains("<p>Look</p>"));
        assert!(problems.above("Look", ["b"]).to_string().contains("<p>&#60;b&#62;</p>"), "else it is said nowhere");
    }
}
