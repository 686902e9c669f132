//! Rosters: whom a node vouches for towards one partner, and the lease under which partners' people hold seats here.
//!
//! Ours is made when it is asked for or told, under one number that only rises; a partner's replaces what we had if its
//! number is higher. Invariant: a lease never lasts longer than 72 h from its receipt by our own clock (S139), and a partner
//! learns only of people with a seat on its own node (S123). Source: membership.md 5. Wire form: `federation/rosters`.

use crate::{
    base::{clock::Stamp, error::Result},
    sql,
    store::{Insert, Source, Tx, event::Event, list, tables::Roster},
};
use std::{collections::BTreeSet, time::Duration};

/// Most people on one roster.
pub const PEOPLE_MAX: usize = 10_000;
/// The longest lease.
pub const LEASE_MAX: Duration = Duration::from_secs(72 * 3600);
/// How often a partner's roster is pulled.
pub const PULLED_EVERY: Duration = Duration::from_secs(6 * 3600);
/// How soon a partner that did not answer is asked again.
const ASKED_AGAIN: Duration = Duration::from_secs(600);
/// After so long a silence a partner's seats end.
pub const SILENCE_MAX: Duration = Duration::from_secs(30 * 86_400);
/// Rows in one statement.
const ROWS: usize = 200;
/// Where our own number is kept.
const SEQUENCE: &str = "roster_sequence";

/// A roster: ours for one partner (stored uris), or a partner's (URLs).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its number.
    pub sequence: i64,
    /// Those vouched for.
    pub people: Vec<String>,
    /// Those whose seats are not to be used now, but not to end either (S142).
    pub paused: Vec<String>,
    /// When it was made.
    pub issued_at: Stamp,
    /// How long it holds, as its issuer says.
    pub valid_until: Stamp,
}

/// What became of a partner's roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Its number is not higher than that of the one we have.
    Old,
    /// It counts now; these were vouched for before and are no longer.
    Replaced(Vec<String>),
}

/// Raises our number and returns it: `max(last + 1, now in ms)`. Whoever reads people after it reads what it stands for.
pub async fn next_sequence(tx: &Tx) -> Result<i64> {
    Insert::into("facts").set("name", SEQUENCE).set("value", "0").on_conflict("ON CONFLICT DO NOTHING").run(tx).await?;
    // holds the row until the commit, so that numbers rise in the order of what they stand for
    sql!("UPDATE facts SET value = value WHERE name = {}", SEQUENCE).run(tx).await?;
    let last: Option<String> = sql!("SELECT value FROM facts WHERE name = {}", SEQUENCE).value(tx).await?;
    let next = last.and_then(|last| last.parse::<i64>().ok()).unwrap_or_default().saturating_add(1).max(tx.now.0);
    sql!("UPDATE facts SET value = {} WHERE name = {}", next.to_string(), SEQUENCE).run(tx).await?;
    Ok(next)
}

/// Whom we vouch for towards `host`: our people who are affiliated with us and hold or asked for a seat in a community there, by
/// their stored uris.
pub async fn told_of(from: &impl Source, host: &str) -> Result<Vec<String>> {
    sql!(
        "SELECT DISTINCT a.uri FROM seats s JOIN accounts c ON c.id = s.community_id JOIN accounts a ON a.id = s.account_id \
         JOIN users u ON u.account_id = a.id WHERE c.host = {} AND s.status IN (0, 1, 2) AND a.host = '' AND a.affiliation <> '' \
         AND a.gone_at IS NULL AND a.suspended_at IS NULL AND u.off_boarded_at IS NULL AND u.is_guest = FALSE AND NOT EXISTS \
         (SELECT 1 FROM off_boarding_seats f JOIN off_boardings o ON o.id = f.off_boarding_id WHERE o.account_id = a.id \
         AND f.community_id = s.community_id AND f.confirmed_at IS NULL AND o.undone_at IS NULL) ORDER BY a.uri LIMIT {}",
        host,
        PEOPLE_MAX as i64,
    )
    .column(from)
    .await
}

/// How many people `host` vouches for towards us, as its roster was when it last came.
pub async fn vouched(from: &impl Source, host: &str) -> Result<i64> {
    Ok(sql!("SELECT COUNT(*) FROM vouched WHERE host = {}", host).value(from).await?.unwrap_or_default())
}

/// Our roster for `host`.
pub async fn issue(tx: &Tx, host: &str) -> Result<Listed> {
    let sequence = next_sequence(tx).await?;
    let paused = sql!(
        "SELECT DISTINCT a.uri FROM off_boardings o JOIN off_boarding_seats f ON f.off_boarding_id = o.id JOIN accounts a ON a.id = o.account_id \
         WHERE f.host = {} AND o.held_at IS NOT NULL AND o.confirmed_at IS NULL AND o.undone_at IS NULL ORDER BY a.uri LIMIT {}",
        host,
        PEOPLE_MAX as i64,
    );
    let (people, paused) = (told_of(tx, host).await?, paused.column(tx).await?);
    Ok(Listed { sequence, people, paused, issued_at: tx.now, valid_until: tx.now.plus(LEASE_MAX) })
}

/// Has every partner with an agreement, suspended or not, told our roster anew, and `others` too. Records `RosterDue` for each.
pub async fn tell_all(tx: &Tx, others: &[String]) -> Result<()> {
    let mut hosts: BTreeSet<String> = sql!("SELECT host FROM agreements WHERE state = 2").column(tx).await?.into_iter().collect();
    hosts.extend(others.iter().cloned());
    hosts.into_iter().for_each(|host| tx.record(Event::RosterDue { host }));
    Ok(())
}

/// The lease of `host`, if it was ever received.
pub async fn of(from: &impl Source, host: &str) -> Result<Option<Roster>> {
    sql!("SELECT host, sequence, issued_at, valid_until, fetched_at, tried_at FROM rosters WHERE host = {}", host).one(from).await
}

/// Whether `host` vouches now for the account with this stored uri: on its roster, and the lease fresh.
pub async fn vouches(from: &impl Source, host: &str, uri: &str) -> Result<bool> {
    let asked = "SELECT v.uri FROM vouched v JOIN rosters r ON r.host = v.host WHERE v.host = {} AND v.uri = {} AND r.valid_until > {}";
    let found: Option<String> = sql!(asked, host, uri, from.now()).value(from).await?;
    Ok(found.is_some())
}

/// Keeps a partner's roster if its number is higher than that of the one we have. What was vouched for and is no longer is
/// for the caller to end (`off_boarding::unvouched`).
pub async fn keep(tx: &Tx, host: &str, listed: &Listed) -> Result<Kept> {
    let valid_until = listed.valid_until.min(tx.now.plus(LEASE_MAX));
    let kept = Insert::into("rosters")
        .set("host", host)
        .set("sequence", listed.sequence)
        .set("issued_at", listed.issued_at)
        .set("valid_until", valid_until)
        .set("fetched_at", tx.now)
        .set("tried_at", tx.now)
        .on_conflict(
            "ON CONFLICT (host) DO UPDATE SET sequence = excluded.sequence, issued_at = excluded.issued_at, valid_until = excluded.valid_until, \
             fetched_at = excluded.fetched_at, tried_at = excluded.tried_at, silent_since = NULL WHERE rosters.sequence < excluded.sequence",
        )
        .run(tx)
        .await?;
    if kept == 0 {
        return Ok(Kept::Old);
    }
    let paused: BTreeSet<String> = listed.paused.iter().cloned().collect();
    let vouched: BTreeSet<String> = listed.people.iter().filter(|uri| !paused.contains(*uri)).cloned().collect();
    let mut known = replace(tx, "vouched", host, &vouched).await?;
    known.extend(replace(tx, "vouched_paused", host, &paused).await?);
    known.retain(|uri| !vouched.contains(uri) && !paused.contains(uri));
    known.sort_unstable();
    known.dedup();
    Ok(Kept::Replaced(known))
}

/// Makes the rows of `table` for `host` be `wanted`; what was there before.
async fn replace(tx: &Tx, table: &str, host: &str, wanted: &BTreeSet<String>) -> Result<Vec<String>> {
    let before: Vec<String> = sql!(format!("SELECT uri FROM {table} WHERE host = {{}}"), host).column(tx).await?;
    let gone: Vec<String> = before.iter().filter(|uri| !wanted.contains(*uri)).cloned().collect();
    for some in gone.chunks(ROWS) {
        sql!(format!("DELETE FROM {table} WHERE host = {{}} AND uri IN {{}}"), host, list(some)).run(tx).await?;
    }
    let held: BTreeSet<&String> = before.iter().collect();
    let new: Vec<&String> = wanted.iter().filter(|uri| !held.contains(uri)).collect();
    for some in new.chunks(ROWS) {
        let rows = vec!["({}, {})"; some.len()].join(", ");
        let insert = sql!(format!("INSERT INTO {table} (host, uri) VALUES {rows}"));
        some.iter().fold(insert, |insert, uri| insert.bind(host).bind(uri.as_str())).run(tx).await?;
    }
    Ok(before)
}

/// Partners whose roster is to be pulled now: those with an agreement that is not ended whose roster is older than six hours,
/// was never had, or whose node did not answer ten minutes ago; longest untried first, at most `limit`.
pub async fn due(from: &impl Source, limit: u32) -> Result<Vec<String>> {
    sql!(
        "SELECT g.host FROM agreements g LEFT JOIN rosters r ON r.host = g.host WHERE g.state = 2 AND NOT g.suspended_here \
         AND NOT g.suspended_there AND NOT g.held AND (r.host IS NULL OR (r.silent_since IS NULL AND r.tried_at <= {}) \
         OR (r.silent_since IS NOT NULL AND r.tried_at <= {})) ORDER BY COALESCE(r.tried_at, 0), g.host LIMIT {}",
        from.now().minus(PULLED_EVERY),
        from.now().minus(ASKED_AGAIN),
        i64::from(limit),
    )
    .column(from)
    .await
}

/// Notes that a partner did not answer. Nothing else changes: a lease lapses by itself.
pub async fn note_silence(tx: &Tx, host: &str) -> Result<()> {
    let row = Insert::into("rosters").set("host", host).set("sequence", 0_i64).set("issued_at", Stamp(0)).set("valid_until", Stamp(0));
    let row = row.set("fetched_at", Stamp(0)).set("tried_at", tx.now).set("silent_since", tx.now);
    row.on_conflict("ON CONFLICT (host) DO UPDATE SET tried_at = excluded.tried_at, silent_since = COALESCE(rosters.silent_since, excluded.silent_since)")
        .run(tx)
        .await?;
    Ok(())
}

/// Partners that have been silent for 30 days, and still have people vouched for.
pub async fn silent(from: &impl Source) -> Result<Vec<String>> {
    sql!(
        "SELECT r.host FROM rosters r WHERE r.silent_since <= {} AND (EXISTS (SELECT 1 FROM vouched v WHERE v.host = r.host) \
         OR EXISTS (SELECT 1 FROM vouched_paused p WHERE p.host = r.host))",
        from.now().minus(SILENCE_MAX),
    )
    .column(from)
    .await
}

/// Forgets whom a silent partner vouched for; who they were.
pub async fn forget(tx: &Tx, host: &str) -> Result<Vec<String>> {
    let nobody = BTreeSet::new();
    let mut people = replace(tx, "vouched", host, &nobody).await?;
    people.extend(replace(tx, "vouched_paused", host, &nobody).await?);
    Ok(people)
}
