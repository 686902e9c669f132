//! `audit`, `policies`, `acceptances`, `reports`, `mod_log`.

use crate::base::{
    clock::Stamp,
    id::{AccountId, PolicyId, PostId, ReportId},
    words::{ModAct, Role, Sanction, Stage},
};
use sea_orm::FromQueryResult;

/// One entry of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult, serde::Serialize)]
pub struct AuditRow {
    /// Its number: 1, 2, … without a gap.
    pub id: i64,
    /// When.
    pub at: Stamp,
    /// Who: a handle, `command line`, or `node` for what happens by itself.
    pub actor: String,
    /// On whose behalf, if not their own.
    pub on_behalf: String,
    /// What was done, as `thing.verb`.
    pub act: String,
    /// To what: a stored uri or a handle.
    pub object: String,
    /// By which door, and from where.
    pub via: String,
    /// Under which agreement (its uri), if under one.
    pub agreement: String,
    /// What else matters, as JSON; never content.
    pub detail: String,
    /// The hash of the entry before.
    pub previous: String,
    /// SHA-256 over all of this, hex.
    pub hash: String,
}

/// One version of a policy.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct PolicyVersion {
    /// Its id.
    pub id: PolicyId,
    /// The node's actor or the community whose policy it is.
    pub owner_id: AccountId,
    /// 1, 2, …
    pub version: i64,
    /// Its title.
    pub title: String,
    /// As typed (Markdown).
    pub source: String,
    /// Safe HTML.
    pub content: String,
    /// SHA-256 of title and source, hex: what is accepted.
    pub digest: String,
    /// Who published it.
    pub published_by: Option<AccountId>,
    /// Published.
    pub published_at: Stamp,
}

/// A report to moderators.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Report {
    /// Its id.
    pub id: ReportId,
    /// Its `Flag`: a path for one of ours.
    pub uri: String,
    /// Who reports.
    pub reporter_id: AccountId,
    /// Whom.
    pub target_id: AccountId,
    /// In which community, if in one.
    pub community_id: Option<AccountId>,
    /// Which posts: JSON list of ids.
    pub posts: String,
    /// Why.
    pub comment: String,
    /// The Mastodon API's word: `spam`, `legal`, `violation`, `other`.
    pub category: String,
    /// Whether it was told to another node.
    pub forwarded: bool,
    /// Made.
    pub created_at: Stamp,
    /// Closed.
    pub resolved_at: Option<Stamp>,
    /// By whom.
    pub resolved_by: Option<AccountId>,
    /// What came of it, as the reporter is told.
    pub outcome: String,
    /// Who works on it.
    pub assigned_to: Option<AccountId>,
    /// When it last changed; none: never.
    pub updated_at: Option<Stamp>,
}

/// What an administrator told somebody of what was done about their account.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Warning {
    /// Its id.
    pub id: i64,
    /// Whom.
    pub account_id: AccountId,
    /// Who did it; the person is not told.
    pub by_id: AccountId,
    /// What was done.
    pub act: Sanction,
    /// The report that led to it.
    pub report_id: Option<ReportId>,
    /// Why, in words for the person.
    pub reason: String,
    /// When.
    pub created_at: Stamp,
}

/// One entry of a community's log.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct ModLogRow {
    /// Its id.
    pub id: i64,
    /// Its id on the wire, as stored: that of the activity that told it, where one did. Each stands once in a community's log.
    pub uri: String,
    /// Which community.
    pub community_id: AccountId,
    /// Who acted; the community itself where nobody else is known.
    pub moderator_id: AccountId,
    /// What they did.
    pub act: ModAct,
    /// Over whom.
    pub account_id: Option<AccountId>,
    /// Over which post.
    pub post_id: Option<PostId>,
    /// Why.
    pub reason: String,
    /// Until when.
    pub expires_at: Option<Stamp>,
    /// When.
    pub created_at: Stamp,
    /// Asked of a community elsewhere by a moderator of ours: not so until that announces it.
    pub asked: bool,
    /// A ban that takes out the person's posts too.
    pub removes_data: bool,
    /// The role that was given.
    pub role: Option<Role>,
    /// The node whose people were banned; '' for none.
    pub host: String,
    /// How wide the community was opened.
    pub stage: Option<Stage>,
    /// Read from the log of a community elsewhere; what the act does comes with its announcement.
    pub fetched: bool,
}
