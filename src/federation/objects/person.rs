//! Our people: `Person`, or `Service` for a bot.

use super::actor::{ActorDocument, describe};
use crate::{
    base::{origin::Origin, text::html},
    features::affiliations,
    store::tables::{Account, Key},
};
use serde_json::json;

/// The document of a person of ours.
pub fn into_json(origin: &Origin, account: &Account, keys: &[Key]) -> anyhow::Result<ActorDocument> {
    let featured = format!("{}/featured", origin.absolute(&account.uri));
    let tags = format!("{}/tags", origin.absolute(&account.uri));
    let document = describe(origin, account, keys)?.with("featured", featured).with("featuredTags", tags);
    let document = match account.showing().attribution_hosts {
        hosts if hosts.is_empty() => document,
        hosts => document.with("attributionDomains", hosts),
    };
    let document = match account.guest() {
        Some(guest) => document.with("guestOf", origin.absolute(&guest.sponsor)).with("guestUntil", guest.until.to_string()),
        None => document,
    };
    let Some(affiliation) = affiliations::of(account) else { return Ok(document) };
    let claim = json!({
        "type": "Affiliation",
        "organisation": origin.absolute(&affiliation.organisation),
        "name": affiliation.name,
        "title": affiliation.title,
        "unit": affiliation.unit,
    });
    let line = [affiliation.title.as_str(), affiliation.unit.as_str(), affiliation.name.as_str()];
    let line: Vec<String> = line.iter().filter(|word| !word.is_empty()).map(|word| html::escape(word)).collect();
    Ok(document.first_field(affiliations::FIELD, &line.join(", ")).with("affiliation", claim))
}
