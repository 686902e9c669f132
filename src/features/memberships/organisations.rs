//! Whose people are in a community: every organisation present is visible to all in it, a new one is announced beforehand.
//!
//! And bans of whole nodes. Only where the community lives. Source: membership.md 4 and 5.

use super::{moderate, terms::Visit};
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        id::AccountId,
        words::{ModAct, SeatStatus, Stage},
    },
    features::{
        communities::{seats, usable::usable},
        mod_log, peers,
    },
    sql,
    store::{Insert, Source, Tx, audit::Entry, event::Event, list, tables::Account},
};
use sea_orm::FromQueryResult;
use serde_json::json;
use std::{collections::HashMap, time::Duration};

/// The fact under which the setting `communities.announce_hours` stands: the same for every process over this database.
const ANNOUNCE_HOURS: &str = "announce_hours";
/// Its default.
const ANNOUNCE_HOURS_DEFAULT: i64 = 24;
/// Organisations listed of one community.
const LISTED_MAX: i64 = 1000;
/// How far ahead a community elsewhere may say that a new one is admitted.
const AHEAD_MAX: Duration = Duration::from_secs(366 * 86_400);
/// Most people of ours who are told.
const PEOPLE_MAX: i64 = 10_000;

/// Whether somebody of an organisation may have a seat now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    /// Now.
    Now,
    /// From then on.
    From(Stamp),
}

/// An organisation in a community.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Present {
    /// Its node; '' for ours.
    pub host: String,
    /// Seats that its people hold.
    pub seats: i64,
    /// Announced, where it was.
    pub announced_at: Option<Stamp>,
    /// Its people are admitted from then on.
    pub admitted_from: Option<Stamp>,
}

/// Keeps the setting `communities.announce_hours`; at the start of the node.
pub async fn set_announce_hours(tx: &Tx, hours: u32) -> Result<()> {
    Insert::into("facts")
        .set("name", ANNOUNCE_HOURS)
        .set("value", hours.to_string())
        .on_conflict("ON CONFLICT (name) DO UPDATE SET value = excluded.value")
        .run(tx)
        .await?;
    Ok(())
}

async fn announce_time(tx: &Tx) -> Result<Duration> {
    let set: Option<String> = sql!("SELECT value FROM facts WHERE name = {}", ANNOUNCE_HOURS).value(tx).await?;
    let hours = set.and_then(|set| set.parse().ok()).unwrap_or(ANNOUNCE_HOURS_DEFAULT);
    Ok(Duration::from_secs(u64::try_from(hours).unwrap_or_default() * 3600))
}

/// Whether the organisation of one who may have a seat is known to those present; makes it known if it was not. Records
/// `OrganisationAnnounced` where there is somebody to tell.
pub(super) async fn introduce(tx: &Tx, visit: &Visit<'_>) -> Result<Presence> {
    let (host, community) = (visit.account.host.as_str(), visit.community.id);
    if visit.account.is_local() || visit.facts.stage == Stage::Public {
        return Ok(Presence::Now);
    }
    let known: Option<Stamp> =
        sql!("SELECT admitted_from FROM community_organisations WHERE community_id = {} AND host = {}", community, host).value(tx).await?;
    if let Some(from) = known {
        return Ok(if from <= tx.now { Presence::Now } else { Presence::From(from) });
    }
    let others = "SELECT id FROM seats WHERE community_id = {} AND host <> '' AND host <> {} AND status = {} LIMIT 1";
    let others: Option<i64> = sql!(others, community, host, SeatStatus::Active).value(tx).await?;
    let from = if others.is_some() { tx.now.plus(announce_time(tx).await?) } else { tx.now };
    Insert::into("community_organisations")
        .set("community_id", community)
        .set("host", host)
        .set("announced_at", tx.now)
        .set("admitted_from", from)
        .run(tx)
        .await?;
    if others.is_some() {
        tx.record(Event::OrganisationAnnounced { community, host: host.to_owned() });
    }
    Ok(if from <= tx.now { Presence::Now } else { Presence::From(from) })
}

/// The organisation of `host` as it was announced in a community, if it was.
pub async fn newcomer(from: &impl Source, community: AccountId, host: &str) -> Result<Option<Present>> {
    sql!(
        "SELECT host, CAST(0 AS BIGINT) AS seats, announced_at, admitted_from FROM community_organisations WHERE community_id = {} AND host = {}",
        community,
        host
    )
    .one(from)
    .await
}

/// A community elsewhere says that the organisation of `host` is new in it; told again, nothing happens. Refused where nobody
/// here has a seat. Records `OrganisationAnnounced`.
pub async fn introduced_elsewhere(tx: &Tx, community: &Account, host: &str, (announced, from): (Stamp, Stamp)) -> Result<()> {
    if community.is_local() || !community.is_community() || !seats::is_held_here(tx, community.id).await? {
        return Err(Refusal::forbidden("nobody_here", "Nobody on this node is in that community.").into());
    }
    if newcomer(tx, community.id, host).await?.is_some() {
        return Ok(());
    }
    let known: i64 =
        sql!("SELECT COUNT(*) FROM community_organisations WHERE community_id = {}", community.id).value(tx).await?.unwrap_or_default();
    if known >= LISTED_MAX {
        return Err(Refusal::forbidden("too_many", "That community announced too many companies.").into());
    }
    peers::known(tx, host).await?;
    Insert::into("community_organisations")
        .set("community_id", community.id)
        .set("host", host)
        .set("announced_at", announced.min(tx.now))
        .set("admitted_from", from.min(tx.now.plus(AHEAD_MAX)))
        .run(tx)
        .await?;
    tx.record(Event::OrganisationAnnounced { community: community.id, host: host.to_owned() });
    Ok(())
}

/// The people of this node whose seat in a community is of use now, at most 10,000.
pub async fn present_here(from: &impl Source, community: AccountId) -> Result<Vec<AccountId>> {
    let select = sql!("SELECT s.account_id FROM seats s WHERE s.community_id = {} AND s.host = '' AND ", community);
    usable(select, "s", from.now()).then(" ORDER BY s.id LIMIT {}").bind(PEOPLE_MAX).column(from).await
}

/// The organisations present in a community, by their nodes, and those announced; ours first.
pub async fn organisations(from: &impl Source, community: AccountId) -> Result<Vec<Present>> {
    sql!(
        "SELECT h.host AS host, (SELECT COUNT(*) FROM seats s WHERE s.community_id = {} AND s.host = h.host AND s.status = 2) AS seats, \
         o.announced_at AS announced_at, o.admitted_from AS admitted_from \
         FROM (SELECT host FROM seats WHERE community_id = {} AND status = 2 \
               UNION SELECT host FROM community_organisations WHERE community_id = {}) h \
         LEFT JOIN community_organisations o ON o.community_id = {} AND o.host = h.host ORDER BY h.host LIMIT {}",
        community,
        community,
        community,
        community,
        LISTED_MAX
    )
    .all(from)
    .await
}

/// Whose people read in those of `communities`, ours, where `reader` may read: the hosts with a seat in use ('' is ours), in order.
pub async fn hosts(from: &impl Source, reader: AccountId, communities: &[AccountId]) -> Result<HashMap<AccountId, Vec<String>>> {
    #[derive(FromQueryResult)]
    struct Row {
        community_id: AccountId,
        host: String,
    }
    if communities.is_empty() {
        return Ok(HashMap::new());
    }
    let select = sql!(
        "SELECT h.community_id, h.host FROM (SELECT DISTINCT community_id, host FROM seats WHERE community_id IN {} AND status = 2) h \
         WHERE EXISTS (SELECT 1 FROM seats v WHERE v.community_id = h.community_id AND v.account_id = {} AND ",
        list(communities),
        reader
    );
    let select = usable(select, "v", from.now())
        .then(") AND EXISTS (SELECT 1 FROM seats s WHERE s.community_id = h.community_id AND s.host = h.host AND ");
    let rows: Vec<Row> =
        usable(select, "s", from.now()).then(") ORDER BY h.community_id, h.host LIMIT {}").bind(LISTED_MAX).all(from).await?;
    let mut found: HashMap<AccountId, Vec<String>> = HashMap::new();
    for row in rows {
        found.entry(row.community_id).or_default().push(row.host);
    }
    Ok(found)
}

/// A moderator bars a whole node's people until `until` (none: for good). Their seats are not usable from then on; none ends, so
/// that lifting the ban heals. Moderators and owners of that node keep the rank that forbids it.
pub async fn ban_host(tx: &Tx, by: &Account, community: &Account, host: &str, (reason, until): (&str, Option<Stamp>)) -> Result<()> {
    let host = host.to_lowercase();
    moderate::held(tx, community).await?;
    moderate::may_act_over_host(tx, by, community, &host).await?;
    moderate::check_reason(reason)?;
    if host.is_empty() {
        return Err(Refusal::invalid("host", "must be another node's host").into());
    }
    if until.is_some_and(|until| until <= tx.now) {
        return Err(Refusal::invalid("expires_at", "must lie in the future").into());
    }
    Insert::into("host_bans")
        .set("community_id", community.id)
        .set("host", host.as_str())
        .set("reason", reason)
        .set("expires_at", until)
        .set("lifted_at", None::<i64>)
        .set("created_at", tx.now)
        .on_conflict(
            "ON CONFLICT (community_id, host) DO UPDATE SET reason = excluded.reason, expires_at = excluded.expires_at, lifted_at = NULL",
        )
        .run(tx)
        .await?;
    note(tx, by, "host_ban.set", (community, &host));
    let entry = mod_log::Entry::of(by, community, ModAct::BanHost);
    mod_log::note(tx, mod_log::Entry { host: &host, reason, until, ..entry }).await.map(drop)
}

/// Lifts the ban of a node. Seats held are usable again; for 30 days its new people come in by asking.
pub async fn unban_host(tx: &Tx, by: &Account, community: &Account, host: &str) -> Result<()> {
    let host = host.to_lowercase();
    moderate::held(tx, community).await?;
    moderate::may_act_over_host(tx, by, community, &host).await?;
    let lift = "UPDATE host_bans SET lifted_at = {} WHERE community_id = {} AND host = {} AND lifted_at IS NULL";
    if sql!(lift, tx.now, community.id, host.as_str()).run(tx).await? > 0 {
        note(tx, by, "host_ban.lift", (community, &host));
        mod_log::note(tx, mod_log::Entry { host: &host, ..mod_log::Entry::of(by, community, ModAct::UnbanHost) }).await?;
    }
    Ok(())
}

fn note(tx: &Tx, by: &Account, act: &'static str, (community, host): (&Account, &str)) {
    let detail = json!({ "community": community.acct() });
    tx.audit(Entry { actor: by.acct(), act, object: host.to_owned(), detail, ..Entry::default() });
}
