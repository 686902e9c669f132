//! Our posts, their threads, and our activities.

use super::{
    Door,
    answer::{self, For, Served, missing},
};
use crate::{
    base::{error::Refusal, id::PostId, words::Audience},
    features::posts::{
        queries::{self, Viewer},
        thread,
    },
    federation::{
        Federation,
        objects::{Fields, note},
        verify::{self, Rejection, Strangers},
        vocabulary,
    },
    net::{Method, signature::Received},
    store::{log, tables::Post},
};
use activitypub_federation::protocol::{context::WithContext, tombstone::Tombstone};
use axum::{
    extract::{OriginalUri, Path, State},
    http::HeaderMap,
};
use serde_json::{Value, json};

pub async fn post(State(federation): Door, Path(id): Path<i64>, OriginalUri(uri): OriginalUri, headers: HeaderMap) -> Served {
    let store = &federation.app.store;
    let found = queries::by_id(store, PostId(id)).await?.filter(|post| post.uri.starts_with("/p/") && post.boost_of_id.is_none());
    let found = found.ok_or_else(missing)?;
    if found.deleted_at.is_some() && found.audience <= Audience::Unlisted {
        let origin = &federation.app.origin;
        let id = origin.absolute(&found.uri).parse().map_err(anyhow::Error::from)?;
        return answer::gone(&headers, &WithContext::new(Tombstone::new(id), vocabulary::context(origin)));
    }
    if let Some(post) = queries::seen(store, &Viewer::Stranger, found.id).await? {
        return answer::document(&headers, For::Everyone, &note::document(&federation, &post).await?);
    }
    let host = signer(&federation, &uri, &headers).await?.ok_or_else(missing)?;
    let post = queries::seen(store, &Viewer::Host(host), found.id).await?.ok_or_else(missing)?;
    answer::document(&headers, For::Sender, &note::document(&federation, &post).await?)
}

/// The host that signed a GET; none when it is not signed.
pub(super) async fn signer(federation: &Federation, uri: &axum::http::Uri, headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    if !headers.contains_key("signature") {
        return Ok(None);
    }
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let received = Received { method: &Method::GET, target, headers, body: &[] };
    match verify::authenticate(federation, &received, Strangers::Ask).await {
        Ok(verified) if federation.is_blocked(verified.host()).await.unwrap_or(true) => Ok(None),
        Ok(verified) => Ok(Some(verified.host().to_owned())),
        Err(Rejection::Later(sentence)) => Err(Refusal::unavailable("key_away", sentence)),
        Err(rejection) => Err(Refusal::unauthenticated(rejection.to_string())),
    }
}

/// An activity of ours, while the log holds it and if it was for everyone.
pub async fn activity(State(federation): Door, Path(id): Path<String>, headers: HeaderMap) -> Served {
    let body = log::activity(&federation.app.store, &format!("/activities/{id}")).await?.ok_or_else(missing)?;
    let activity: Value = serde_json::from_str(&body).map_err(anyhow::Error::from)?;
    let is_public = Fields::of(&activity).is_some_and(|fields| fields.addresses_everyone("to") || fields.addresses_everyone("cc"));
    if !is_public {
        return Err(missing());
    }
    answer::document(&headers, For::Everyone, &activity)
}

pub async fn replies(State(federation): Door, Path(id): Path<i64>, headers: HeaderMap) -> Served {
    let (post, _, descendants) = around(&federation, id).await?;
    let replies = descendants.iter().filter(|reply| reply.in_reply_to_id == Some(post.id));
    let origin = &federation.app.origin;
    let items: Vec<String> = replies.map(|reply| origin.absolute(&reply.uri)).collect();
    let id = format!("{}/replies", origin.absolute(&post.uri));
    let collection = json!({"@context": vocabulary::context(origin), "type": "Collection", "id": id, "totalItems": items.len(), "items": items});
    answer::document(&headers, For::Everyone, &collection)
}

/// The whole thread, for those who fill gaps (FEP-7888, FEP-f228).
pub async fn context(State(federation): Door, Path(id): Path<i64>, headers: HeaderMap) -> Served {
    let (post, ancestors, descendants) = around(&federation, id).await?;
    let origin = &federation.app.origin;
    let items: Vec<String> = ancestors.iter().chain([&post]).chain(&descendants).map(|post| origin.absolute(&post.uri)).collect();
    let id = format!("{}/context", origin.absolute(&post.uri));
    let collection =
        json!({"@context": vocabulary::context(origin), "type": "OrderedCollection", "id": id, "totalItems": items.len(), "orderedItems": items});
    answer::document(&headers, For::Everyone, &collection)
}

/// A post of ours as strangers see it, with what is before and after it in its thread.
async fn around(federation: &Federation, id: i64) -> Result<(Post, Vec<Post>, Vec<Post>), answer::Failed> {
    let store = &federation.app.store;
    let post = queries::seen(store, &Viewer::Stranger, PostId(id)).await?.filter(|post| post.uri.starts_with("/p/")).ok_or_else(missing)?;
    let (ancestors, descendants) = thread::context(store, &Viewer::Stranger, post.id).await?;
    Ok((post, ancestors, descendants))
}
