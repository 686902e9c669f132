//! Words on the wire: media types, contexts, and the little vocabulary of our own (`/ns/v1`).
//!
//! Terms are the same on every node, so their namespace names no host; the document that explains them is served by each.

use super::{Federation, documents::answer};
use crate::base::origin::Origin;
use axum::{extract::State, http::HeaderMap, response::Response};
use serde_json::{Value, json};

/// What we send and ask for first; Lemmy takes this form of it (federation.md 4.1).
pub const ACTIVITY_JSON: &str = "application/activity+json; charset=utf-8";
/// The same content by its other name.
pub const LD_JSON: &str = "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"";
/// The `Accept` header of our fetches.
pub const ACCEPT: &str = "application/activity+json, application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"";
/// Everyone (ActivityPub §5.6).
pub const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";
/// The namespace of our own terms.
pub const NAMESPACE: &str = "urn:intermoot:v1:";
/// Terms of our own that are plain values.
const OWN_TERMS: [&str; 33] = [
    "purpose",
    "joinRule",
    "question",
    "stage",
    "leastLevel",
    "historyRule",
    "Member",
    "role",
    "status",
    "stakeholder",
    "rev",
    "answers",
    "policies",
    "decision",
    "basedOn",
    "level",
    "Roster",
    "for",
    "sequence",
    "issuedAt",
    "validUntil",
    "Affiliation",
    "unit",
    "hosts",
    "policyRequired",
    "digest",
    "version",
    "ModerationAct",
    "act",
    "guestUntil",
    "Retraction",
    "forgotten",
    "Newcomer",
];
/// What a node of ours says it implements (FEP-844e), beside the general ones.
pub const PROFILE: &str = "urn:intermoot:profile:1";

/// What this node implements (FEP-844e): address and name.
pub const IMPLEMENTS: [(&str, &str); 5] = [
    ("https://datatracker.ietf.org/doc/html/rfc9421", "RFC-9421: HTTP Message Signatures"),
    ("https://w3id.org/fep/8b32", "FEP-8b32: Object Integrity Proofs"),
    ("https://w3id.org/fep/1b12", "FEP-1b12: Group federation"),
    ("https://w3id.org/fep/521a", "FEP-521a: Representing actor's public keys"),
    (PROFILE, "Intermoot"),
];

/// Whether `uri` is one of the three ways to write [`PUBLIC`].
pub fn is_public(uri: &str) -> bool {
    matches!(uri, PUBLIC | "as:Public" | "Public")
}

/// The `@context` of everything we send. A term that none of these defines is lost on peers that read by JSON-LD: `did/v1` is
/// there for `assertionMethod` (FEP-521a), without which they find no key for our proofs.
pub fn context(origin: &Origin) -> Value {
    json!([
        "https://www.w3.org/ns/activitystreams",
        "https://w3id.org/security/v1",
        "https://w3id.org/security/data-integrity/v1",
        "https://www.w3.org/ns/did/v1",
        "https://w3id.org/security/multikey/v1",
        origin.absolute("/ns/v1"),
    ])
}

/// Whether a `Content-Type` is exactly one of those an ActivityPub document may have (S31).
pub fn is_activity_type(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
    let mut has_profile = false;
    for parameter in parts {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let value = value.trim().trim_matches('"');
        match name.trim().to_ascii_lowercase().as_str() {
            "charset" if value.eq_ignore_ascii_case("utf-8") => {}
            "profile" if value == "https://www.w3.org/ns/activitystreams" => has_profile = true,
            _ => return false,
        }
    }
    kind == "application/activity+json" || (kind == "application/ld+json" && has_profile)
}

/// `GET /ns/v1`: the context of our own terms.
pub async fn serve(State(_): State<Federation>, headers: HeaderMap) -> Response {
    let own = |name: &str| (name.to_owned(), json!(format!("{NAMESPACE}{name}")));
    let linked = |id: &str| json!({"@id": id, "@type": "@id"});
    let dated = |id: &str| json!({"@id": id, "@type": "http://www.w3.org/2001/XMLSchema#dateTime"});
    let mut terms: serde_json::Map<String, Value> = OWN_TERMS.map(own).into_iter().collect();
    for (name, value) in [
        ("toot", json!("http://joinmastodon.org/ns#")),
        ("featured", linked("toot:featured")),
        ("featuredTags", linked("toot:featuredTags")),
        ("Emoji", json!("toot:Emoji")),
        ("attributionDomains", json!({"@id": "toot:attributionDomains", "@type": "@id"})),
        ("discoverable", json!("toot:discoverable")),
        ("indexable", json!("toot:indexable")),
        ("webfinger", json!("https://purl.archive.org/socialweb/webfinger#webfinger")),
        ("blurhash", json!("toot:blurhash")),
        ("votersCount", json!("toot:votersCount")),
        ("Hashtag", json!("as:Hashtag")),
        ("sensitive", json!("as:sensitive")),
        ("manuallyApprovesFollowers", json!("as:manuallyApprovesFollowers")),
        ("postingRestrictedToMods", json!("https://join-lemmy.org/ns#postingRestrictedToMods")),
        ("movedTo", linked("as:movedTo")),
        ("gts", json!("https://gotosocial.org/ns#")),
        ("interactionPolicy", linked("gts:interactionPolicy")),
        ("canQuote", linked("gts:canQuote")),
        ("automaticApproval", linked("gts:automaticApproval")),
        ("interactingObject", linked("gts:interactingObject")),
        ("interactionTarget", linked("gts:interactionTarget")),
        ("quote", linked("https://w3id.org/fep/044f#quote")),
        ("quoteAuthorization", linked("https://w3id.org/fep/044f#quoteAuthorization")),
        ("quoteUri", json!("http://fedibird.com/ns#quoteUri")),
        ("_misskey_quote", json!("https://misskey-hub.net/ns#_misskey_quote")),
        ("QuoteRequest", json!("https://w3id.org/fep/044f#QuoteRequest")),
        ("QuoteAuthorization", json!("https://w3id.org/fep/044f#QuoteAuthorization")),
        ("schema", json!("http://schema.org#")),
        ("PropertyValue", json!("schema:PropertyValue")),
        ("value", json!("schema:value")),
        ("description", json!("schema:description")),
        ("affiliation", json!(format!("{NAMESPACE}affiliation"))),
        ("organisation", linked(&format!("{NAMESPACE}organisation"))),
        ("paused", linked(&format!("{NAMESPACE}paused"))),
        ("title", json!(format!("{NAMESPACE}title"))),
        ("guestOf", linked(&format!("{NAMESPACE}guestOf"))),
        ("members", linked(&format!("{NAMESPACE}members"))),
        ("seats", linked(&format!("{NAMESPACE}seats"))),
        ("requests", linked(&format!("{NAMESPACE}requests"))),
        ("heldThrough", linked(&format!("{NAMESPACE}heldThrough"))),
        ("agreement", linked(&format!("{NAMESPACE}agreement"))),
        ("admittedBy", linked(&format!("{NAMESPACE}admittedBy"))),
        ("organisations", json!({"@id": format!("{NAMESPACE}organisations"), "@container": "@set"})),
        ("host", json!(format!("{NAMESPACE}host"))),
        ("announcedAt", dated(&format!("{NAMESPACE}announcedAt"))),
        ("admittedFrom", dated(&format!("{NAMESPACE}admittedFrom"))),
        ("askedAt", dated(&format!("{NAMESPACE}askedAt"))),
        ("historyFrom", dated(&format!("{NAMESPACE}historyFrom"))),
        ("expires", dated(&format!("{NAMESPACE}expires"))),
        ("implements", json!({"@id": "https://w3id.org/fep/844e/implements", "@type": "@id", "@container": "@list"})),
    ] {
        terms.insert(name.to_owned(), value);
    }
    answer::held_json("application/ld+json", answer::held(&headers), &json!({"@context": terms}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s031_only_the_exact_content_types_are_taken() {
        for good in [
            "application/activity+json",
            "Application/Activity+JSON; charset=utf-8",
            "application/activity+json;charset=UTF-8",
            "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"",
            "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"; charset=utf-8",
        ] {
            assert!(is_activity_type(good), "{good}");
        }
        for bad in [
            "",
            "application/json",
            "text/plain",
            "application/octet-stream",
            "application/activity+jsonx",
            "application/ld+json",
            "application/ld+json; profile=\"https://example.com\"",
            "text/html; application/activity+json",
            "application/activity+json; charset=latin1",
            "application/activity+json, text/html",
        ] {
            assert!(!is_activity_type(bad), "{bad}");
        }
    }
}
