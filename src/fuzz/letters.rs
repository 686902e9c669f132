//! Letters: JSON documents of other servers.

use super::HERE;
use crate::{
    base::{
        host, json,
        origin::Origin,
        text::{html, limits, strict},
    },
    federation::{
        activities::{Deed, Envelope},
        discovery::{handles::Answer, step},
        inbox,
        objects::{Fields, Introduced, Written},
    },
};
use serde_json::Value;

/// Most accounts that one activity may name.
const NAMES_MAX: usize = 1000;

/// What an inbox reads: strict JSON, an envelope, an act; and, should it be one, a post or an actor.
pub fn inbox(input: &[u8]) {
    let limits = json::Limits::default();
    let Ok(document) = json::parse_strict(input, limits) else { return };
    assert!(input.len() <= limits.bytes && depth(&document) <= limits.depth);
    let inner = Fields::of(&document).and_then(|fields| fields.list("object").next());
    for value in [Some(&document), inner].into_iter().flatten() {
        let _ = Written::read(value).map(|written| post(&written));
        let _ = Introduced::read(value).map(|introduced| actor(&introduced));
    }
    let Ok(envelope) = Envelope::read(&document) else { return };
    assert!(inbox::fits(&envelope.id) && inbox::fits(&envelope.actor), "an id is too long");
    assert!(is_of_one_origin(&envelope.id, &envelope.actor), "{} by {}", envelope.id, envelope.actor);
    let Ok(deed) = Deed::read(&document, &envelope) else { return };
    assert!(deed.names().len() <= NAMES_MAX, "{} names", deed.names().len());
    assert!(matches!(deed, Deed::Other) || !deed.lanes(&envelope).is_empty(), "{} waits for nothing", envelope.kind);
    // what is kept is read once more when it is applied
    let again = json::parse_strict(input, limits).ok().and_then(|document| Envelope::read(&document).ok());
    assert_eq!(again, Some(envelope));
}

fn post(written: &Written) {
    assert!(is_of_one_origin(&written.uri, &written.author));
    assert!(written.url.is_empty() || is_of_one_origin(&written.uri, &written.url), "{} is shown at {}", written.uri, written.url);
    assert!(written.content.len() <= 2 * html::OUTPUT_BYTES_MAX);
    strict::assert_safe(&written.content, &written.uri);
    assert!(written.mentions.len() <= limits::MENTIONS_MAX && written.tags.len() <= limits::TAGS_MAX);
    assert!(written.attachments.len() <= limits::ATTACHMENTS_MAX_REMOTE);
    assert!(written.title.chars().count() <= limits::TITLE_CHARS_MAX && !written.title.contains(char::is_control));
    assert!(written.attachments.iter().all(|file| host::parse(&file.url).is_some()));
}

fn actor(introduced: &Introduced) {
    let remote = &introduced.remote;
    assert!(host::parse(&remote.uri).and_then(|uri| host::authority(&uri)).as_ref() == Some(&remote.host), "S40: the host is the id's");
    for own in [&remote.url, &remote.inbox, &remote.shared_inbox, &remote.outbox, &remote.followers_uri, &remote.featured_uri] {
        assert!(own.is_empty() || is_of_one_origin(&remote.uri, own), "{} has {own}", remote.uri);
    }
    assert!(remote.keys.iter().all(|(id, ..)| is_of_one_origin(&remote.uri, id)));
    assert!(!remote.username.is_empty() && remote.username.len() <= limits::HOST_BYTES_MAX);
    assert!(!remote.username.contains(|c: char| c.is_whitespace() || c.is_control() || "@/?#\\<>\"".contains(c)), "{}", remote.username);
    assert!(remote.display_name.chars().count() <= limits::DISPLAY_NAME_CHARS_MAX && !remote.display_name.contains(char::is_control));
    strict::assert_safe(&remote.note, &remote.uri);
    assert!(remote.fields.len() <= limits::PROFILE_FIELDS_MAX_REMOTE && remote.emojis.len() <= limits::EMOJIS_MAX_REMOTE);
    remote.fields.iter().for_each(|field| strict::assert_safe(&field.value, &remote.uri));
}

/// What another's WebFinger may answer.
pub fn jrd(input: &[u8]) {
    let Ok(document) = json::parse_strict(input, step::LIMITS) else { return };
    let (answer, Some(ours)) = (Answer(document), url::Url::parse(HERE).ok().map(|here| Origin::new(&here))) else { return };
    assert!(answer.selves().all(|actor| host::is_plain(&actor)));
    let Some((name, at)) = answer.subject(&ours) else { return };
    assert!(name.len() <= step::LIMITS.bytes && !at.contains(['/', '@', '?', '#']), "{name} at {at}");
    assert!(host::parse(&format!("https://{at}/")).is_some_and(|url| url.path() == "/"), "{at} is no host");
}

fn is_of_one_origin(one: &str, other: &str) -> bool {
    matches!((host::parse(one), host::parse(other)), (Some(one), Some(other)) if host::same_origin(&one, &other))
}

/// How many arrays and objects are inside one another.
fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}
