//! The languages of the pages: their words by Fluent, dates and numbers as each writes them.
//!
//! A part of the pages has a file of its own in each language (`locales/`). What a language lacks is said in English; the
//! tests hold that none lacks anything. User text is never translated here. Source: projectfluent.org, RFC 9110 12.5.4.

use crate::base::clock::Stamp;
use chrono::{Datelike, Timelike};
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use fluent_langneg::{NegotiationStrategy, negotiate_languages};
use std::sync::LazyLock;
use unic_langid::LanguageIdentifier;

/// A language that the pages are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
}

/// The files of one language: the same in each.
macro_rules! files {
    ($code:literal) => {
        [
            include_str!(concat!("locales/", $code, "/frame.ftl")),
            include_str!(concat!("locales/", $code, "/public.ftl")),
            include_str!(concat!("locales/", $code, "/entering.ftl")),
            include_str!(concat!("locales/", $code, "/reading.ftl")),
            include_str!(concat!("locales/", $code, "/writing.ftl")),
            include_str!(concat!("locales/", $code, "/communities.ftl")),
            include_str!(concat!("locales/", $code, "/administering.ftl")),
        ]
    };
}

static ENGLISH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Language::English, &files!("en")));
static GERMAN: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Language::German, &files!("de")));

fn bundle(language: Language, files: &[&str]) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(vec![language.identifier()]);
    // Whose direction is not known stands in an element with `dir="auto"`; the marks would show in attributes.
    bundle.set_use_isolating(false);
    for file in files {
        // What cannot be read is left out; a test holds that nothing is.
        let resource = FluentResource::try_new((*file).to_owned()).unwrap_or_else(|(readable, _)| readable);
        let _ = bundle.add_resource(resource);
    }
    bundle
}

/// A range of `Accept-Language` with its weight, 1 where none is given; none for what is not accepted (RFC 9110 12.4.2).
fn range(text: &str) -> Option<(f32, &str)> {
    let (tag, weight) = text.split_once(';').unwrap_or((text, ""));
    let weight = weight.trim().strip_prefix("q=").map_or(Some(1.0), |weight| weight.parse::<f32>().ok())?;
    (weight > 0.0).then(|| (weight.min(1.0), tag.trim()))
}

impl Language {
    /// All of them.
    pub(crate) const ALL: [Self; 2] = [Self::English, Self::German];

    /// Its code (BCP 47).
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    fn identifier(self) -> LanguageIdentifier {
        self.code().parse().unwrap_or_default()
    }

    /// Its name in itself.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    /// The one with this code.
    pub(crate) fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// The best for what a browser accepts (`Accept-Language`); English where nothing fits.
    pub(crate) fn accepted(header: &str) -> Self {
        // A header is bounded by the server; a dozen languages are more than anybody reads.
        let mut ranges: Vec<(f32, &str)> = header.split(',').take(12).filter_map(range).collect();
        ranges.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        let asked: Vec<LanguageIdentifier> = ranges.into_iter().filter_map(|(_, tag)| tag.parse().ok()).collect();
        let ours = Self::ALL.map(Self::identifier);
        let best = negotiate_languages(&asked, &ours, None, NegotiationStrategy::Lookup);
        best.first().and_then(|best| Self::of(best.language.as_str())).unwrap_or_default()
    }

    fn bundle(self) -> &'static FluentBundle<FluentResource> {
        match self {
            Self::English => &ENGLISH,
            Self::German => &GERMAN,
        }
    }

    /// The message `key` with what stands in it; the key itself where there is no such message.
    pub(crate) fn say(self, key: &str, args: &[(&str, Value<'_>)]) -> String {
        let mut named = FluentArgs::with_capacity(args.len());
        for (name, value) in args {
            match value {
                Value::Text(text) => named.set(*name, FluentValue::from(*text)),
                // The number chooses the form; what is shown is written as the language groups digits.
                Value::Count(count) => {
                    named.set(*name, FluentValue::from(*count));
                    named.set(format!("{name}-shown"), FluentValue::from(self.number(*count)));
                }
            }
        }
        let found = [self, Self::English].into_iter().find_map(|language| {
            let bundle = language.bundle();
            let pattern = bundle.get_message(key)?.value()?;
            Some(bundle.format_pattern(pattern, Some(&named), &mut Vec::new()).into_owned())
        });
        found.unwrap_or_else(|| key.to_owned())
    }

    /// Whether there is such a message.
    pub(crate) fn knows(self, key: &str) -> bool {
        self.bundle().has_message(key)
    }

    /// A whole number with its digits in groups of three.
    pub(crate) fn number(self, number: i64) -> String {
        let mark = match self {
            Self::English => ',',
            Self::German => '.',
        };
        let digits = number.unsigned_abs().to_string();
        let mut shown = String::from(if number < 0 { "−" } else { "" });
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                shown.push(mark);
            }
            shown.push(digit);
        }
        shown
    }

    /// A day, such as `22 Nov 2026`.
    pub(crate) fn day(self, at: Stamp) -> String {
        let at = at.utc();
        let month = self.say(&format!("month-{}", at.month()), &[]);
        let (day, year) = (at.day().to_string(), at.year().to_string());
        self.say("date", &[("day", Value::Text(&day)), ("month", Value::Text(&month)), ("year", Value::Text(&year))])
    }

    /// A day and a time in UTC; a browser with our script shows it in its own zone.
    pub(crate) fn moment(self, at: Stamp) -> String {
        let time = format!("{:02}:{:02}", at.utc().hour(), at.utc().minute());
        self.say("moment", &[("date", Value::Text(&self.day(at))), ("time", Value::Text(&time))])
    }
}

/// What stands in a message.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    /// As it is.
    Text(&'a str),
    /// A number, which may choose between forms; `{ $name-shown }` is the number as it is written.
    Count(i64),
}

/// The files of each language, for the tests that compare them.
#[cfg(test)]
pub(crate) const FILES: [(Language, [&str; 7]); 2] = [(Language::English, files!("en")), (Language::German, files!("de"))];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_first_that_the_browser_takes_and_english_otherwise() {
        for (header, language) in [
            ("de-AT,de;q=0.9,en;q=0.8", Language::German),
            ("fr-FR, de;q=0.7, en;q=0.3", Language::German),
            ("en-GB,de;q=0.9", Language::English),
            ("de;q=0.2, en;q=0.9", Language::English),
            ("fr,it", Language::English),
            ("", Language::English),
            ("*;q=, ;;;, de-\u{0}", Language::English),
        ] {
            assert_eq!(Language::accepted(header), language, "{header}");
        }
    }

    #[test]
    fn numbers_and_dates_are_written_as_the_language_does() {
        let at = Stamp::parse("2026-03-05T07:09:00Z").unwrap();
        assert_eq!((Language::English.number(1_234_567), Language::German.number(-1_000)), ("1,234,567".into(), "−1.000".into()));
        assert_eq!(Language::English.moment(at), "5 Mar 2026, 07:09 UTC");
        assert_eq!(Language::German.moment(at), "5. März 2026, 07:09 UTC");
    }

    #[test]
    fn what_stands_in_a_message_is_text_and_never_a_message() {
        let shown = Language::English.say("frame-log-out", &[("name", Value::Text("{ date } <b>"))]);
        assert!(shown.contains("{ date } <b>"), "{shown}");
    }
}
