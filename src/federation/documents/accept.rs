//! Which form of a document somebody asks for (RFC 9110 §12.5.1; ActivityPub §3.2).

use crate::federation::vocabulary::{ACTIVITY_JSON, LD_JSON};
use axum::http::{HeaderMap, HeaderValue, header::ACCEPT};

/// The two names of one content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `application/activity+json`.
    Activity,
    /// `application/ld+json` with the profile of ActivityStreams.
    Linked,
}

impl Form {
    /// The `Content-Type` of an answer in this form.
    pub fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Activity => ACTIVITY_JSON,
            Self::Linked => LD_JSON,
        })
    }
}

/// How much somebody likes each thing that they may get, in thousandths; 0 for not at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Wishes {
    activity: u16,
    linked: u16,
    json: u16,
    html: u16,
    anything: u16,
}

impl Wishes {
    fn of(headers: &HeaderMap) -> Self {
        let mut wishes = Self::default();
        let mut is_silent = true;
        for range in headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).flat_map(ranges) {
            is_silent = false;
            let (kind, weight) = weighed(range);
            let place = match kind.as_str() {
                "application/activity+json" => &mut wishes.activity,
                "application/ld+json" => &mut wishes.linked,
                "application/json" => &mut wishes.json,
                "text/html" | "application/xhtml+xml" | "text/*" => &mut wishes.html,
                "*/*" | "application/*" => &mut wishes.anything,
                _ => continue,
            };
            *place = weight.max(*place);
        }
        if is_silent {
            wishes.anything = 1000;
        }
        wishes
    }

    /// How much an ActivityPub document is asked for by name.
    fn by_name(self) -> u16 {
        self.activity.max(self.linked).max(self.json)
    }
}

/// The media ranges of one header, split at commas outside quotes.
fn ranges(text: &str) -> impl Iterator<Item = &str> {
    let mut is_quoted = false;
    text.split(move |c| {
        is_quoted ^= c == '"';
        c == ',' && !is_quoted
    })
}

/// A media range without its parameters, lower-case, and its weight.
fn weighed(range: &str) -> (String, u16) {
    let mut parts = range.split(';').map(str::trim);
    let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
    let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    let weight = weight.map_or(1.0, |weight| weight.trim().parse::<f32>().unwrap_or(0.0).clamp(0.0, 1.0));
    (kind, (weight * 1000.0).round() as u16)
}

/// Whether a request asks for ActivityPub rather than for a page: it names one of its types, and likes no page better.
pub fn wants_activity(headers: &HeaderMap) -> bool {
    let wishes = Wishes::of(headers);
    wishes.by_name() > 0 && wishes.by_name() >= wishes.html
}

/// The form to answer in; none for those who want neither, such as browsers.
pub fn form(headers: &HeaderMap) -> Option<Form> {
    let wishes = Wishes::of(headers);
    if wishes.by_name() == 0 && wishes.anything == 0 || wishes.html > wishes.by_name() {
        return None;
    }
    let is_linked = wishes.linked > wishes.activity.max(wishes.json);
    Some(if is_linked { Form::Linked } else { Form::Activity })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROFILE: &str = "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"";

    fn headers(accept: &str) -> HeaderMap {
        HeaderMap::from_iter([(ACCEPT, accept.parse().unwrap())])
    }

    #[test]
    fn ap005_ap006_both_names_are_understood() {
        let both = format!("{PROFILE}, application/activity+json");
        for (accept, expected) in [
            ("application/activity+json", Form::Activity),
            (PROFILE, Form::Linked),
            ("application/ld+json", Form::Linked),
            (&both, Form::Activity),
            ("application/activity+json;q=0.5, application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"", Form::Linked),
            ("Application/Activity+JSON; charset=utf-8", Form::Activity),
            ("application/json", Form::Activity),
            ("application/activity+json, text/html;q=0.9", Form::Activity),
        ] {
            assert!(wants_activity(&headers(accept)), "{accept}");
            assert_eq!(form(&headers(accept)), Some(expected), "{accept}");
        }
    }

    #[test]
    fn a_browser_wants_a_page() {
        for accept in [
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
            "text/html",
            "text/html, application/activity+json;q=0.9",
            "application/activity+json;q=0",
            "image/png",
        ] {
            assert!(!wants_activity(&headers(accept)), "{accept}");
            assert_eq!(form(&headers(accept)), None, "{accept}");
        }
    }

    #[test]
    fn who_does_not_care_gets_a_page_where_there_is_one_and_a_document_elsewhere() {
        for headers in [HeaderMap::new(), headers("*/*")] {
            assert!(!wants_activity(&headers));
            assert_eq!(form(&headers), Some(Form::Activity));
        }
    }
}
