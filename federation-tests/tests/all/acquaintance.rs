//! How tests bring people, communities and peers together, and how they look at what came of it.

use anyhow::{Context, Result, ensure};
use federation_tests::api::text;
use federation_tests::community::{Community, own};
use federation_tests::eventually::when;
use federation_tests::node::Person;
use federation_tests::{Api, Node, Peer, PeerActor, quickly, shapes};
use serde_json::Value;

/// `person` follows the peer's actor and waits until the follow stands; answers the actor's account id on the node.
pub async fn follows_peer(person: &Person, actor: &PeerActor) -> Result<String> {
    let account = person.api.resolve_account(&actor.id).await?;
    let id = text(&account, "id")?.to_owned();
    person.api.follow(&id).await?;
    quickly(&format!("{} following {}", person.name, actor.id), async || {
        Ok(when(person.api.relationship(&id).await?["following"] == true))
    })
    .await?;
    Ok(id)
}

/// The peer's actor follows `object` (a person or a community of the node) and waits for the Accept.
pub async fn peer_follows(peer: &Peer, actor: &PeerActor, node: &Node, object: &str) -> Result<()> {
    let follow = shapes::follow(actor, object, &peer.fresh_id("follows"));
    actor.delivers(&node.inbox(), &follow).await?;
    let id = text(&follow, "id")?.to_owned();
    peer.awaits("the Accept of a Follow", |got| got.kind() == "Accept" && got.object_id() == id).await?;
    Ok(())
}

/// `person` of another node finds the community by its handle, joins and waits until that counts; answers it as seen there.
pub async fn joins(person: &Person, community: &Community, name: &str, home: &Node) -> Result<Community> {
    let here = person.api.lookup_community(&format!("@{name}@{}", home.authority())).await?;
    ensure!(here.uri == community.uri, "looked up {} and found {}", community.uri, here.uri);
    person.api.join(&here.id).await?;
    // a community and its account are one row: following it is belonging to it
    quickly(&format!("{} being a member of {name}", person.name), async || {
        Ok(when(person.api.relationship(&here.id).await?["following"] == true))
    })
    .await?;
    Ok(here)
}

/// True where a member entity is about the account with this ActivityPub id.
pub fn names(member: &Value, uri: &str) -> bool {
    [&member["account"]["uri"], &member["uri"], &member["account"]["url"]].iter().any(|field| field.as_str() == Some(uri))
}

/// Waits until a post whose text holds `words` is in the list that `look` gives; answers the post itself.
pub async fn sees(what: &str, words: &str, mut look: impl AsyncFnMut() -> Result<Vec<Value>>) -> Result<Value> {
    quickly(&format!("{what}: a post with {words:?}"), async || Ok(federation_tests::community::find_post(&look().await?, words).cloned()))
        .await
}

/// The posts in a list whose text holds `words`: by id, boosts counted as what they boost.
pub fn holding<'a>(posts: &'a [Value], words: &str) -> Vec<&'a Value> {
    posts.iter().map(own).filter(|post| post["content"].as_str().is_some_and(|content| content.contains(words))).collect()
}

/// Waits until the node has worked off what it was sent so far: a genuine, later post of `actor` is visible.
///
/// `reader` must follow `actor`. After this a test may say that something did *not* happen.
pub async fn settles(reader: &Person, peer: &Peer, actor: &PeerActor, node: &Node) -> Result<()> {
    let id = peer.fresh_id("notes");
    let words = format!("sentinel {}", id.rsplit('/').next().context("odd id")?);
    let note = shapes::note(actor, &id, &words, &[]);
    peer.publish(&note)?;
    actor.delivers(&node.inbox(), &shapes::create(actor, &note)).await?;
    sees("the sentinel", &words, async || reader.api.home().await).await?;
    // refetches that an activity caused run beside the queue; give them a moment
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    Ok(())
}

/// The peer's actor posts a Note that the node of `reader` (who follows the actor) comes to know; answers it as sent and as seen.
pub async fn known_note(reader: &Person, peer: &Peer, actor: &PeerActor, node: &Node, words: &str) -> Result<(Value, Value)> {
    let note = shapes::note(actor, &peer.fresh_id("notes"), words, &[]);
    peer.publish(&note)?;
    actor.delivers(&node.inbox(), &shapes::create(actor, &note)).await?;
    let seen = sees("the home timeline", words, async || reader.api.home().await).await?;
    Ok((note, seen))
}

/// The id of an entity.
pub fn id(entity: &Value) -> Result<&str> {
    text(entity, "id")
}

/// True when the post cannot be read any more.
pub async fn is_gone(api: &Api, post: &str) -> Result<bool> {
    let reply = api.call(reqwest::Method::GET, &format!("/api/v1/statuses/{post}"), None, &[]).await?;
    Ok(reply.status == 404 || reply.status == 410)
}
