//! When and where an event is, in words for people: it stands above what its author wrote (Mobilizon, FEP-8a8e).

use super::Fields;
use crate::base::{
    host,
    text::{html, limits, names},
};
use chrono::{DateTime, FixedOffset};
use serde_json::Value;

/// Longest name of a place or part of an address.
const PLACE_CHARS_MAX: usize = 120;
/// Most places of one event.
const PLACES_MAX: usize = 3;

/// Time and place as HTML; none where neither is said.
pub fn lead(fields: Fields<'_>) -> Option<String> {
    let places = fields.list("location").take(PLACES_MAX).filter_map(place);
    let lines: Vec<String> = time(fields).into_iter().map(|time| format!("<strong>{time}</strong>")).chain(places).collect();
    (!lines.is_empty()).then(|| format!("<p>{}</p>", lines.join("<br>")))
}

/// From when to when, as its author wrote it: with the offset and the name of the zone.
fn time(fields: Fields<'_>) -> Option<String> {
    let read = |name: &str| fields.text(name).and_then(|text| DateTime::parse_from_rfc3339(text).ok());
    let start = read("startTime")?;
    let end = read("endTime").filter(|end| *end > start && fields.flag("displayEndTime") != Some(false));
    let end = end.map(|end| end.with_timezone(start.offset())).map(|end| {
        let form = if end.date_naive() == start.date_naive() { "%H:%M" } else { "%Y-%m-%d %H:%M" };
        format!(" – {}", end.format(form))
    });
    Some(format!("{}{} ({})", start.format("%Y-%m-%d %H:%M"), end.unwrap_or_default(), zone(fields, start)))
}

fn zone(fields: Fields<'_>, start: DateTime<FixedOffset>) -> String {
    let offset = if start.offset().local_minus_utc() == 0 { "UTC".to_owned() } else { format!("UTC{}", start.format("%:z")) };
    let is_name = |name: &&str| name.len() <= 40 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte));
    match fields.text("timezone").filter(is_name).filter(|name| !matches!(*name, "UTC" | "Etc/UTC" | "")) {
        Some(name) => format!("{offset}, {name}"),
        None => offset,
    }
}

/// A place by its name and address, or by where it is online.
fn place(value: &Value) -> Option<String> {
    let clean = |text: &str| html::escape(&names::display_name(limits::cut_bytes(text, 4096), PLACE_CHARS_MAX));
    let Some(place) = Fields::of(value) else { return value.as_str().map(clean).filter(|text| !text.is_empty()) };
    let mut parts: Vec<String> = place.text("name").map(clean).into_iter().collect();
    match place.object("address") {
        Some(address) => {
            let lines = ["streetAddress", "postalCode", "addressLocality", "addressRegion", "addressCountry"];
            parts.extend(lines.iter().filter_map(|line| address.text(line)).map(clean));
        }
        None => parts.extend(place.text("address").map(clean)),
    }
    parts.retain(|part| !part.is_empty());
    let online = place.id("url").filter(|url| place.kind() == "VirtualLocation" && host::parse(url).is_some()).map(html::escape);
    parts.extend(online.map(|url| format!("<a href=\"{url}\">{url}</a>")));
    parts.dedup();
    (!parts.is_empty()).then(|| parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_event_says_when_and_where_it_is() {
        let event = json!({"startTime": "2026-12-11T19:00:00+01:00", "endTime": "2026-12-11T21:00:00+01:00", "timezone": "Europe/Paris",
            "location": {"type": "Place", "name": "The <b>Kenn</b> Centre", "address": {"addressLocality": "Exeter", "addressCountry": "UK"}}});
        let lead = lead(Fields::of(&event).unwrap()).unwrap();
        assert_eq!(
            lead,
            "<p><strong>2026-12-11 19:00 – 21:00 (UTC+01:00, Europe/Paris)</strong><br>The &lt;b&gt;Kenn&lt;/b&gt; Centre, Exeter, UK</p>"
        );
    }

    #[test]
    fn what_is_not_said_is_left_out() {
        assert_eq!(lead(Fields::of(&json!({"startTime": "soon", "location": null})).unwrap()), None);
        let online = json!({"startTime": "2026-12-11T19:00:00Z", "endTime": "2026-12-10T19:00:00Z",
            "location": [{"type": "VirtualLocation", "url": "https://meet.test/x"}, {"type": "VirtualLocation", "url": "javascript:x"}]});
        let lead = lead(Fields::of(&online).unwrap()).unwrap();
        assert_eq!(lead, "<p><strong>2026-12-11 19:00 (UTC)</strong><br><a href=\"https://meet.test/x\">https://meet.test/x</a></p>");
    }
}
