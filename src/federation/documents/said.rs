//! What our people and communities did, as activities with an id that answers: `Create` of a post, `Announce` of a boost.
//!
//! Both ids come from the row: a boost carries that of its `Announce`, the `Create` of post 7 is `/activities/7`
//! (a boost is a row of the same table, so the two never meet).

use crate::{
    base::{origin::Origin, words::Audience},
    federation::{objects::note, vocabulary},
    store::tables::{Account, Post},
};
use serde_json::{Value, json};

/// The `Create` of one of our posts, given its note; without context.
pub fn create(origin: &Origin, post: &Post, note: &note::Note, address: &note::Address) -> Value {
    let mut activity = json!({
        "type": "Create",
        "id": origin.absolute(&note::create_uri(post.id)),
        "to": address.to,
        "cc": address.cc,
        "published": post.created_at,
        "object": note,
    });
    activity["actor"] = activity["object"]["attributedTo"].clone();
    if let Some(audience) = &address.audience {
        activity["audience"] = json!(audience);
    }
    activity
}

/// The `Announce` that a boost of ours is: of what it shows, by id, which stands in `object` and `shown_author`.
pub fn announce(origin: &Origin, boost: &Post, by: &Account, shown: &Post, shown_author: Option<&Account>) -> Value {
    let cc: Vec<String> =
        [note::followers_of(origin, by)].into_iter().chain(shown_author.map(|author| origin.absolute(&author.uri))).collect();
    // What is for the members of a community is announced to them alone.
    let (to, cc) = match boost.audience {
        Audience::Public | Audience::Unlisted => (vec![vocabulary::PUBLIC.to_owned()], cc),
        Audience::Members => (vec![origin.absolute(&by.uri), note::followers_of(origin, by)], Vec::new()),
        Audience::Followers | Audience::Direct => (vec![note::followers_of(origin, by)], Vec::new()),
    };
    json!({
        "type": "Announce",
        "id": origin.absolute(&boost.uri),
        "actor": origin.absolute(&by.uri),
        "to": to,
        "cc": cc,
        "published": boost.created_at,
        "object": origin.absolute(&shown.uri),
    })
}
