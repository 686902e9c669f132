//! Other servers as administrators handle them, by the API and the command line: what is shown of them, one act each.

use super::App;
use crate::{
    base::{
        error::{Refusal, Result},
        id::PeerId,
        page::Page,
        words::Level,
    },
    features::{
        agreements,
        deliveries::waiting::{self, Waiting},
        peers::{self, Kind, lists},
    },
    store::tables::Peer,
};
use serde_json::{Value, json};
use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

/// What the delivery loop is to do about a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nudge {
    /// Try it now.
    Retry(PeerId),
    /// Forget what waits for it.
    Forget(PeerId),
    /// It fails, and something came from it just now: look whether it takes something again.
    Heard(PeerId),
}

/// Nudges that the delivery loop has not taken yet.
#[derive(Default)]
pub struct Nudges(Mutex<Vec<Nudge>>);

impl Nudges {
    /// What there is.
    pub fn take(&self) -> Vec<Nudge> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl App {
    /// Has the delivery loop of this process do something about a host, at once.
    pub fn nudge(&self, nudge: Nudge) {
        self.nudges.0.lock().unwrap_or_else(PoisonError::into_inner).push(nudge);
        self.store.log_bell.notify_one();
    }
}

/// A page of peers of this kind (none: all), as they are shown, with their numbers for paging.
pub async fn page(app: &App, kind: Option<Kind>, page: Page) -> Result<Vec<(i64, Value)>> {
    let found = peers::page(&app.store, kind, page).await?;
    let shapes = shapes(app, &found).await?;
    Ok(found.iter().map(|peer| peer.id.0).zip(shapes).collect())
}

/// The peer called `host`, as it is shown, with what ties us to it.
pub async fn show(app: &App, host: &str) -> Result<Value> {
    let peer = peers::named(&app.store, host).await?;
    let ties = peers::dealings(&app.store, &peer).await?;
    let mut shape = shapes(app, std::slice::from_ref(&peer)).await?.pop().unwrap_or_default();
    if let Some(more) = shape.as_object_mut() {
        let ties = json!({ "accounts": ties.accounts, "seats": ties.seats, "follows": ties.follows, "agreements": ties.agreements });
        more.insert("dealings".into(), ties);
        more.insert("decisions".into(), decisions(app, &peer).await?);
    }
    Ok(shape)
}

/// Why a peer is blocked or silenced, and by which decision where that is about a host that it lies below.
async fn decisions(app: &App, peer: &Peer) -> Result<Value> {
    let said = peers::decided(&app.store, peer.id).await?;
    let part = |by: &str, reason: &str| if by.is_empty() { Value::Null } else { json!({ "host": by, "reason": reason }) };
    Ok(json!({ "block": part(&said.blocked_by, &said.block_reason), "silence": part(&said.silenced_by, &said.silence_reason) }))
}

async fn shapes(app: &App, found: &[Peer]) -> Result<Vec<Value>> {
    let queues = waiting::waiting(&app.store, found).await?;
    let partners: HashSet<String> = agreements::partners(&app.store).await?.into_iter().collect();
    let now = app.store.now();
    let shown = found.iter().map(|peer| {
        let queue = queues.get(&peer.id).copied().unwrap_or_default();
        json!({
            "host": peer.host,
            "state": Kind::of(peer, now),
            "failures": peer.failures,
            "failing_since": peer.failing_since,
            "next_attempt_at": peer.next_attempt_at,
            "blocked_at": peer.blocked_at,
            "silenced_at": peer.silenced_at,
            "ours": peer.level == Level::Intermoot,
            "partner": partners.contains(&peer.host),
            "level": peer.level,
            "software": peer.software,
            "version": peer.version,
            "software_asked_at": peer.nodeinfo_at,
            "queue": shown_queue(queue),
            "last_delivered_at": peer.succeeded_at,
            "last_received_at": peer.heard_at,
            "known_since": peer.created_at,
        })
    });
    Ok(shown.collect())
}

fn shown_queue(queue: Waiting) -> Value {
    json!({ "activities": queue.activities, "at_least": queue.at_least })
}

/// Has a host that fails tried again at once.
pub async fn retry(app: &App, host: &str) -> Result<Value> {
    let tx = app.begin().await?;
    let peer = peers::retry(&tx, host).await?;
    tx.commit().await?;
    app.nudge(Nudge::Retry(peer.id));
    show(app, &peer.host).await
}

/// Forgets a peer that nobody here deals with.
pub async fn forget(app: &App, host: &str) -> Result<()> {
    let tx = app.begin().await?;
    let peer = peers::forget(&tx, host).await?;
    tx.commit().await?;
    app.nudge(Nudge::Forget(peer));
    Ok(())
}

/// How a list of hosts is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Import {
    /// Only say what would be done.
    pub dry_run: bool,
    /// Partners too.
    pub force: bool,
}

/// Takes a list of hosts in Mastodon's CSV, on behalf of `by`: what was done, or would be.
pub async fn import(app: &App, list: &str, how: Import, by: &str) -> Result<Value> {
    let wanted = lists::read(list, app.config.server.url.host())?;
    let partners = agreements::partners(&app.store).await?;
    let tx = app.begin().await?;
    let plan = lists::plan(&tx, wanted, &partners, how.force).await?;
    if !how.dry_run {
        lists::apply(&tx, &plan, by).await?;
        tx.commit().await?;
    }
    let names = |wanted: &[lists::Wanted]| wanted.iter().map(|one| one.host.clone()).collect::<Vec<_>>();
    Ok(json!({
        "dry_run": how.dry_run,
        "blocked": names(&plan.block),
        "silenced": names(&plan.silence),
        "partners": plan.partners,
        "unchanged": plan.unchanged,
    }))
}

/// The host that a decision is about, spelled as it is kept; `field` of a request names it. Refused for this node.
pub fn another(app: &App, host: &str, field: &'static str) -> Result<String> {
    let host = peers::normal(host).map_err(|_| Refusal::invalid(field, "must be the name of a host, such as spam.example"))?;
    if host == app.origin.authority() || host == app.config.server.url.host() {
        return Err(Refusal::invalid(field, "is this node").into());
    }
    Ok(host)
}

/// Blocks a host and what lies below it, on behalf of `by`, with a reason; the host as it is kept. Refused for this node.
pub async fn block(app: &App, host: &str, (by, reason): (&str, &str)) -> Result<String> {
    let host = another(app, host, "host")?;
    let tx = app.begin().await?;
    peers::block(&tx, &host, (by, reason)).await?;
    tx.commit().await?;
    Ok(host)
}

/// Silences them likewise.
pub async fn silence(app: &App, host: &str, (by, reason): (&str, &str)) -> Result<()> {
    let host = another(app, host, "host")?;
    let tx = app.begin().await?;
    peers::silence(&tx, &host, (by, reason)).await?;
    tx.commit().await
}
