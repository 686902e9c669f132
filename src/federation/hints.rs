//! Hints: what somebody else forwards is not believed, but may be worth a look at its origin.
//!
//! Bounded: a few at a time, the rest dropped; only about posts that concern something we have. A Linked-Data signature
//! inside changes nothing (S13).

use super::{
    Federation,
    activities::{Deed, Envelope},
    fetch,
    objects::{Fields, fields::same_origin},
    outbox,
};
use crate::{
    base::host,
    features::{accounts, posts},
    net::Budget,
    store::tables::Post,
};
use serde_json::Value;
use std::{sync::Arc, time::Duration};

/// Fetches for one hint.
const FETCHES: u32 = 6;
/// Time for one hint.
const TIME: Duration = Duration::from_secs(20);

/// Looks, in the background, at what a forwarded activity is about.
pub fn follow(federation: &Federation, activity: Value) {
    let Ok(permit) = Arc::clone(&federation.errands).try_acquire_owned() else { return };
    let federation = federation.clone();
    tokio::spawn(async move {
        let _permit = permit;
        if let Err(failure) = look(&federation, &activity).await {
            tracing::debug!(%failure, "a forwarded activity was not followed up");
        }
    });
}

async fn look(federation: &Federation, activity: &Value) -> Result<(), fetch::Failure> {
    let Some(fields) = Fields::of(activity) else { return Ok(()) };
    let (Some(object), Some(actor)) = (fields.id("object"), fields.id("actor")) else { return Ok(()) };
    if !matches!(fields.kind(), "Create" | "Update" | "Delete") || !same_origin(object, actor) || federation.app.origin.is_ours(object) {
        return Ok(());
    }
    let store = &federation.app.store;
    let parent = fields.object("object").and_then(|object| object.id("inReplyTo")).unwrap_or_default();
    let is_known = posts::queries::by_uri(store, object).await?.is_some();
    let concerns_us =
        is_known || (!parent.is_empty() && posts::queries::by_uri(store, federation.app.origin.stored(parent)).await?.is_some());
    if !concerns_us {
        return Ok(());
    }
    let budget = Budget::new(FETCHES, TIME);
    let (post, _) = fetch::fresh_post(federation, object, &budget).await?;
    match fields.id("id") {
        Some(id) if !is_known && fields.kind() == "Create" => pass_on(federation, &post, id, &budget).await,
        _ => Ok(()),
    }
}

/// A new post in a community of ours that its author's node did not send us: the members get the Create as that node
/// serves it, never as it was forwarded.
async fn pass_on(federation: &Federation, post: &Post, create: &str, budget: &Budget) -> Result<(), fetch::Failure> {
    let (Some(url), Some(community)) = (host::parse(create), post.community_id) else { return Ok(()) };
    let document = fetch::document(federation, &url, budget).await?;
    let envelope = Envelope::read(&document)?;
    let Deed::Create(create) = Deed::read(&document, &envelope)? else { return Ok(()) };
    let tx = federation.app.store.begin().await?;
    let author = accounts::queries::by_id(&tx, post.author_id).await?.filter(|author| author.uri == envelope.actor);
    if let Some(author) = author.filter(|_| create.object_id == post.uri) {
        let raw = document.to_string();
        if accounts::queries::by_id(&tx, community).await?.is_some_and(|community| community.is_local()) {
            outbox::keep_original(&tx, post.id, &raw).await?;
        }
        outbox::pass_on_received(federation, &tx, post.id, (&author, &raw)).await?;
    }
    Ok(tx.commit().await?)
}
