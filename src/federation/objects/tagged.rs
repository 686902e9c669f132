//! How emoji of ours are told, and what a post from elsewhere refers to: people named, hashtags, custom emoji, the post that it quotes.
//!
//! Quotes are read in every spelling there is: `quote` (FEP-044f), `quoteUrl`, `quoteUri`, `_misskey_quote`, and links to
//! objects in `tag` (FEP-e232). Shortcodes are letters, digits and underscores (S85), their pictures on https.

use super::{Fields, fields::id_of};
use crate::{
    base::{
        host,
        origin::Origin,
        text::limits,
        words::{Quotable, searching::Searchable},
    },
    store::tables::Emoji,
};
use serde_json::{Value, json};

/// Longest shortcode (S85).
const SHORTCODE_MAX: usize = 64;

/// Tags of one kind.
fn of_kind<'a>(fields: Fields<'a>, kind: &'static str) -> impl Iterator<Item = Fields<'a>> {
    fields.list("tag").filter_map(Fields::of).filter(move |tag| tag.kind() == kind)
}

/// Whom it names, by id.
pub fn mentions(fields: Fields<'_>) -> Vec<String> {
    let mentions = of_kind(fields, "Mention").filter_map(|tag| tag.text("href"));
    let mut named: Vec<String> = Vec::new();
    for mention in mentions.filter(|mention| host::parse(mention).is_some()) {
        if named.len() < limits::MENTIONS_MAX && named.iter().all(|known| known != mention) {
            named.push(mention.to_owned());
        }
    }
    named
}

/// Hashtags as written, without `#`.
pub fn hashtags(fields: Fields<'_>) -> Vec<String> {
    let names = of_kind(fields, "Hashtag").filter_map(|tag| tag.text("name")).map(|tag| tag.trim().trim_start_matches('#'));
    let is_good = |name: &&str| {
        !name.is_empty() && name.chars().count() <= limits::TAG_CHARS_MAX && name.chars().all(|c| c.is_alphanumeric() || "_·-".contains(c))
    };
    names.filter(is_good).take(limits::TAGS_MAX).map(str::to_owned).collect()
}

/// Custom emoji, each shortcode once.
pub fn emojis(fields: Fields<'_>) -> Vec<Emoji> {
    let mut found: Vec<Emoji> = Vec::new();
    for emoji in of_kind(fields, "Emoji").filter_map(emoji) {
        if found.len() < limits::EMOJIS_MAX_REMOTE && found.iter().all(|known| known.shortcode != emoji.shortcode) {
            found.push(emoji);
        }
    }
    found
}

/// How an emoji of ours is told: named by the address of its picture.
pub fn told(origin: &Origin, emoji: &Emoji) -> Value {
    let url = origin.absolute(&emoji.url);
    json!({"type": "Emoji", "id": url, "name": format!(":{}:", emoji.shortcode), "icon": {"type": "Image", "url": url}})
}

/// One custom emoji; none when its name or its picture will not do.
pub fn emoji(tag: Fields<'_>) -> Option<Emoji> {
    let name = tag.text("name")?.trim();
    let shortcode = name.strip_prefix(':').and_then(|name| name.strip_suffix(':')).unwrap_or(name);
    if !is_shortcode(shortcode) {
        return None;
    }
    let icon = tag.object("icon").and_then(|icon| icon.id("url").or_else(|| icon.text("href"))).or_else(|| tag.text("icon"))?;
    let url = host::parse(icon).filter(|url| url.scheme() == "https")?;
    Some(Emoji { shortcode: shortcode.to_owned(), url: url.into() })
}

/// Whether `name` may stand between colons.
pub fn is_shortcode(name: &str) -> bool {
    (1..=SHORTCODE_MAX).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The id of the post that it quotes.
pub fn quote(fields: Fields<'_>) -> Option<&str> {
    let named = ["quote", "quoteUrl", "quoteUri", "_misskey_quote"].iter().find_map(|name| fields.list(name).find_map(id_of));
    let linked = || of_kind(fields, "Link").filter(|link| is_quote(*link)).find_map(|link| link.text("href"));
    named.or_else(linked).filter(|uri| host::parse(uri).is_some())
}

/// Whether a link is to an object (FEP-e232) and, where it says how, as a quote.
fn is_quote(link: Fields<'_>) -> bool {
    let is_object =
        link.text("mediaType").is_some_and(|kind| kind.starts_with("application/activity+json") || kind.contains("activitystreams"));
    let mut relations = link.list("rel").filter_map(Value::as_str).peekable();
    is_object && (relations.peek().is_none() || relations.any(|relation| relation.ends_with("quote")))
}

/// Who may find it by a search, where it says so (FEP-268d): `searchableBy` of a post or an actor. Whom it names one by one is
/// not looked at: they find it among what they were sent.
pub fn searchable(fields: Fields<'_>) -> Option<Searchable> {
    fields.value("searchableBy")?;
    let is_followers = |id: &str| id.ends_with("/followers");
    Some(match () {
        () if fields.addresses_everyone("searchableBy") => Searchable::Everyone,
        () if fields.ids("searchableBy").into_iter().any(is_followers) => Searchable::Followers,
        () => Searchable::Nobody,
    })
}

/// Who may quote it, where it says so (GoToSocial's `interactionPolicy`, FEP-044f).
pub fn quotable(fields: Fields<'_>) -> Option<Quotable> {
    let policy = fields.object("interactionPolicy")?.object("canQuote")?;
    let is_followers = |id: &str| id.ends_with("/followers");
    let automatic = policy.ids("automaticApproval");
    Some(match () {
        () if policy.addresses_everyone("automaticApproval") => Quotable::Everyone,
        () if automatic.iter().any(|id| is_followers(id)) => Quotable::Followers,
        () if policy.value("manualApproval").is_some() && !policy.ids("manualApproval").is_empty() => Quotable::Asked,
        () => Quotable::Nobody,
    })
}

/// Where the stamp is by which it says that it may quote that (FEP-044f).
pub fn quote_stamp(fields: Fields<'_>) -> Option<&str> {
    fields.id("quoteAuthorization").filter(|uri| host::parse(uri).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fep_e232_quotes_are_read_in_every_spelling() {
        let q = "https://q.test/n/1";
        let link = |rel: Value| json!({"tag": [{"type": "Link", "mediaType": "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"", "rel": rel, "href": q}]});
        for note in [
            json!({"quote": q}),
            json!({"quote": {"id": q, "type": "Note"}}),
            json!({"quoteUrl": q}),
            json!({"quoteUri": [q, "https://q.test/n/2"]}),
            json!({"_misskey_quote": q}),
            link(json!("https://misskey-hub.net/ns#_misskey_quote")),
            link(json!(["https://w3id.org/fep/044f#quote"])),
            link(Value::Null),
        ] {
            assert_eq!(quote(Fields::of(&note).unwrap()), Some(q), "{note}");
        }
        for note in [
            json!({"quote": "javascript:x"}),
            link(json!("replies")),
            json!({"tag": [{"type": "Link", "mediaType": "text/html", "href": q}]}),
        ] {
            assert_eq!(quote(Fields::of(&note).unwrap()), None, "{note}");
        }
    }

    #[test]
    fn s085_emoji_have_plain_names_and_pictures_on_https() {
        let tag = |name: &str, url: &str| json!({"type": "Emoji", "name": name, "icon": {"type": "Image", "url": url}});
        let long = "x".repeat(65);
        let note = json!({"tag": [
            tag(":blob_cat:", "https://e.test/1.png"), tag("plain", "https://e.test/2.png"), tag(":blob_cat:", "https://e.test/3.png"),
            tag(":../x:", "https://e.test/4.png"), tag(":a b:", "https://e.test/5.png"), tag("::", "https://e.test/6.png"), tag(&long, "https://e.test/7.png"),
            tag(":http:", "http://e.test/8.png"), tag(":js:", "javascript:alert(1)"), {"type": "Emoji", "name": ":none:"},
        ]});
        let found = emojis(Fields::of(&note).unwrap());
        let found: Vec<(&str, &str)> = found.iter().map(|emoji| (emoji.shortcode.as_str(), emoji.url.as_str())).collect();
        assert_eq!(found, [("blob_cat", "https://e.test/1.png"), ("plain", "https://e.test/2.png")]);
    }
}
