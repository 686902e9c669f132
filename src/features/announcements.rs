//! Announcements: what administrators tell all of this node's people; who has put one away, and with which emoji they answer.
//!
//! Source: docs.joinmastodon.org/methods/announcements.

use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        id::AccountId,
        sentence::said,
    },
    sql,
    store::{Insert, Source, Sql, Tx, audit::Entry, list},
};
use sea_orm::FromQueryResult;

/// Longest announcement, in characters.
pub const TEXT_CHARS_MAX: usize = 5000;
/// Announcements shown at a time.
const SHOWN_MAX: i64 = 50;
/// Most kinds of emoji on one announcement (Mastodon's bound).
pub const KINDS_MAX: i64 = 8;

/// An announcement.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Announcement {
    /// Its id.
    pub id: i64,
    /// As typed.
    pub source: String,
    /// Safe HTML.
    pub content: String,
    /// From when on it holds.
    pub starts_at: Option<Stamp>,
    /// Until when.
    pub ends_at: Option<Stamp>,
    /// Whether only the days of these count.
    pub all_day: bool,
    /// Made.
    pub published_at: Stamp,
    /// Changed last.
    pub updated_at: Stamp,
}

/// What an announcement is to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// As typed.
    pub source: String,
    /// The same as safe HTML.
    pub content: String,
    /// From when on it holds.
    pub starts_at: Option<Stamp>,
    /// Until when: not before it starts.
    pub ends_at: Option<Stamp>,
    /// Whether only the days of these count.
    pub all_day: bool,
}

/// How often an emoji stands on an announcement.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Tally {
    /// Which announcement.
    pub announcement_id: i64,
    /// An emoji of Unicode, or a shortcode of this node.
    pub name: String,
    /// How many put it there.
    pub count: i64,
    /// 1 where the reader is among them.
    pub mine: i32,
}

fn check(wanted: &Wanted) -> Result<(), Refusal> {
    if wanted.source.trim().is_empty() {
        return Err(Refusal::invalid("text", "can't be blank"));
    }
    if wanted.source.chars().count() > TEXT_CHARS_MAX {
        return Err(Refusal::invalid("text", said!("must not be longer than {max} characters", max = TEXT_CHARS_MAX)));
    }
    if wanted.starts_at.is_some_and(|from| wanted.ends_at.is_some_and(|to| to < from)) {
        return Err(Refusal::invalid("ends_at", "must not be before starts_at"));
    }
    Ok(())
}

/// Publishes an announcement. One entry in the audit log.
pub async fn publish(tx: &Tx, wanted: Wanted) -> Result<Announcement> {
    check(&wanted)?;
    let id = tx.id();
    Insert::into("announcements")
        .set("id", id)
        .set("source", wanted.source)
        .set("content", wanted.content)
        .set("starts_at", wanted.starts_at)
        .set("ends_at", wanted.ends_at)
        .set("all_day", wanted.all_day)
        .set("published_at", tx.now)
        .set("updated_at", tx.now)
        .run(tx)
        .await?;
    note(tx, "announcement.publish", id);
    one(tx, id).await
}

/// Changes an announcement. One entry in the audit log.
pub async fn change(tx: &Tx, id: i64, wanted: Wanted) -> Result<Announcement> {
    one(tx, id).await?;
    check(&wanted)?;
    sql!(
        "UPDATE announcements SET source = {}, content = {}, starts_at = {}, ends_at = {}, all_day = {}, updated_at = {} WHERE id = {}",
        wanted.source,
        wanted.content,
        wanted.starts_at,
        wanted.ends_at,
        wanted.all_day,
        tx.now,
        id
    )
    .run(tx)
    .await?;
    note(tx, "announcement.change", id);
    one(tx, id).await
}

/// Takes an announcement back. One entry in the audit log.
pub async fn delete(tx: &Tx, id: i64) -> Result<()> {
    one(tx, id).await?;
    for statement in [
        "DELETE FROM announcement_reads WHERE announcement_id = {}",
        "DELETE FROM announcement_reactions WHERE announcement_id = {}",
        "DELETE FROM announcements WHERE id = {}",
    ] {
        sql!(statement, id).run(tx).await?;
    }
    note(tx, "announcement.delete", id);
    Ok(())
}

/// What it says is content, which is no part of the log.
fn note(tx: &Tx, act: &'static str, id: i64) {
    tx.audit(Entry::of(act, id.to_string()));
}

/// One announcement, whenever it holds.
pub async fn one(from: &impl Source, id: i64) -> Result<Announcement> {
    let found = sql!("SELECT * FROM announcements WHERE id = {}", id).one(from).await?;
    Ok(found.ok_or_else(Refusal::not_found)?)
}

/// Every announcement, newest first.
pub async fn all(from: &impl Source) -> Result<Vec<Announcement>> {
    sql!("SELECT * FROM announcements ORDER BY id DESC LIMIT {}", SHOWN_MAX).all(from).await
}

fn holding(now: Stamp) -> Sql {
    let text = "SELECT * FROM announcements WHERE (starts_at IS NULL OR starts_at <= {}) AND (ends_at IS NULL OR ends_at > {})";
    sql!(text, now, now)
}

/// Those that hold now, newest first.
pub async fn current(from: &impl Source) -> Result<Vec<Announcement>> {
    holding(from.now()).then(" ORDER BY id DESC LIMIT {}").bind(SHOWN_MAX).all(from).await
}

/// One that holds now; not found else.
pub async fn current_one(from: &impl Source, id: i64) -> Result<Announcement> {
    Ok(holding(from.now()).then(" AND id = {}").bind(id).one(from).await?.ok_or_else(Refusal::not_found)?)
}

/// Somebody has read an announcement and puts it away.
pub async fn dismiss(tx: &Tx, by: AccountId, id: i64) -> Result<()> {
    current_one(tx, id).await?;
    let row = Insert::into("announcement_reads").set("announcement_id", id).set("account_id", by);
    row.on_conflict("ON CONFLICT DO NOTHING").run(tx).await?;
    Ok(())
}

/// Which of these announcements somebody has put away.
pub async fn read_by(from: &impl Source, by: AccountId, ids: &[i64]) -> Result<Vec<i64>> {
    let text = "SELECT announcement_id FROM announcement_reads WHERE account_id = {} AND announcement_id IN {}";
    sql!(text, by, list(ids)).column(from).await
}

/// Puts an emoji to an announcement; `name` was found to be one. Refused where there are too many kinds.
pub async fn react(tx: &Tx, by: AccountId, id: i64, name: &str) -> Result<()> {
    current_one(tx, id).await?;
    let others = "SELECT COUNT(DISTINCT name) FROM announcement_reactions WHERE announcement_id = {} AND name <> {}";
    let kinds: i64 = sql!(others, id, name).value(tx).await?.unwrap_or_default();
    if kinds >= KINDS_MAX {
        return Err(Refusal::invalid(
            "name",
            said!("is one too many: {max} different emoji may stand on an announcement", max = KINDS_MAX),
        )
        .into());
    }
    let row =
        Insert::into("announcement_reactions").set("announcement_id", id).set("name", name).set("account_id", by).set("created_at", tx.now);
    row.on_conflict("ON CONFLICT DO NOTHING").run(tx).await?;
    Ok(())
}

/// Takes an emoji back.
pub async fn take_back(tx: &Tx, by: AccountId, id: i64, name: &str) -> Result<()> {
    current_one(tx, id).await?;
    sql!("DELETE FROM announcement_reactions WHERE announcement_id = {} AND name = {} AND account_id = {}", id, name, by).run(tx).await?;
    Ok(())
}

/// How often which emoji stands on each of these announcements, the first one put there first.
pub async fn tallies(from: &impl Source, reader: AccountId, ids: &[i64]) -> Result<Vec<Tally>> {
    sql!(
        "SELECT announcement_id, name, COUNT(*) AS count, CAST(MAX(CASE WHEN account_id = {} THEN 1 ELSE 0 END) AS INTEGER) AS mine \
         FROM announcement_reactions WHERE announcement_id IN {} GROUP BY announcement_id, name ORDER BY MIN(created_at), name",
        reader,
        list(ids)
    )
    .all(from)
    .await
}
