//! Our actors: people, communities, the node and its organisation.

use super::{answer::Failure, asked::Asked};
use crate::{
    base::{
        self,
        words::{AccountKind, Stage},
    },
    features::{accounts, communities, memberships, policies},
    federation::{
        Federation,
        objects::{actor::ActorDocument, group, node, organisation, person},
        vocabulary,
    },
    store::tables::{Account, Community},
};
use activitypub_federation::protocol::context::WithContext;
use axum::{
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

/// One of our accounts as somebody asked for it.
#[derive(Debug)]
pub enum Ours {
    /// It takes part; with what it is as a community.
    Here(Box<Account>, Option<Box<Community>>),
    /// It was deleted.
    Gone(Box<Account>),
}

/// The account of ours with this stored uri, if whoever asks may know of it. A suspended account answers like none; so does
/// a community for this node's people only, and to strangers one for partners.
pub async fn find(federation: &Federation, asked: &Asked, uri: &str) -> Result<Ours, Failure> {
    let store = &federation.app.store;
    let account = accounts::queries::by_uri(store, uri).await?.filter(|account| account.is_local() && account.suspended_at.is_none());
    let account = account.ok_or_else(Failure::not_found)?;
    if !account.is_community() {
        if accounts::queries::is_waiting(store, account.id).await? {
            return Err(Failure::not_found());
        }
        return Ok(if account.is_active() { Ours::Here(Box::new(account), None) } else { Ours::Gone(Box::new(account)) });
    }
    let community = communities::queries::by_id(store, account.id).await?.ok_or_else(Failure::not_found)?;
    match is_told_to_strangers(&community) || is_told_to_signer(federation, asked, (&account, &community)).await? {
        false => Err(Failure::not_found()),
        true if account.is_active() => Ok(Ours::Here(Box::new(account), Some(Box::new(community)))),
        true => Ok(Ours::Gone(Box::new(account))),
    }
}

/// Whether anybody may know that a community is there.
pub fn is_told_to_strangers(community: &Community) -> bool {
    matches!(community.stage, Stage::Public | Stage::Federated)
}

/// Whether the host that signed the request may know of a community for partners.
pub async fn is_told_to_signer(
    federation: &Federation,
    asked: &Asked,
    (account, community): (&Account, &Community),
) -> base::error::Result<bool> {
    if community.stage != Stage::Partners {
        return Ok(false);
    }
    let Some(host) = asked.signing_host(federation).await else { return Ok(false) };
    Ok(!federation.is_blocked(&host).await? && memberships::queries::host_may_know(&federation.app.store, account, &host).await?)
}

/// The account of ours with this stored uri, for what hangs on it; gone counts as not there.
pub async fn here(federation: &Federation, asked: &Asked, uri: &str) -> Result<(Account, Option<Community>), Failure> {
    match find(federation, asked, uri).await? {
        Ours::Here(account, community) => Ok((*account, community.map(|community| *community))),
        Ours::Gone(_) => Err(Failure::not_found()),
    }
}

/// `GET /u/{name}`, `/c/{name}`, `/actor`, `/org`: the path is the id as stored.
pub async fn actor(State(federation): State<Federation>, asked: Asked) -> Result<Response, Failure> {
    serve(&federation, &asked, asked.path()).await
}

/// `GET /`, for those who ask for ActivityPub (Lemmy looks there).
pub async fn node(State(federation): State<Federation>, asked: Asked) -> Result<Response, Failure> {
    serve(&federation, &asked, "/actor").await
}

/// `GET /@{name}`: sends those who ask for ActivityPub to the id.
pub async fn by_handle(State(federation): State<Federation>, Path(name): Path<String>, asked: Asked) -> Result<Response, Failure> {
    let account = accounts::queries::by_handle(&federation.app.store, &name, "").await?.ok_or_else(Failure::not_found)?;
    let (account, _) = here(&federation, &asked, &account.uri).await?;
    let target = federation.app.origin.absolute(&account.uri);
    let headers = [(header::LOCATION, target.as_str()), (header::VARY, "Accept, Signature"), (header::CACHE_CONTROL, "private, no-store")];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

async fn serve(federation: &Federation, asked: &Asked, uri: &str) -> Result<Response, Failure> {
    let origin = &federation.app.origin;
    let (account, community) = match find(federation, asked, uri).await? {
        Ours::Here(account, community) => (*account, community.map(|community| *community)),
        Ours::Gone(account) => {
            let tombstone = json!({"type": "Tombstone", "id": origin.absolute(&account.uri), "deleted": account.gone_at});
            return Ok(asked.gone(&in_context(federation, tombstone)?));
        }
    };
    let keys = accounts::queries::keys_of(&federation.app.store, account.id).await?;
    let document: ActorDocument = match (account.kind, &community) {
        (AccountKind::Community, Some(community)) => {
            let binding = policies::binding(&federation.app.store, &account).await?;
            group::into_json(origin, &account, (community, &binding), &keys)?
        }
        (AccountKind::Node, _) => node::into_json(origin, &account, &keys)?,
        (AccountKind::Organisation, _) => organisation::into_json(origin, &account, &keys, &federation.app.config.organisation.hosts)?,
        _ => person::into_json(origin, &account, &keys)?,
    };
    let document = in_context(federation, document)?;
    Ok(asked.document(&if asked.is_bare() { bare(&document) } else { document }))
}

/// What of an actor's document anybody needs who is to verify its signatures and answer it (secure mode).
fn bare(document: &Value) -> Value {
    let kept = ["@context", "type", "id", "preferredUsername", "inbox", "endpoints", "publicKey", "assertionMethod"];
    kept.iter().filter_map(|name| Some(((*name).to_owned(), document.get(name)?.clone()))).collect()
}

/// `body` with the `@context` of everything we send.
pub fn in_context(federation: &Federation, body: impl serde::Serialize) -> Result<Value, Failure> {
    let whole = WithContext::new(body, vocabulary::context(&federation.app.origin));
    Ok(serde_json::to_value(whole).map_err(anyhow::Error::from)?)
}
