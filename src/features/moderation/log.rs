//! The log of a community: one entry for each act of its moderators, as its members (or everyone) may read it.
//!
//! A community elsewhere has a log here too, written from what it announces; what moderators of ours asked of it stands in it
//! as asked until then.

use super::{Deed, Said, kept};
use crate::{
    base::{
        error::Result,
        id::{AccountId, PostId},
        page::Page,
        words::ModAct,
    },
    features::communities::seats,
    sql,
    store::{
        Insert, Source, Tx,
        audit::Entry,
        event::Event,
        tables::{Account, Community, ModLogRow},
    },
};
use serde_json::json;

/// Writes the entry, and the one of the audit log. Records `Moderated`. Its id.
pub(super) async fn note(tx: &Tx, said: Said<'_>, deed: Deed<'_>, asked: bool) -> Result<i64> {
    let (until, removes_data) = match deed {
        Deed::Ban { until, removes_data, .. } => (until, removes_data),
        _ => (None, false),
    };
    let id = tx.id();
    Insert::into("mod_log")
        .set("id", id)
        .set("uri", said.uri.unwrap_or_default())
        .set("community_id", said.community.id)
        .set("moderator_id", said.by.id)
        .set("act", deed.act())
        .set("account_id", Some(deed.subject()))
        .set("post_id", deed.post_id())
        .set("reason", kept(said.reason))
        .set("expires_at", until)
        .set("created_at", tx.now)
        .set("asked", asked)
        .set("removes_data", removes_data)
        .run(tx)
        .await?;
    // the verbs of `memberships` write the audit entries of their own acts
    if asked || !said.community.is_local() || !matches!(deed, Deed::Ban { .. } | Deed::Unban(_)) {
        audit(tx, (said.by, said.community), deed.act(), json!({ "account": deed.subject(), "post": deed.post_id(), "asked": asked }));
    }
    tx.record(Event::Moderated { entry: id });
    Ok(id)
}

/// Writes an entry about an act that has consequences of its own: nothing is recorded.
pub(super) async fn note_plain(
    tx: &Tx,
    (by, community): (&Account, &Account),
    act: ModAct,
    (account, post): (AccountId, Option<PostId>),
    reason: &str,
) -> Result<i64> {
    let id = tx.id();
    Insert::into("mod_log")
        .set("id", id)
        .set("community_id", community.id)
        .set("moderator_id", by.id)
        .set("act", act)
        .set("account_id", Some(account))
        .set("post_id", post)
        .set("reason", kept(reason))
        .set("created_at", tx.now)
        .run(tx)
        .await?;
    audit(tx, (by, community), act, json!({ "account": account, "post": post }));
    Ok(id)
}

fn audit(tx: &Tx, (by, community): (&Account, &Account), act: ModAct, detail: serde_json::Value) {
    let act = match act {
        ModAct::Remove => "post.remove",
        ModAct::Restore => "post.restore",
        ModAct::Warn => "member.warn",
        ModAct::Ban => "member.ban",
        ModAct::Unban => "member.unban",
        ModAct::Lock => "thread.lock",
        ModAct::Unlock => "thread.unlock",
        ModAct::Approve => "post.approve",
        ModAct::Refuse => "post.refuse",
        ModAct::Resolve => "report.resolve",
        _ => "community.moderate",
    };
    tx.audit(Entry { actor: by.acct(), act, object: community.uri.clone(), detail, ..Entry::default() });
}

/// Whether an activity has its entry already.
pub(super) async fn is_known(tx: &Tx, community: AccountId, uri: &str) -> Result<bool> {
    let found: Option<i64> = sql!("SELECT id FROM mod_log WHERE uri = {} AND community_id = {} LIMIT 1", uri, community).value(tx).await?;
    Ok(found.is_some())
}

/// What a moderator of ours asked for is announced: it stands as done. False when nobody asked.
pub(super) async fn granted(tx: &Tx, said: Said<'_>, deed: Deed<'_>) -> Result<bool> {
    if !said.by.is_local() {
        return Ok(false);
    }
    let asked: Option<i64> = sql!(
        "SELECT id FROM mod_log WHERE community_id = {} AND moderator_id = {} AND act = {} AND account_id = {} AND asked ORDER BY id LIMIT 1",
        said.community.id,
        said.by.id,
        deed.act(),
        deed.subject()
    )
    .value(tx)
    .await?;
    let Some(asked) = asked else { return Ok(false) };
    sql!("UPDATE mod_log SET asked = FALSE, uri = {} WHERE id = {}", said.uri.unwrap_or_default(), asked).run(tx).await?;
    Ok(true)
}

/// One entry.
pub async fn find(from: &impl Source, id: i64) -> Result<Option<ModLogRow>> {
    sql!("SELECT * FROM mod_log WHERE id = {}", id).one(from).await
}

/// A page of a community's log, newest first. What is only asked for is shown to moderators (`with_asked`).
pub async fn page(from: &impl Source, community: AccountId, with_asked: bool, page: Page) -> Result<Vec<ModLogRow>> {
    let select = sql!("SELECT * FROM mod_log WHERE community_id = {}", community);
    let select = if with_asked { select } else { select.then(" AND NOT asked") };
    Ok(page.newest_first(select.page("id", page).all(from).await?))
}

/// How many entries everyone who may read the log sees.
pub async fn count(from: &impl Source, community: AccountId) -> Result<i64> {
    let count: Option<i64> = sql!("SELECT COUNT(*) FROM mod_log WHERE community_id = {} AND NOT asked", community).value(from).await?;
    Ok(count.unwrap_or_default())
}

/// Whether `reader` may read the log: everyone where the community says so, else whoever holds a usable seat.
pub async fn may_read(from: &impl Source, community: &Community, reader: Option<AccountId>) -> Result<bool> {
    if community.log_public {
        return Ok(true);
    }
    match reader {
        Some(reader) => Ok(seats::role(from, community.account_id, reader).await?.is_some()),
        None => Ok(false),
    }
}
