//! What our communities pass on to those who follow them (FEP-1b12, decisions.md 5).
//!
//! Hosts that know groups get the activity itself inside the community's Announce, unchanged; plain ones get a boost of the
//! post. Both forms are in the log with the same recipients, and each host gets the one it understands.

use super::{
    House,
    letter::{Letter, Object, Route, Written},
    posts as own_posts, targets,
};
use crate::{
    base::{
        error::Result,
        id::{AccountId, InboxId, PostId},
        words::{Audience, Shape, Stage},
    },
    features::{communities, deliveries, moderation::queue, posts},
    federation::{Federation, activities::proven::has_proof, objects::note::Facts, vocabulary::PUBLIC},
    store::{
        Tx,
        tables::{Account, Post},
    },
};
use serde_json::{Value, json};
use std::borrow::Cow;

/// An activity from elsewhere that one of our communities passes on.
#[derive(Clone, Copy, Debug)]
pub struct Passed<'a> {
    /// The bytes as they came, JSON that the inbox has checked.
    pub raw: &'a str,
    /// Who sent it; their node gets it too, as the sign that the community took it.
    pub sender: &'a Account,
    /// The id of the post it is about (or of the account), so that it keeps its place among what is said of that.
    pub key: i64,
}

/// Passes on what `community`, one of ours, received and let pass: Create, Update, Delete, Like, Undo and the like. Call it
/// in the transaction of the effect, once for each activity. Plain hosts get nothing of it here: the events tell them.
pub async fn announce_received(federation: &Federation, tx: &Tx, community: &Account, passed: Passed<'_>) -> Result<()> {
    let house = House { federation, tx };
    let mut to = targets::readers(house, community.id).await?;
    if stage(house, community.id).await? == Some(Stage::Public) {
        to.extend(passed.sender.delivery_inbox);
    }
    if is_ending(passed.raw) {
        // whoever had it, be they in the community now or not
        to.extend(deliveries::queries::went_to(tx, passed.key).await?);
    }
    pass_on(house, community, passed.raw, (passed.key, to)).await
}

/// Passes on what a moderator elsewhere did to `person` in `community`, one of ours: to the members' nodes, or, a warning
/// (`only_them`), to the person's alone. The moderator's node gets it too, as the sign that it was done.
pub async fn announce_moderation(
    federation: &Federation,
    tx: &Tx,
    community: &Account,
    passed: Passed<'_>,
    (person, only_them): (&Account, bool),
) -> Result<()> {
    let house = House { federation, tx };
    let mut to = if only_them { Vec::new() } else { targets::readers(house, community.id).await? };
    to.extend(passed.sender.delivery_inbox);
    to.extend(person.delivery_inbox);
    pass_on(house, community, passed.raw, (passed.key, to)).await
}

/// Passes on what was received about `post` if that is in a community of ours, and does nothing if not: for whoever applies
/// a Create, Update, Delete, Like or Undo from elsewhere, after its effect and in its transaction. `raw` are the bytes as
/// they came. What a moderator elsewhere removes is passed on by [`announce_received`], as the post is then out.
pub async fn pass_on_received(federation: &Federation, tx: &Tx, post: PostId, (sender, raw): (&Account, &str)) -> Result<()> {
    let Some(post) = posts::queries::by_id(tx, post).await? else { return Ok(()) };
    let is_in = !post.pending && post.removed_at.is_none() && post.audience != Audience::Direct;
    let Some(community) = post.community_id.filter(|_| is_in) else { return Ok(()) };
    match targets::account(House { federation, tx }, community).await? {
        Some(community) if community.is_local() => {
            announce_received(federation, tx, &community, Passed { raw, sender, key: post.id.0 }).await
        }
        _ => Ok(()),
    }
}

/// Hands an activity from elsewhere to the node of a community elsewhere, in the name of `sender`, one of ours. That node
/// does not take our word for it but looks at the origin (decisions.md 4 and 5).
pub async fn forward(federation: &Federation, tx: &Tx, community: &Account, passed: Passed<'_>) -> Result<()> {
    let house = House { federation, tx };
    let position = deliveries::next_position(tx).await?;
    let written = Written { uri: String::new(), position, body: passed.raw.to_owned() };
    let targets = community.delivery_inbox.into_iter().collect();
    written.send(house, passed.sender, Route { key: passed.key, shape: Shape::Any, targets }).await
}

/// `community` announces an activity, byte for byte, to the hosts among `to` that know groups.
pub async fn pass_on(house: House<'_>, community: &Account, raw: &str, (key, to): (i64, Vec<InboxId>)) -> Result<()> {
    let Some(stage) = stage(house, community.id).await? else { return Ok(()) };
    if to.is_empty() {
        return Ok(());
    }
    let (primary, others) = address(house, community, stage);
    let raw = &without_blind_copies(raw)?;
    let announce = Letter::new(community, "Announce", Object::Raw(raw)).to(primary, others).write(house).await?;
    let content = (stage != Stage::Public && !is_ending(raw)).then_some(community.id);
    announce.send_within(house, community, content, Route { key, shape: Shape::Group, targets: to }).await
}

/// Keeps a Create or Update from elsewhere of `post`, which is in a community of ours, for whoever joins later: if it has a
/// proof, by which they can believe it. `raw` are the bytes as they came.
pub async fn keep_original(tx: &Tx, post: PostId, raw: &str) -> Result<()> {
    let raw = without_blind_copies(raw)?;
    let activity: Value = serde_json::from_str(&raw).map_err(anyhow::Error::from)?;
    posts::originals::keep(tx, post, has_proof(&activity).then_some(&*raw)).await
}

/// The activity without whom its author wrote to in secret (ActivityPub §6), which they should not have sent; its proof goes
/// with that, as it would hold no longer. All others pass as they came (S63).
fn without_blind_copies(raw: &str) -> Result<Cow<'_, str>> {
    const BLIND: [&str; 2] = ["bto", "bcc"];
    // a name may be written with escapes
    if !BLIND.iter().any(|name| raw.contains(name)) && !raw.contains("\\u") {
        return Ok(Cow::Borrowed(raw));
    }
    let mut activity: Value = serde_json::from_str(raw).map_err(anyhow::Error::from)?;
    let mut is_changed = false;
    for part in ["", "/object"] {
        let Some(fields) = activity.pointer_mut(part).and_then(Value::as_object_mut) else { continue };
        is_changed |= BLIND.iter().filter(|name| fields.remove(**name).is_some()).count() > 0;
    }
    if !is_changed {
        return Ok(Cow::Borrowed(raw));
    }
    activity.as_object_mut().map(|fields| fields.remove("proof"));
    Ok(Cow::Owned(activity.to_string()))
}

/// Whether an activity only ends something: it carries ids and goes to all who had the thing, whatever they may read now.
fn is_ending(raw: &str) -> bool {
    #[derive(serde::Deserialize)]
    struct Kind {
        #[serde(rename = "type")]
        kind: String,
    }
    serde_json::from_str::<Kind>(raw).is_ok_and(|activity| matches!(activity.kind.as_str(), "Delete" | "Remove"))
}

/// How wide a community of ours is open; none when nothing of it leaves this node.
async fn stage(house: House<'_>, community: AccountId) -> Result<Option<Stage>> {
    let found = communities::queries::by_id(house.tx, community).await?;
    Ok(found.map(|community| community.stage).filter(|stage| *stage != Stage::Local))
}

fn address(house: House<'_>, community: &Account, stage: Stage) -> (Vec<String>, Vec<String>) {
    let uri = house.absolute(&community.uri);
    let followers = format!("{uri}/followers");
    if stage == Stage::Public { (vec![uri, PUBLIC.to_owned()], vec![followers]) } else { (vec![uri, followers], Vec::new()) }
}

/// A post was let into a community of ours.
pub async fn admitted(house: House<'_>, post: PostId, community: AccountId) -> Result<()> {
    let Some(post) = posts::queries::by_id(house.tx, post).await?.filter(|post| post.deleted_at.is_none()) else { return Ok(()) };
    let Some(group) = targets::account(house, community).await?.filter(Account::is_local) else { return Ok(()) };
    let Some(about) = communities::queries::by_id(house.tx, community).await?.filter(|about| about.stage != Stage::Local) else {
        return Ok(());
    };
    let to = targets::readers(house, community).await?;
    if about.stage == Stage::Public && (post.in_reply_to_uri.is_empty() || about.announce_replies) {
        show(house, &group, &post, to.clone()).await?;
    }
    // What others wrote was passed on as it came.
    if post.uri.starts_with('/') && !to.is_empty() {
        let facts = Facts::gather(house.federation, &post).await?;
        let create = own_posts::create(house, &post, &facts).await?;
        pass_on(house, &group, &create.body, (post.id.0, to)).await?;
    }
    Ok(())
}

/// The community boosts a post for plain hosts.
async fn show(house: House<'_>, group: &Account, post: &Post, to: Vec<InboxId>) -> Result<()> {
    if to.is_empty() {
        return Ok(());
    }
    let boost = deliveries::queries::announcement(house.tx, group.id, post.id).await?;
    let mut letter = Letter::new(group, "Announce", plain_object(house, post));
    letter.id = boost.map(|boost| boost.uri);
    letter.extra.insert("published".into(), json!(house.tx.now));
    let (primary, others) = address(house, group, Stage::Public);
    let announce = letter.to(primary, others).write(house).await?;
    announce.send(house, group, Route { key: post.id.0, shape: Shape::Plain, targets: to }).await
}

/// A post from elsewhere that waited for a moderator was let in: what came about it meanwhile is passed on now, as it came.
/// Of a public community, where nothing was kept, hosts that know groups are given its id and get it at its origin.
pub async fn show_waited(house: House<'_>, group: &Account, post: &Post) -> Result<()> {
    let mut kept = queue::take_bytes(house.tx, post.id).await?;
    if kept.is_empty() {
        kept.push(serde_json::to_string(&plain_object(house, post)).map_err(anyhow::Error::from)?);
    }
    let mut to = targets::readers(house, group.id).await?;
    to.extend(targets::account(house, post.author_id).await?.and_then(|author| author.delivery_inbox));
    for raw in kept {
        pass_on(house, group, &raw, (post.id.0, to.clone())).await?;
    }
    Ok(())
}

fn plain_object(house: House<'_>, post: &Post) -> Value {
    json!(house.absolute(&post.uri))
}

/// The community takes the boost of a post back, for plain hosts.
pub async fn take_back(house: House<'_>, group: &Account, post: &Post) -> Result<()> {
    if stage(house, group.id).await? != Some(Stage::Public) {
        return Ok(());
    }
    let Some(boost) = deliveries::queries::announcement(house.tx, group.id, post.id).await? else { return Ok(()) };
    let mut to = targets::readers(house, group.id).await?;
    to.extend(deliveries::queries::went_to(house.tx, post.id.0).await?);
    if to.is_empty() {
        return Ok(());
    }
    let uri = house.absolute(&group.uri);
    let (everyone, followers) = (vec![PUBLIC.to_owned()], vec![format!("{uri}/followers")]);
    // Whole, as GoToSocial answers 400 when what is undone has no addresses and it has lost the boost itself
    let announce = json!({
        "type": "Announce",
        "id": house.absolute(&boost.uri),
        "actor": uri,
        "published": boost.created_at,
        "to": everyone,
        "cc": followers,
        "object": plain_object(house, post),
    });
    let undo = Letter::new(group, "Undo", announce).to(everyone, followers).write(house).await?;
    undo.send(house, group, Route { key: post.id.0, shape: Shape::Plain, targets: to }).await
}
