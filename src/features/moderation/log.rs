//! The log of a community: one entry for each act of its moderators, as its members (or everyone) may read it.
//!
//! A community elsewhere has a log here too, written from what it announces and read from its own (`copy.rs`); what moderators
//! of ours asked of it stands in it as asked until then.

use super::{Deed, Said};
use crate::{
    base::{
        clock::Stamp,
        error::Result,
        id::{self, AccountId, PostId},
        page::Page,
        words::{ModAct, Stage},
    },
    features::{communities::seats, mod_log},
    policy::modlog,
    sql,
    store::{
        Source, Tx,
        audit::Entry,
        list,
        tables::{Account, Community, ModLogRow, Post},
    },
};
use serde_json::json;

/// Writes the entry, and the one of the audit log. Records `Moderated`. Its id.
pub(super) async fn note(tx: &Tx, said: Said<'_>, deed: Deed<'_>, asked: bool) -> Result<i64> {
    let (until, removes_data) = match deed {
        Deed::Ban { until, removes_data, .. } => (until, removes_data),
        _ => (None, false),
    };
    let entry = mod_log::Entry::of(said.by, said.community, deed.act()).over(deed.subject(), said.reason);
    let entry = mod_log::Entry { post: deed.post_id(), until, removes_data, uri: said.uri, asked, ..entry };
    audit(tx, (said.by, said.community), deed.act(), json!({ "account": deed.subject(), "post": deed.post_id(), "asked": asked }));
    mod_log::note(tx, entry).await
}

/// Writes an entry about an act that has consequences of its own: nothing is recorded.
pub(super) async fn note_plain(
    tx: &Tx,
    (by, community): (&Account, &Account),
    act: ModAct,
    (account, post): (AccountId, Option<PostId>),
    reason: &str,
) -> Result<i64> {
    audit(tx, (by, community), act, json!({ "account": account, "post": post }));
    mod_log::keep(tx, mod_log::Entry { post, ..mod_log::Entry::of(by, community, act).over(account, reason) }).await
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

/// Whether an activity has its entry already, and had its effect.
pub(super) async fn is_known(tx: &Tx, community: AccountId, uri: &str) -> Result<bool> {
    let found = "SELECT id FROM mod_log WHERE uri = {} AND uri <> '' AND community_id = {} AND NOT asked AND NOT fetched LIMIT 1";
    let found: Option<i64> = sql!(found, uri, community).value(tx).await?;
    Ok(found.is_some())
}

/// The entry of the act that changed somebody's seat in a community at `at`, the very instant; none where nobody acted.
pub async fn of_seat(from: &impl Source, (community, account): (AccountId, AccountId), at: Stamp) -> Result<Option<ModLogRow>> {
    sql!(
        "SELECT * FROM mod_log WHERE community_id = {} AND id >= {} AND account_id = {} AND created_at = {} AND act IN {} ORDER BY id DESC LIMIT 1",
        community,
        id::first_at(at),
        account,
        at,
        list(&[ModAct::Appoint, ModAct::PutOut, ModAct::Ban])
    )
    .one(from)
    .await
}

/// What stands in our copy already, as asked for by a moderator of ours or as read from the community's own log, is announced:
/// it stands as done. False when there is no entry.
pub(super) async fn granted(tx: &Tx, said: Said<'_>, deed: Deed<'_>) -> Result<bool> {
    if let Some(uri) = said.uri {
        let stands = "UPDATE mod_log SET asked = FALSE, fetched = FALSE WHERE uri = {} AND uri <> '' AND community_id = {} \
                      AND (asked OR fetched)";
        if sql!(stands, uri, said.community.id).run(tx).await? > 0 {
            return Ok(true);
        }
    }
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

/// The id, as stored, of the activity that tells of a post's removal from a community of ours; none where the post went with
/// its author's ban, or was refused.
pub async fn removal(from: &impl Source, community: AccountId, post: &Post) -> Result<Option<String>> {
    let Some(removed_at) = post.removed_at else { return Ok(None) };
    let entry =
        "SELECT uri FROM mod_log WHERE community_id = {} AND post_id = {} AND act = {} AND created_at = {} ORDER BY id DESC LIMIT 1";
    let found: Option<String> = sql!(entry, community, post.id, ModAct::Remove, removed_at).value(from).await?;
    Ok(found.filter(|uri| uri.starts_with('/')))
}

/// One entry.
pub async fn find(from: &impl Source, id: i64) -> Result<Option<ModLogRow>> {
    sql!("SELECT * FROM mod_log WHERE id = {}", id).one(from).await
}

/// The entries with these ids about `account`, in no order.
pub async fn about(from: &impl Source, account: AccountId, ids: &[i64]) -> Result<Vec<ModLogRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    sql!("SELECT * FROM mod_log WHERE account_id = {} AND id IN {}", account, list(ids)).all(from).await
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

/// What of a community's log somebody is shown who may read it: members all of it; everybody else no names in a community that
/// is not public, and in none who is a member, who was refused and why (`policy::modlog`).
pub fn shown(rows: Vec<ModLogRow>, community: &Community, is_member: bool) -> Vec<ModLogRow> {
    let is_public = community.stage == Stage::Public;
    rows.into_iter()
        .map(|row| {
            let sight = modlog::sight(row.act, is_public, is_member);
            ModLogRow {
                moderator_id: if sight.moderator { row.moderator_id } else { row.community_id },
                account_id: row.account_id.filter(|_| sight.subject),
                post_id: row.post_id.filter(|_| sight.subject),
                reason: if sight.reason { row.reason } else { String::new() },
                host: if sight.subject { row.host } else { String::new() },
                role: row.role.filter(|_| sight.subject),
                ..row
            }
        })
        .collect()
}
