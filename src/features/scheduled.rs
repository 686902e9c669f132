//! Posts to come: what an app sent, kept until its hour. They are published by the door that understands what was sent
//! (`api/mastodon/scheduled.rs`), as if it were sent then.
//!
//! Invariant: [`take`] gives each to one caller alone, in the transaction in which its post is written, so that it is published
//! once, whatever ends in between (R25).

use crate::{
    base::{
        clock::Stamp,
        error::{Kind, Refusal, Result},
        id::{AccountId, AppId, PostId},
        page::Page,
        sentence::{Sentence, said},
    },
    sql,
    store::{Insert, Source, Tx, list},
};
use sea_orm::FromQueryResult;
use std::time::Duration;

/// How far ahead a post must be scheduled at least.
pub const AHEAD_MIN: Duration = Duration::from_secs(300);
/// Most posts of one account that wait.
const WAITING_MAX: i64 = 300;
/// Most of them for one day (UTC).
const A_DAY_MAX: i64 = 25;
const DAY_MS: i64 = 86_400_000;

/// A post to come.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Scheduled {
    /// Its id, which is not that of the post.
    pub id: i64,
    /// Who writes it.
    pub account_id: AccountId,
    /// The app it is written with.
    pub app_id: Option<AppId>,
    /// When it is to be published.
    pub due_at: Stamp,
    /// What the app sent: JSON, for the door alone.
    pub asked: String,
    /// When it could not be published; none while it waits.
    pub refused_at: Option<Stamp>,
    /// Why not: a sentence for its author.
    pub refusal: String,
}

/// Keeps what `account` sent for `due_at`. Refused (422) when that is too soon, and beyond the bounds in all and for a day.
pub async fn keep(tx: &Tx, (account, app_id): (AccountId, Option<AppId>), due_at: Stamp, asked: String) -> Result<Scheduled> {
    check(tx, account, due_at).await?;
    let row = Scheduled { id: tx.id(), account_id: account, app_id, due_at, asked, refused_at: None, refusal: String::new() };
    let insert = Insert::into("scheduled_posts").set("id", row.id).set("account_id", account).set("app_id", app_id);
    insert.set("due_at", due_at).set("asked", row.asked.clone()).set("created_at", tx.now).run(tx).await?;
    Ok(row)
}

/// Puts a post to come to another time, one that was refused too. Refused like [`keep`]; not found for anybody else's.
pub async fn put_off(tx: &Tx, account: AccountId, id: i64, due_at: Stamp) -> Result<Scheduled> {
    let row = find(tx, account, id).await?.ok_or_else(Refusal::not_found)?;
    check(tx, account, due_at).await?;
    sql!("UPDATE scheduled_posts SET due_at = {}, refused_at = NULL, refusal = '' WHERE id = {}", due_at, id).run(tx).await?;
    Ok(Scheduled { due_at, refused_at: None, refusal: String::new(), ..row })
}

async fn check(tx: &Tx, account: AccountId, due_at: Stamp) -> Result<()> {
    if due_at < tx.now.plus(AHEAD_MIN) {
        return Err(Refusal::invalid("scheduled_at", "must be at least 5 minutes in the future").into());
    }
    // who schedules two at once waits here on PostgreSQL
    sql!("UPDATE users SET account_id = account_id WHERE account_id = {}", account).run(tx).await?;
    let too_many = |sentence: Sentence| Refusal { kind: Kind::Invalid, ..Refusal::forbidden("too_many_scheduled", sentence) };
    let waiting = "SELECT COUNT(*) FROM scheduled_posts WHERE account_id = {} AND refused_at IS NULL";
    let waiting: Option<i64> = sql!(waiting, account).value(tx).await?;
    if waiting.unwrap_or_default() >= WAITING_MAX {
        return Err(too_many(said!("No more than 300 posts can be scheduled.")).into());
    }
    let day = due_at.0.div_euclid(DAY_MS) * DAY_MS;
    let that_day = "SELECT COUNT(*) FROM scheduled_posts WHERE account_id = {} AND refused_at IS NULL AND due_at >= {} AND due_at < {}";
    let that_day: Option<i64> = sql!(that_day, account, day, day.saturating_add(DAY_MS)).value(tx).await?;
    if that_day.unwrap_or_default() >= A_DAY_MAX {
        return Err(too_many(said!("No more than 25 posts can be scheduled for one day.")).into());
    }
    Ok(())
}

/// What `account` has to come, newest first by id.
pub async fn page(from: &impl Source, account: AccountId, page: Page) -> Result<Vec<Scheduled>> {
    let rows = sql!("SELECT * FROM scheduled_posts WHERE account_id = {}", account).page("id", page).all(from).await?;
    Ok(page.newest_first(rows))
}

/// One of those.
pub async fn find(from: &impl Source, account: AccountId, id: i64) -> Result<Option<Scheduled>> {
    sql!("SELECT * FROM scheduled_posts WHERE id = {} AND account_id = {}", id, account).one(from).await
}

/// Those with these ids, in no order.
pub async fn by_ids(from: &impl Source, account: AccountId, ids: &[i64]) -> Result<Vec<Scheduled>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    sql!("SELECT * FROM scheduled_posts WHERE account_id = {} AND id IN {}", account, list(ids)).all(from).await
}

/// Forgets one of those; not found for anybody else's.
pub async fn cancel(tx: &Tx, account: AccountId, id: i64) -> Result<()> {
    match sql!("DELETE FROM scheduled_posts WHERE id = {} AND account_id = {}", id, account).run(tx).await? {
        0 => Err(Refusal::not_found().into()),
        _ => Ok(()),
    }
}

/// Forgets all of an account that ends or leaves.
pub async fn end_all(tx: &Tx, account: AccountId) -> Result<()> {
    sql!("DELETE FROM scheduled_posts WHERE account_id = {}", account).run(tx).await?;
    Ok(())
}

/// Up to `most` whose hour has come, earliest first.
pub async fn due(from: &impl Source, most: u32) -> Result<Vec<Scheduled>> {
    let due = "SELECT * FROM scheduled_posts WHERE due_at <= {} AND refused_at IS NULL ORDER BY due_at LIMIT {}";
    sql!(due, from.now(), i64::from(most)).all(from).await
}

/// Takes one out to publish it in this act, whose `post` stands from now on for the key under which it was sent. False when
/// somebody else did, it was put off or cancelled since: then nothing is to be published.
pub async fn take(tx: &Tx, row: &Scheduled) -> Result<bool> {
    let taken = "DELETE FROM scheduled_posts WHERE id = {} AND refused_at IS NULL AND due_at <= {}";
    Ok(sql!(taken, row.id, tx.now).run(tx).await? > 0)
}

/// The post that came of one: a repeated request under its Idempotency-Key is answered with that.
pub async fn published(tx: &Tx, row: &Scheduled, post: PostId) -> Result<()> {
    sql!("UPDATE idempotency SET post_id = {} WHERE account_id = {} AND post_id = {}", post, row.account_id, -row.id).run(tx).await?;
    Ok(())
}

/// Notes why one could not be published; its author may put it to another time, or read it there. Whether it still waited.
pub async fn refuse(tx: &Tx, row: &Scheduled, sentence: &str) -> Result<bool> {
    let refused = "UPDATE scheduled_posts SET refused_at = {}, refusal = {} WHERE id = {} AND refused_at IS NULL AND due_at <= {}";
    Ok(sql!(refused, tx.now, sentence, row.id, tx.now).run(tx).await? > 0)
}
