//! Entries of a community's log, as the verbs write them: one for each act of a moderator, in the act's own transaction.
//!
//! Rooms that act (communities, memberships, moderation) write here; who reads it, and the copy of a log elsewhere, is in
//! `moderation::log`. Invariant: within one community no two entries have one uri.

use crate::{
    base::{
        clock::Stamp,
        error::Result,
        id::{AccountId, PostId},
        text::limits::{REASON_CHARS_MAX, cut_chars},
        words::{ModAct, Role, Stage},
    },
    store::{Insert, Tx, event::Event, tables::Account},
};

/// What is to be noted. [`Entry::of`] with what else belongs to the act.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Who acts.
    pub by: &'a Account,
    /// Where.
    pub community: &'a Account,
    /// What they do.
    pub act: ModAct,
    /// Over whom.
    pub account: Option<AccountId>,
    /// Over which post.
    pub post: Option<PostId>,
    /// Why.
    pub reason: &'a str,
    /// Until when.
    pub until: Option<Stamp>,
    /// A ban that takes out the person's posts too.
    pub removes_data: bool,
    /// The role that is given.
    pub role: Option<Role>,
    /// The node whose people are banned.
    pub host: &'a str,
    /// How wide the community is opened.
    pub stage: Option<Stage>,
    /// The activity that says it, as stored, if it came from elsewhere.
    pub uri: Option<&'a str>,
    /// It is only asked for, of the node of a community elsewhere.
    pub asked: bool,
}

impl<'a> Entry<'a> {
    /// `by` does `act` in `community`.
    pub fn of(by: &'a Account, community: &'a Account, act: ModAct) -> Self {
        Self {
            by,
            community,
            act,
            account: None,
            post: None,
            reason: "",
            until: None,
            removes_data: false,
            role: None,
            host: "",
            stage: None,
            uri: None,
            asked: false,
        }
    }

    /// Over whom, and why.
    #[must_use]
    pub fn over(self, account: AccountId, reason: &'a str) -> Self {
        Self { account: Some(account), reason, ..self }
    }
}

/// Writes an entry and has it told (`Moderated`): other nodes where there is an activity for it, and the person it is about.
/// Its id. The audit entry of the act is its verb's.
pub async fn note(tx: &Tx, entry: Entry<'_>) -> Result<i64> {
    let id = keep(tx, entry).await?;
    tx.record(Event::Moderated { entry: id });
    Ok(id)
}

/// Writes an entry about an act that has consequences of its own: nothing is recorded.
pub async fn keep(tx: &Tx, entry: Entry<'_>) -> Result<i64> {
    let id = tx.id();
    Insert::into("mod_log")
        .set("id", id)
        .set("uri", entry.uri.map_or_else(|| own_uri(entry.community, entry.act, id), str::to_owned))
        .set("community_id", entry.community.id)
        .set("moderator_id", entry.by.id)
        .set("act", entry.act)
        .set("account_id", entry.account)
        .set("post_id", entry.post)
        .set("reason", kept(entry.reason))
        .set("expires_at", entry.until)
        .set("created_at", tx.now)
        .set("asked", entry.asked)
        .set("removes_data", entry.removes_data)
        .set("role", entry.role)
        .set("host", entry.host)
        .set("stage", entry.stage)
        .run(tx)
        .await?;
    Ok(id)
}

/// The id of an entry made here: that of the activity which will tell it, else a place in the log.
fn own_uri(community: &Account, act: ModAct, id: i64) -> String {
    let is_told =
        matches!(act, ModAct::Remove | ModAct::Restore | ModAct::Lock | ModAct::Unlock | ModAct::Warn | ModAct::Ban | ModAct::Unban);
    if is_told { format!("/activities/{id}") } else { format!("{}/log#{id}", community.uri) }
}

/// A reason, cut to what is kept.
pub fn kept(text: &str) -> String {
    cut_chars(text.trim(), REASON_CHARS_MAX).to_string()
}
