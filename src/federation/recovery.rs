//! Healing after a restore, between nodes (`membership.md` 7, FEDERATION.md "After a restore").
//!
//! `GET /records?of={host}`, signed: a node hands back to `host` what communities of `host` signed about seats of its people.
//! `POST /records` shows one such record to the node that signed it: only its own signature makes that node doubt its data.
//! `POST /rewind?since={milliseconds}`, signed: what went to the sender since then is sent again.

mod heal;

pub use heal::run;

use super::{
    Federation,
    documents::{answer, answer::Failure, asked::Asked},
    objects::member::Member,
    verify::{self, Strangers},
};
use crate::{
    base::{
        clock::Stamp,
        error::{Error, Result},
        host, json,
        proof::{check_proof, verification_method_of},
        words::KeyKind,
    },
    features::{accounts, deliveries, expiry, peers, recovery},
    net::{
        Method, SignRequest,
        header::{CONTENT_TYPE, HeaderMap, HeaderValue},
        signature::Received,
    },
    store::{audit, tables::Account},
};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

/// Largest record shown to us, in bytes.
const BODY_BYTES_MAX: usize = 64 * 1024;
/// An older record proves nothing: an ended seat is forgotten ten days later (`expiry`), and its record would look as if we had
/// lost it.
const REMEMBERED: Duration = Duration::from_secs(390 * 24 * 3600);
const _: () = assert!(REMEMBERED.as_secs() < expiry::SEAT_KEPT.as_secs(), "a seat is remembered for longer than its record counts");

/// The routes of this room.
pub fn routes() -> Router<Federation> {
    Router::new().route("/records", get(hand_back).post(shown)).route("/rewind", post(rewind))
}

/// `GET /records`: to a host, what its own communities signed; to anybody else nothing is here.
async fn hand_back(State(federation): State<Federation>, asked: Asked) -> Result<Response, Failure> {
    let host = asked.signing_host(&federation).await.ok_or_else(Failure::not_found)?;
    if federation.is_blocked(&host).await? || asked.word("of").as_deref() != Some(host.as_str()) {
        return Err(Failure::not_found());
    }
    let since = asked.number("since").unwrap_or(0);
    let records = recovery::records_of(&federation.app.store, &host, since).await?;
    let items: Vec<Value> = records.iter().filter_map(|(_, record)| serde_json::from_str(record).ok()).collect();
    let at = |since: i64| federation.app.origin.absolute(&format!("/records?of={host}&since={since}"));
    let mut page = json!({
        "@context": "https://www.w3.org/ns/activitystreams",
        "type": "OrderedCollection",
        "id": federation.app.origin.absolute(asked.target()),
        "orderedItems": items,
    });
    if let Some((last, _)) = records.last().filter(|(last, _)| records.len() >= recovery::RECORDS_MAX && *last > since) {
        page["next"] = json!(at(*last));
    }
    Ok(asked.document(&page))
}

/// Who signed a `POST`, with its body.
async fn signed(federation: &Federation, request: Request) -> Result<(String, Vec<u8>, Option<i64>), StatusCode> {
    let (parts, body): (_, Body) = request.into_parts();
    let body = to_bytes(body, BODY_BYTES_MAX).await.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    let received = Received { method: &parts.method, target, headers: &parts.headers, body: &body };
    let by = verify::authenticate(federation, &received, Strangers::Ask).await.map_err(|rejection| {
        tracing::debug!(%rejection, "a request about records was not well signed");
        StatusCode::UNAUTHORIZED
    })?;
    let host = by.host().to_owned();
    match federation.is_blocked(&host).await {
        Ok(false) => {}
        Ok(true) => return Err(StatusCode::FORBIDDEN),
        Err(_) => return Err(StatusCode::SERVICE_UNAVAILABLE),
    }
    let pairs = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
    let since = pairs.filter(|(name, _)| name == "since").last().and_then(|(_, value)| value.parse().ok());
    Ok((host, body.to_vec(), since))
}

/// `POST /records`: 202 whatever it means to us; what a peer learns from the answer would be what we hold.
async fn shown(State(federation): State<Federation>, request: Request) -> Response {
    let (host, body, _) = match signed(&federation, request).await {
        Ok(signed) => signed,
        Err(status) => return answer::refused(status, "this request is not taken"),
    };
    let Ok(document) = json::parse_strict(&body, json::Limits::default()) else {
        return answer::refused(StatusCode::BAD_REQUEST, "this is no record");
    };
    match doubt(&federation, &host, &document).await {
        Ok(_) => answer::empty(StatusCode::ACCEPTED),
        Err(error) => {
            tracing::error!(%error, "a record that was shown to us could not be looked at");
            answer::refused(StatusCode::SERVICE_UNAVAILABLE, "something broke here; try again later")
        }
    }
}

/// Looks at a record that `host` shows: validly signed by a group of ours and newer than what we hold, it proves that our
/// data are old, and we recover from now on. A number without our signature changes nothing. Whether it proved that.
pub async fn doubt(federation: &Federation, host: &str, document: &Value) -> Result<bool> {
    let Some((member, group)) = ours(federation, document).await? else { return Ok(false) };
    let record = member.stored(&federation.app.origin);
    let is_recent = record.rev >= federation.app.store.now().minus(REMEMBERED).0;
    let shown =
        recovery::Shown { community: &group.uri, account: &record.account, seat: member.seat(), status: record.status, rev: record.rev };
    if !is_recent || !recovery::is_unknown(&federation.app.store, shown).await? {
        return Ok(false);
    }
    let why = format!("{host} shows a record of {} that we signed and do not hold", group.uri);
    let tx = federation.app.begin().await?;
    let is_new = audit::through(format!("records {host}"), recovery::enter(&tx, &why)).await?;
    tx.commit().await?;
    federation.app.bearers.forget_all();
    if is_new {
        tracing::warn!(why, "this node is recovering: nothing private is read or delivered until an administrator confirms");
    }
    Ok(is_new)
}

/// The record and its group, if the group is ours and signed it; the key is our own, not one that anybody told us.
async fn ours(federation: &Federation, document: &Value) -> Result<Option<(Member, Account)>> {
    let Ok(member) = Member::read(document) else { return Ok(None) };
    let group = accounts::queries::by_uri(&federation.app.store, federation.app.origin.stored(&member.record.community)).await?;
    let Some(group) = group.filter(|group| group.is_local() && group.is_community()) else { return Ok(None) };
    let key = federation.own_key(group.id, KeyKind::Ed25519).await?;
    let public = key.1.public().map_err(|error| Error::Fault(anyhow::anyhow!("a key of ours has no public half: {error}")))?;
    let is_signed = verification_method_of(document) == Some(key.0.as_str()) && check_proof(document, &public).is_ok();
    Ok(is_signed.then_some((member, group)))
}

/// `POST /rewind`: what went to the sender since then is sent again; at most once an hour.
async fn rewind(State(federation): State<Federation>, request: Request) -> Response {
    let (host, _, since) = match signed(&federation, request).await {
        Ok(signed) => signed,
        Err(status) => return answer::refused(status, "this request is not taken"),
    };
    let Some(since) = since.filter(|since| *since >= 0) else {
        return answer::refused(StatusCode::BAD_REQUEST, "there is no time in `since`");
    };
    if federation.rewound.get(&host).is_some() {
        return answer::refused(StatusCode::TOO_MANY_REQUESTS, "the log was rewound for this host within the last hour");
    }
    match note_rewind(&federation, &host, Stamp(since)).await {
        Ok(()) => answer::empty(StatusCode::ACCEPTED),
        Err(error) => {
            tracing::error!(%error, "the log could not be rewound");
            answer::refused(StatusCode::SERVICE_UNAVAILABLE, "something broke here; try again later")
        }
    }
}

/// Keeps the request, so that a restart does not lose it, and wakes delivery. Nothing where nothing ever went to `host`.
async fn note_rewind(federation: &Federation, host: &str, since: Stamp) -> Result<()> {
    let Some(peer) = peers::find(&federation.app.store, host).await? else { return Ok(()) };
    let tx = federation.app.begin().await?;
    deliveries::ask_rewind(&tx, peer.id, deliveries::position_at(since)).await?;
    tx.commit().await?;
    federation.rewound.insert(host.to_owned(), ());
    federation.note_rewind();
    Ok(())
}

/// In the background, once a minute and community at most: shows the node of `community` the newest record that we hold of
/// one of our people's seats there, as it has just told us of older ones.
pub fn show_newest(federation: &Federation, community: &Account) {
    if community.is_local() || federation.shown.contains_key(&community.uri) {
        return;
    }
    let Ok(permit) = Arc::clone(&federation.errands).try_acquire_owned() else { return };
    federation.shown.insert(community.uri.clone(), ());
    let (federation, community) = (federation.clone(), community.clone());
    tokio::spawn(async move {
        let _permit = permit;
        let shown = match recovery::newest_record(&federation.app.store, community.id).await {
            Ok(Some(record)) => show(&federation, &record).await,
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        };
        if let Err(error) = shown {
            tracing::debug!(%error, community = community.uri, "a record could not be shown to the node that signed it");
        }
    });
}

/// Shows `host`'s node a record that it signed and seems to have lost (it answered with an older one).
pub async fn show(federation: &Federation, record: &str) -> Result<()> {
    let document: Value = serde_json::from_str(record).map_err(anyhow::Error::from)?;
    let group = Member::read(&document)?.record.community;
    let Some(url) = host::parse(&group).and_then(|group| group.join("/records").ok()) else { return Ok(()) };
    send(federation, &url, record.as_bytes().to_vec()).await
}

/// A `POST` signed by our node's actor.
async fn send(federation: &Federation, url: &url::Url, body: Vec<u8>) -> Result<()> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/activity+json"));
    let host = host::authority(url).unwrap_or_default();
    federation.node_signer(&host).await?.sign(&Method::POST, url, &mut headers, Some(&body))?;
    let answer = federation.client.post(url, headers, body.into()).await.map_err(anyhow::Error::from)?;
    if answer.status.is_success() { Ok(()) } else { Err(anyhow::anyhow!("{url} answered {}", answer.status).into()) }
}
