//! Documents as Mastodon, GoToSocial and Lemmy write them (`federation.md` 4.4 and 5, written anew by hand).
//!
//! Builders of objects take the actor who writes and give the object; `create`, `update` and the like wrap it. Ids hang
//! below the actor's or the object's, so that a test can tell them apart.

use crate::clock::{now, rfc3339};
use crate::peer::{PeerActor, id_of};
use serde_json::{Value, json};

/// The ActivityStreams context.
pub const CONTEXT: &str = "https://www.w3.org/ns/activitystreams";
/// Everybody.
pub const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

/// A Follow as Mastodon sends it.
pub fn follow(actor: &PeerActor, object: &str, id: &str) -> Value {
    json!({"@context": CONTEXT, "id": id, "type": "Follow", "actor": actor.id, "object": object})
}

/// A Follow as GoToSocial sends it: with a `to`, as one string.
pub fn gotosocial_follow(actor: &PeerActor, object: &str, id: &str) -> Value {
    json!({"@context": CONTEXT, "id": id, "type": "Follow", "actor": actor.id, "object": object, "to": object})
}

/// A Follow as Lemmy sends it: `to` an array of one.
pub fn lemmy_follow(actor: &PeerActor, object: &str, id: &str) -> Value {
    json!({"@context": lemmy_context(), "id": id, "type": "Follow", "actor": actor.id, "to": [object], "object": object})
}

/// An Accept with the Follow nested.
pub fn accept(actor: &PeerActor, follow: &Value) -> Value {
    let id = format!("{}/accepts/{}", actor.id.trim_end_matches('/'), now().timestamp_micros());
    json!({"@context": CONTEXT, "id": id, "type": "Accept", "actor": actor.id, "to": [follow["actor"]], "object": follow})
}

/// A public Note as Mastodon writes it, with mentions of `mentioned` (actor id, handle).
pub fn note(actor: &PeerActor, id: &str, content: &str, mentioned: &[(&str, &str)]) -> Value {
    let tags: Vec<Value> = mentioned.iter().map(|(href, name)| json!({"type": "Mention", "href": href, "name": name})).collect();
    let mut cc = vec![actor.followers()];
    cc.extend(mentioned.iter().map(|(href, _)| (*href).to_owned()));
    json!({
        "@context": CONTEXT,
        "id": id,
        "type": "Note",
        "url": id,
        "attributedTo": actor.id,
        "content": format!("<p>{content}</p>"),
        "published": rfc3339(now()),
        "to": [PUBLIC],
        "cc": cc,
        "sensitive": false,
        "tag": tags,
        "attachment": [],
    })
}

/// A Note that answers another.
pub fn reply(actor: &PeerActor, id: &str, content: &str, parent: (&str, &str)) -> Value {
    let (parent_id, parent_author) = parent;
    let mut note = note(actor, id, content, &[(parent_author, "@author")]);
    note["inReplyTo"] = json!(parent_id);
    note
}

/// A Page as Lemmy writes a post into a community.
pub fn lemmy_page(actor: &PeerActor, id: &str, title: &str, group: &str) -> Value {
    json!({
        "@context": lemmy_context(),
        "type": "Page",
        "id": id,
        "attributedTo": actor.id,
        "to": [group, PUBLIC],
        "cc": [],
        "audience": group,
        "name": title,
        "content": format!("<p>body of {title}</p>"),
        "mediaType": "text/html",
        "source": {"content": format!("body of {title}"), "mediaType": "text/markdown"},
        "attachment": [],
        "sensitive": false,
        "language": {"identifier": "en", "name": "English"},
        "tag": [{"type": "Hashtag", "href": id, "name": "#main"}],
        "context": format!("{id}/context"),
        "published": rfc3339(now()),
    })
}

/// A comment as Lemmy writes it.
pub fn lemmy_comment(actor: &PeerActor, id: &str, content: &str, parent: &str, group: &str) -> Value {
    json!({
        "@context": lemmy_context(),
        "type": "Note",
        "id": id,
        "attributedTo": actor.id,
        "to": [group, PUBLIC],
        "cc": [],
        "audience": group,
        "content": format!("<p>{content}</p>"),
        "mediaType": "text/html",
        "source": {"content": content, "mediaType": "text/markdown"},
        "inReplyTo": parent,
        "published": rfc3339(now()),
        "distinguished": false,
    })
}

/// Wraps an object in Create, with the object's addressing.
pub fn create(actor: &PeerActor, object: &Value) -> Value {
    wrap("Create", actor, object, "create")
}

/// Wraps an object in Update; `mark` tells several updates of one object apart.
pub fn update(actor: &PeerActor, object: &Value, mark: &str) -> Value {
    wrap("Update", actor, object, &format!("update-{mark}"))
}

fn wrap(kind: &str, actor: &PeerActor, object: &Value, mark: &str) -> Value {
    let mut activity = json!({
        "@context": object["@context"],
        "id": format!("{}#{mark}", id_of(object)),
        "type": kind,
        "actor": actor.id,
        "to": object["to"],
        "cc": object["cc"],
        "published": rfc3339(now()),
        "object": object,
    });
    if object["audience"].is_string() {
        activity["audience"] = object["audience"].clone();
        // Lemmy's ids are paths, and its Create names the group in cc
        activity["id"] = json!(format!("{}/{mark}", id_of(object)));
        activity["cc"] = json!([object["audience"]]);
    }
    activity
}

/// The same object, edited: another content and an `updated`.
pub fn edited(object: &Value, content: &str) -> Value {
    let mut object = object.clone();
    object["content"] = json!(format!("<p>{content}</p>"));
    object["updated"] = json!(rfc3339(now()));
    object
}

/// A Delete as Mastodon sends it: the object a Tombstone.
pub fn delete(actor: &PeerActor, object: &str) -> Value {
    json!({
        "@context": CONTEXT,
        "id": format!("{object}#delete"),
        "type": "Delete",
        "actor": actor.id,
        "to": [PUBLIC],
        "object": {"id": object, "type": "Tombstone"},
    })
}

/// A Delete as Lemmy sends it: the object a bare id, with audience; a `summary` makes it a moderator's removal.
pub fn lemmy_delete(actor: &PeerActor, object: &str, group: &str, summary: Option<&str>) -> Value {
    let mut activity = json!({
        "@context": lemmy_context(),
        "id": format!("{object}/delete"),
        "type": "Delete",
        "actor": actor.id,
        "to": [group, PUBLIC],
        "cc": [group],
        "audience": group,
        "object": object,
    });
    if let Some(summary) = summary {
        activity["summary"] = json!(summary);
    }
    activity
}

/// A Like as Mastodon sends it.
pub fn like(actor: &PeerActor, object: &str, id: &str) -> Value {
    json!({"@context": CONTEXT, "id": id, "type": "Like", "actor": actor.id, "object": object})
}

/// A Like as Lemmy sends it: neither `to` nor `cc`, with audience.
pub fn lemmy_like(actor: &PeerActor, object: &str, group: &str, id: &str) -> Value {
    json!({"@context": lemmy_context(), "id": id, "type": "Like", "actor": actor.id, "object": object, "audience": group})
}

/// A boost.
pub fn announce(actor: &PeerActor, object: Value, id: &str) -> Value {
    json!({
        "@context": CONTEXT,
        "id": id,
        "type": "Announce",
        "actor": actor.id,
        "published": rfc3339(now()),
        "to": [PUBLIC],
        "cc": [actor.followers()],
        "object": object,
    })
}

/// Takes an activity back, nested whole.
pub fn undo(actor: &PeerActor, activity: &Value) -> Value {
    json!({
        "@context": CONTEXT,
        "id": format!("{}#undo", id_of(activity)),
        "type": "Undo",
        "actor": actor.id,
        "to": [PUBLIC],
        "object": activity,
    })
}

fn lemmy_context() -> Value {
    json!(["https://join-lemmy.org/context.json", CONTEXT])
}
