//! The WebFinger server: `GET /.well-known/webfinger` (RFC 7033; SWICG WebFinger report).
//!
//! People, communities, the organisation (`org`) and the node (its host) share one name space. What strangers may not
//! know of is as unknown as what is not there.

use super::resource::{Query, Resource};
use crate::{
    base::{
        error::{Error, Result},
        host,
        words::AccountKind,
    },
    features::{accounts, communities},
    federation::{
        Federation,
        documents::{Asked, answer, is_told_to_signer, is_told_to_strangers},
        vocabulary::LD_JSON,
    },
    store::tables::Account,
};
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

/// What leads to the actor of a whole server (FEP-d556).
const SERVER_ACTOR: &str = "https://www.w3.org/ns/activitystreams#Service";
const PROFILE_PAGE: &str = "http://webfinger.net/rel/profile-page";

/// `GET /.well-known/webfinger?resource=…[&rel=…]`: 400 for what is no resource, 404 for what whoever asks may not know of.
/// A community for partners is told to partners alone, who sign; that answer is for nobody's cache.
pub async fn serve(State(federation): State<Federation>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let Some(query) = Query::read(uri.query().unwrap_or_default(), &federation.app.origin) else {
        return refused(StatusCode::BAD_REQUEST, "Ask for one resource, as in ?resource=acct:name@host");
    };
    match find(&federation, &Asked::plainly(method, uri, headers), &query.resource).await {
        Ok(Some((account, is_for_all))) => {
            let mut told = answer::json("application/jrd+json", &describe(&federation, &account, &query.rels));
            if !is_for_all {
                told.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
            }
            told
        }
        Ok(None) | Err(Error::Refused(_)) => refused(StatusCode::NOT_FOUND, "Record not found"),
        Err(Error::Fault(fault)) => {
            tracing::error!(error = format!("{fault:#}"), "WebFinger could not answer");
            refused(StatusCode::INTERNAL_SERVER_ERROR, "Something broke on this server; it is not your fault")
        }
    }
}

fn refused(status: StatusCode, sentence: &str) -> Response {
    let headers =
        [(header::CONTENT_TYPE, "application/json"), (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, json!({"error": sentence}).to_string()).into_response()
}

/// The account of ours that `resource` names, if whoever asks may know of it, and whether everybody may.
async fn find(federation: &Federation, asked: &Asked, resource: &Resource) -> Result<Option<(Account, bool)>> {
    let (store, origin) = (&federation.app.store, &federation.app.origin);
    let found = match resource {
        Resource::Handle(name, at) if at == origin.authority() => named(federation, name).await?,
        Resource::Page(url) if url.query().is_none() && host::parse(origin.base()).is_some_and(|base| host::same_origin(&base, url)) => {
            match url.path().strip_prefix("/@") {
                Some(name) => named(federation, name).await?,
                None if url.path() == "/" => accounts::queries::by_uri(store, "/actor").await?,
                None => accounts::queries::by_uri(store, url.path()).await?,
            }
        }
        Resource::Handle(..) | Resource::Page(_) | Resource::Other => None,
    };
    let Some(account) = found.filter(|account| account.is_local() && account.is_active()) else { return Ok(None) };
    if account.is_community() {
        let Some(community) = communities::queries::by_id(store, account.id).await? else { return Ok(None) };
        let is_for_all = is_told_to_strangers(&community);
        let may_know = is_for_all || is_told_to_signer(federation, asked, (&account, &community)).await?;
        return Ok(may_know.then_some((account, is_for_all)));
    }
    if accounts::queries::is_waiting(store, account.id).await? {
        return Ok(None);
    }
    Ok(Some((account, true)))
}

/// By the one name space; the node answers to its authority too.
async fn named(federation: &Federation, name: &str) -> Result<Option<Account>> {
    if name.eq_ignore_ascii_case(federation.app.origin.authority()) {
        return accounts::queries::by_uri(&federation.app.store, "/actor").await;
    }
    accounts::queries::by_handle(&federation.app.store, name, "").await
}

/// The JRD of `account`, with the links whose relation is wanted.
fn describe(federation: &Federation, account: &Account, rels: &[String]) -> Value {
    let origin = &federation.app.origin;
    let (id, page) = (origin.absolute(&account.uri), origin.absolute(&account.url));
    // Lemmy tells a person from a community of the same name by this
    let kind = json!({"https://www.w3.org/ns/activitystreams#type": type_of(account.kind)});
    let mut links = vec![
        json!({"rel": PROFILE_PAGE, "type": "text/html", "href": page}),
        json!({"rel": "self", "type": "application/activity+json", "href": id, "properties": kind}),
        json!({"rel": "self", "type": LD_JSON, "href": id, "properties": kind}),
    ];
    if account.kind == AccountKind::Node {
        links.push(json!({"rel": SERVER_ACTOR, "type": "application/activity+json", "href": id}));
    }
    links.retain(|link| rels.is_empty() || rels.iter().any(|rel| link["rel"] == rel.as_str()));
    let mut aliases = vec![page, id];
    aliases.dedup();
    json!({"subject": format!("acct:{}@{}", account.username, origin.authority()), "aliases": aliases, "links": links})
}

fn type_of(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Person => "Person",
        AccountKind::Community => "Group",
        AccountKind::Node => "Application",
        AccountKind::Organisation => "Organization",
        AccountKind::Service => "Service",
    }
}
