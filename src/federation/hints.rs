//! Hints: what somebody else forwards is not believed, but may be worth a look at its origin.
//!
//! Bounded: a few at a time, the rest dropped; only about posts that concern something we have. A Linked-Data signature
//! inside changes nothing (S13).

use super::{
    Federation, fetch,
    objects::{Fields, fields::same_origin},
};
use crate::{features::posts, net::Budget};
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
    let concerns_us = posts::queries::by_uri(store, object).await?.is_some()
        || (!parent.is_empty() && posts::queries::by_uri(store, federation.app.origin.stored(parent)).await?.is_some());
    if concerns_us {
        fetch::fresh_post(federation, object, &Budget::new(FETCHES, TIME)).await?;
    }
    Ok(())
}
