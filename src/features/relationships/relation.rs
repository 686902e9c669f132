//! How somebody stands towards others: the whole of it, for any number of them.

use super::queries::blocks_between;
use crate::{
    base::{clock::Stamp, error::Result, id::AccountId, words::FollowState},
    sql,
    store::{Source, list, tables::Follow},
};
use sea_orm::FromQueryResult;
use std::collections::HashMap;

/// How `me` stands towards one other account (the Mastodon API's Relationship).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Relation {
    /// I follow them, accepted.
    pub following: bool,
    /// I see their boosts.
    pub showing_reblogs: bool,
    /// I am told of each post.
    pub notifying: bool,
    /// They follow me.
    pub followed_by: bool,
    /// I block them.
    pub blocking: bool,
    /// They block me.
    pub blocked_by: bool,
    /// I mute them.
    pub muting: bool,
    /// Their notifications too.
    pub muting_notifications: bool,
    /// I asked and wait.
    pub requested: bool,
    /// They asked and wait.
    pub requested_by: bool,
    /// In which languages I read them; empty for all.
    pub languages: Vec<String>,
    /// Until when I mute them, if not for good.
    pub muting_until: Option<Stamp>,
    /// I block their host.
    pub blocking_host: bool,
    /// They stand on my profile.
    pub endorsed: bool,
    /// What I keep about them.
    pub note: String,
}

/// How `me` stands towards each of `others`, in their order: four statements for any number.
pub async fn relations(from: &impl Source, me: AccountId, others: &[AccountId]) -> Result<Vec<(AccountId, Relation)>> {
    let mut found: HashMap<AccountId, Relation> = HashMap::new();
    let follows: Vec<Follow> = sql!(
        "SELECT * FROM follows WHERE (follower_id = {} AND target_id IN {}) OR (target_id = {} AND follower_id IN {})",
        me,
        list(others),
        me,
        list(others)
    )
    .all(from)
    .await?;
    for follow in follows {
        let accepted = follow.state == FollowState::Accepted;
        if follow.follower_id == me {
            let relation = found.entry(follow.target_id).or_default();
            (relation.following, relation.requested) = (accepted, !accepted);
            (relation.showing_reblogs, relation.notifying) = (accepted && follow.show_boosts, accepted && follow.notify);
            relation.languages = follow.languages.split_whitespace().map(str::to_owned).collect();
        } else {
            let relation = found.entry(follow.follower_id).or_default();
            (relation.followed_by, relation.requested_by) = (accepted, !accepted);
        }
    }
    for (by, target) in blocks_between(from, me, others).await? {
        if by == me {
            found.entry(target).or_default().blocking = true;
        } else {
            found.entry(by).or_default().blocked_by = true;
        }
    }
    for muted in mutes_of(from, me, others).await? {
        let relation = found.entry(muted.target_id).or_default();
        (relation.muting, relation.muting_notifications, relation.muting_until) = (true, muted.notifications, muted.expires_at);
    }
    for marks in marks_of(from, me, others).await? {
        let relation = found.entry(marks.id).or_default();
        (relation.endorsed, relation.blocking_host) = (marks.endorsement.is_some(), marks.host_block.is_some());
        relation.note = marks.comment.unwrap_or_default();
    }
    Ok(others.iter().map(|id| (*id, found.get(id).cloned().unwrap_or_default())).collect())
}

/// Until when an account mutes each of `others`, if not for good.
pub async fn muted_until(from: &impl Source, by: AccountId, others: &[AccountId]) -> Result<HashMap<AccountId, Stamp>> {
    Ok(mutes_of(from, by, others).await?.into_iter().filter_map(|row| Some((row.target_id, row.expires_at?))).collect())
}

#[derive(FromQueryResult)]
struct Muted {
    target_id: AccountId,
    notifications: bool,
    expires_at: Option<Stamp>,
}

/// Mutes by `me` that have not expired: housekeeping drops the rows of those that have.
async fn mutes_of(from: &impl Source, me: AccountId, others: &[AccountId]) -> Result<Vec<Muted>> {
    let rows: Vec<Muted> =
        sql!("SELECT target_id, notifications, expires_at FROM mutes WHERE account_id = {} AND target_id IN {}", me, list(others))
            .all(from)
            .await?;
    let now = from.now();
    Ok(rows.into_iter().filter(|row| row.expires_at.is_none_or(|at| at > now)).collect())
}

/// What `me` keeps about somebody.
#[derive(FromQueryResult)]
struct Marks {
    id: AccountId,
    comment: Option<String>,
    endorsement: Option<i64>,
    host_block: Option<i64>,
}

async fn marks_of(from: &impl Source, me: AccountId, others: &[AccountId]) -> Result<Vec<Marks>> {
    sql!(
        "SELECT a.id AS id, n.comment AS comment, e.id AS endorsement, h.id AS host_block FROM accounts a \
         LEFT JOIN account_notes n ON n.account_id = {} AND n.target_id = a.id \
         LEFT JOIN endorsements e ON e.account_id = {} AND e.target_id = a.id \
         LEFT JOIN host_blocks h ON h.account_id = {} AND h.host = a.host WHERE a.id IN {}",
        me,
        me,
        me,
        list(others)
    )
    .all(from)
    .await
}
