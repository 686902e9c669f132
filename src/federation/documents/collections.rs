//! Collections of which only the number is told, and what hangs empty on every actor.

use super::{
    actors::{here, in_context},
    answer::{self, Failure},
    asked::Asked,
    members::insider,
};
use crate::{
    base::{host, page::Page, words::Level},
    features::{
        communities::seats,
        peers,
        posts::{pins, queries::Viewer},
        tags::{self, FEATURED_MAX, Purpose},
    },
    federation::{Federation, followers as compared},
    store::tables::{ChosenTag, Community},
};
use axum::{extract::State, http::StatusCode, response::Response};
use serde_json::{Value, json};

/// `GET …/followers`: how many; who they are is nobody else's business.
pub async fn followers(State(federation): State<Federation>, asked: Asked) -> Result<Response, Failure> {
    let (account, community) = here(&federation, &asked, asked.owner()).await?;
    let viewer = insider(&federation, &asked, community.as_ref()).await?;
    match (asked.word("is_follower"), community, viewer) {
        (None, ..) => serve(&federation, &asked, json!({"type": "Collection", "totalItems": account.followers_count.max(0)})),
        (Some(actor), Some(community), Viewer::Host(host)) => is_follower(&federation, &community, (&host, &actor)).await,
        _ => Err(Failure::not_found()),
    }
}

/// Whether people of an actor's host may read a community: asked by Lemmy of the node of a private one before it shows a post
/// to that host (`GET …/followers?is_follower=`). Yes is 200 and empty; anything else is the answer of nothing: no to a host
/// without seats, about hosts not known here, where only our own kind is admitted, and when asked too often (S141). Nothing
/// is fetched for it.
async fn is_follower(federation: &Federation, community: &Community, (asker, actor): (&str, &str)) -> Result<Response, Failure> {
    let store = &federation.app.store;
    let about = host::parse(actor).and_then(|url| host::authority(&url)).ok_or_else(Failure::not_found)?;
    let may_ask = community.least_level <= Level::Group && federation.limits.count(asker).is_ok();
    if !may_ask || peers::find(store, &about).await?.is_none() || !seats::host_has_seat(store, community.account_id, &about).await? {
        return Err(Failure::not_found());
    }
    Ok(answer::empty(StatusCode::OK))
}

/// `GET /u/{name}/followers_synchronization`: which of somebody's followers are on the server whose actor signed (FEP-8fcf);
/// the answer of nothing to anybody else.
pub async fn followers_there(State(federation): State<Federation>, asked: Asked) -> Result<Response, Failure> {
    let (account, _) = here(&federation, &asked, asked.owner()).await?;
    let by = asked.signing_actor(&federation).await.ok_or_else(Failure::not_found)?;
    if federation.is_blocked(by.host()).await? {
        return Err(Failure::not_found());
    }
    let ids = compared::of_server(&federation, account.id, by.actor()).await?.ok_or_else(Failure::not_found)?;
    serve(&federation, &asked, json!({"type": "OrderedCollection", "totalItems": ids.len(), "orderedItems": ids}))
}

/// `GET …/following`: how many.
pub async fn following(State(federation): State<Federation>, asked: Asked) -> Result<Response, Failure> {
    let (account, community) = here(&federation, &asked, asked.owner()).await?;
    insider(&federation, &asked, community.as_ref()).await?;
    serve(&federation, &asked, json!({"type": "Collection", "totalItems": account.following_count.max(0)}))
}

/// `GET …/featured`: the ids of what is pinned, as far as the asker may see it.
pub async fn featured(State(federation): State<Federation>, asked: Asked) -> Result<Response, Failure> {
    let (account, community) = here(&federation, &asked, asked.owner()).await?;
    let viewer = insider(&federation, &asked, community.as_ref()).await?;
    let pinned = pins::of(&federation.app.store, &viewer, account.id).await?;
    let ids: Vec<String> = pinned.iter().map(|post| federation.app.origin.absolute(&post.uri)).collect();
    serve(&federation, &asked, json!({"type": "OrderedCollection", "totalItems": ids.len(), "orderedItems": ids}))
}

/// `GET /u/{name}/tags`: the tags on somebody's profile (Mastodon's `featuredTags`).
pub async fn featured_tags(State(federation): State<Federation>, asked: Asked) -> Result<Response, Failure> {
    let (account, _) = here(&federation, &asked, asked.owner()).await?;
    let page = Page::first(u32::try_from(FEATURED_MAX).unwrap_or(u32::MAX));
    let chosen = tags::queries::page(&federation.app.store, account.id, Purpose::Featured, page).await?;
    let href = |key: &str| federation.app.origin.absolute(&format!("/tags/{key}"));
    let tag = |tag: &ChosenTag| json!({"type": "Hashtag", "href": href(&tag.tag), "name": format!("#{}", tag.name)});
    let items: Vec<Value> = chosen.iter().map(tag).collect();
    serve(&federation, &asked, json!({"type": "Collection", "totalItems": items.len(), "items": items}))
}

/// Answers with a collection whose id is the path asked for.
pub fn serve(federation: &Federation, asked: &Asked, mut collection: Value) -> Result<Response, Failure> {
    collection["id"] = json!(federation.app.origin.absolute(asked.path()));
    Ok(asked.document(&in_context(federation, collection)?))
}
