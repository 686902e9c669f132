//! `GET /activities/{id}`: what was done in public, from the log while it holds it, and from the rows for ever.
//!
//! An activity is only as visible as what it carries: one whose post was deleted, removed or narrowed since is not there
//! any more (S50). What ends something (`Delete`, `Undo`, `Remove`) carries nothing but ids.

use super::{actors::in_context, answer::Failure, asked::Asked, said};
use crate::{
    base::{id::PostId, words::Audience},
    features::{
        accounts,
        posts::queries::{self, Viewer},
    },
    federation::{
        Federation,
        objects::{
            Fields,
            note::{self, Facts},
        },
    },
    store::{log, tables::Post},
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use serde_json::Value;

/// `GET /activities/{id}`.
pub async fn activity(State(federation): State<Federation>, Path(id): Path<String>, asked: Asked) -> Result<Response, Failure> {
    let sent = log::activity(&federation.app.store, asked.path()).await?;
    let sent = sent.map(|body| serde_json::from_str::<Value>(&body)).transpose().map_err(anyhow::Error::from)?;
    if let Some(sent) = sent {
        if may_show(&federation, &sent).await? {
            return Ok(asked.document(&sent));
        }
        let viewer = asked.signing_viewer(&federation).await.ok_or_else(Failure::not_found)?;
        return if is_among(&federation, &sent, &viewer).await? { Ok(asked.document(&sent)) } else { Err(Failure::not_found()) };
    }
    let id = id.parse().map(PostId).map_err(|_| Failure::not_found())?;
    let store = &federation.app.store;
    let post = match queries::seen(store, &Viewer::Stranger, id).await? {
        Some(post) => post,
        None => {
            let viewer = asked.signing_viewer(&federation).await.ok_or_else(Failure::not_found)?;
            queries::seen(store, &viewer, id).await?.ok_or_else(Failure::not_found)?
        }
    };
    let built = of_post(&federation, &post).await?.filter(|_| post.uri == asked.path() || note::create_uri(post.id) == asked.path());
    Ok(asked.document(&in_context(&federation, built.ok_or_else(Failure::not_found)?)?))
}

/// What put `post` there, without context: the `Announce` of a boost, else the `Create`. None unless it was one of ours.
pub async fn of_post(federation: &Federation, post: &Post) -> Result<Option<Value>, Failure> {
    if !post.uri.starts_with('/') {
        return Ok(None);
    }
    let (store, origin) = (&federation.app.store, &federation.app.origin);
    let Some(shown) = post.boost_of_id else {
        let facts = Facts::gather(federation, post).await?;
        let note = note::into_json(origin, post, &facts);
        return Ok(Some(said::create(origin, post, &note, &note::address(origin, post, &facts))));
    };
    let Some(shown) = queries::by_id(store, shown).await? else { return Ok(None) };
    let people = accounts::queries::by_ids(store, &[post.author_id, shown.author_id]).await?;
    let find = |id| people.iter().find(|account| account.id == id);
    Ok(find(post.author_id).map(|by| said::announce(origin, post, by, &shown, find(shown.author_id))))
}

/// Whether a host may see an activity that we sent: one that is about a post of a community, which its people may read.
/// Endings are told, not shown: of what is gone nobody asks.
async fn is_among(federation: &Federation, activity: &Value, viewer: &Viewer) -> Result<bool, Failure> {
    let Some(fields) = Fields::of(activity) else { return Ok(false) };
    let inner = fields.object("object").and_then(|object| object.id("object"));
    let mut is_seen = false;
    for uri in fields.id("object").into_iter().chain(inner) {
        let Some(post) = queries::by_uri(&federation.app.store, federation.app.origin.stored(uri)).await? else { continue };
        if post.audience != Audience::Members || queries::seen(&federation.app.store, viewer, post.id).await?.is_none() {
            return Ok(false);
        }
        is_seen = true;
    }
    Ok(is_seen)
}

/// Whether a stranger may see an activity that we sent.
async fn may_show(federation: &Federation, activity: &Value) -> Result<bool, Failure> {
    let Some(fields) = Fields::of(activity) else { return Ok(false) };
    if !fields.addresses_everyone("to") && !fields.addresses_everyone("cc") {
        return Ok(false);
    }
    if matches!(fields.kind(), "Delete" | "Undo" | "Remove") {
        return Ok(true);
    }
    let inner = fields.object("object").and_then(|object| object.id("object"));
    for uri in fields.id("object").into_iter().chain(inner) {
        let Some(post) = queries::by_uri(&federation.app.store, federation.app.origin.stored(uri)).await? else { continue };
        if post.audience > Audience::Unlisted || queries::seen(&federation.app.store, &Viewer::Stranger, post.id).await?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}
