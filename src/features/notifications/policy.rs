//! What somebody decided about notifications by people they do not know, and how one is judged by it.
//!
//! The rules are Mastodon's: a stricter answer wins, and whoever was accepted by name is heard whatever the rules say. Invariant: what
//! is business (reports, decisions, one's own polls) is never filtered.

use crate::{
    base::{
        clock::Stamp,
        error::Result,
        id::{AccountId, PostId},
        words::{Audience, FollowState, Handling, NotificationKind},
    },
    features::peers::unsilenced,
    sql,
    store::{Insert, Source, Tx},
};
use sea_orm::FromQueryResult;
use std::time::Duration;

/// How long an account is new.
const NEW: Duration = Duration::from_secs(30 * 86_400);
/// How long somebody must have followed to count as a follower.
const FOLLOWED: Duration = Duration::from_secs(3 * 86_400);

/// What happens to notifications by whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Policy {
    /// People whom one does not follow.
    pub not_following: Handling,
    /// People who do not follow one, or only since the day before yesterday.
    pub not_followers: Handling,
    /// Accounts of the last 30 days.
    pub new_accounts: Handling,
    /// Letters that answer none of one's own, by people whom one does not follow.
    pub private_mentions: Handling,
    /// People of silenced hosts whom one does not follow.
    pub limited_accounts: Handling,
}

impl Default for Policy {
    fn default() -> Self {
        let accept = Handling::Accept;
        Self {
            not_following: accept,
            not_followers: accept,
            new_accounts: accept,
            private_mentions: accept,
            limited_accounts: Handling::Filter,
        }
    }
}

/// What `account` decided.
pub async fn policy(from: &impl Source, account: AccountId) -> Result<Policy> {
    let columns = "SELECT not_following, not_followers, new_accounts, private_mentions, limited_accounts FROM notification_policies";
    Ok(sql!(format!("{columns} WHERE account_id = {{}}"), account).one(from).await?.unwrap_or_default())
}

/// `account` decides anew. What was told before stays where it is.
pub async fn set_policy(tx: &Tx, account: AccountId, policy: Policy) -> Result<()> {
    Insert::into("notification_policies")
        .set("account_id", account)
        .set("not_following", policy.not_following)
        .set("not_followers", policy.not_followers)
        .set("new_accounts", policy.new_accounts)
        .set("private_mentions", policy.private_mentions)
        .set("limited_accounts", policy.limited_accounts)
        .on_conflict(
            "ON CONFLICT (account_id) DO UPDATE SET not_following = excluded.not_following, not_followers = excluded.not_followers, \
             new_accounts = excluded.new_accounts, private_mentions = excluded.private_mentions, limited_accounts = excluded.limited_accounts",
        )
        .run(tx)
        .await?;
    Ok(())
}

/// How somebody stands towards whom a notification is for.
#[derive(Clone, Copy, Debug, Default, FromQueryResult)]
struct Stranger {
    /// Accepted by name.
    permitted: i64,
    follows: i64,
    /// Since when they follow.
    followed_at: Option<Stamp>,
    created_at: Stamp,
    /// Of a host that is not silenced, or speaking in a community, where moderators decide who is heard.
    loud: i64,
    audience: Option<Audience>,
    /// It answers a post that was written to them.
    answers: i64,
}

/// Whether notifications of this kind are judged at all.
fn is_judged(kind: NotificationKind) -> bool {
    let is_own = matches!(kind, NotificationKind::Poll | NotificationKind::Update | NotificationKind::QuotedUpdate);
    !kind.is_business() && !is_own
}

/// What happens to a notification for `account` about `post` by `by`.
pub(super) async fn judge(
    tx: &Tx,
    account: AccountId,
    (kind, by): (NotificationKind, AccountId),
    post: Option<PostId>,
) -> Result<Handling> {
    if account == by || !is_judged(kind) {
        return Ok(Handling::Accept);
    }
    let facts = sql!(
        "SELECT (SELECT COUNT(*) FROM notification_permissions y WHERE y.account_id = {} AND y.from_id = a.id) AS permitted, \
         (SELECT COUNT(*) FROM follows f WHERE f.follower_id = {} AND f.target_id = a.id AND f.state = {}) AS follows, \
         (SELECT MIN(g.created_at) FROM follows g WHERE g.follower_id = a.id AND g.target_id = {} AND g.state = {}) AS followed_at, \
         a.created_at, x.audience, \
         (SELECT COUNT(*) FROM posts r JOIN mentions m ON m.post_id = r.id AND m.account_id = a.id \
            WHERE r.id = x.in_reply_to_id AND r.author_id = {}) AS answers, \
         CASE WHEN x.community_id IS NOT NULL OR ",
        account,
        account,
        FollowState::Accepted,
        account,
        FollowState::Accepted,
        account
    );
    let facts = unsilenced(facts, "a.id", Some(account))
        .then(" THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END AS loud FROM accounts a LEFT JOIN posts x ON x.id = {} WHERE a.id = {}");
    let facts: Option<Stranger> = facts.bind(post.unwrap_or(PostId(0))).bind(by).one(tx).await?;
    let Some(stranger) = facts else { return Ok(Handling::Accept) };
    Ok(weigh(&policy(tx, account).await?, &stranger, (kind, tx.now)))
}

/// The strictest of what the policy says about `stranger`.
fn weigh(policy: &Policy, stranger: &Stranger, (kind, now): (NotificationKind, Stamp)) -> Handling {
    if stranger.permitted > 0 {
        return Handling::Accept;
    }
    let follows = stranger.follows > 0;
    let is_letter = kind == NotificationKind::Mention && stranger.audience == Some(Audience::Direct);
    [
        (!follows, policy.not_following),
        (stranger.followed_at.is_none_or(|since| since.plus(FOLLOWED) > now), policy.not_followers),
        (stranger.created_at.plus(NEW) > now, policy.new_accounts),
        (is_letter && !follows && stranger.answers == 0, policy.private_mentions),
        (stranger.loud == 0 && !follows, policy.limited_accounts),
    ]
    .into_iter()
    .filter(|(applies, _)| *applies)
    .map(|(_, handling)| handling)
    .max()
    .unwrap_or(Handling::Accept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_strictest_rule_wins_and_who_was_accepted_by_name_is_heard(
            rules in proptest::collection::vec(proptest::sample::select(Handling::ALL), 5), bits in any::<[bool; 5]>(),
        ) {
            let now = Stamp(1_800_000_000_000);
            let policy = Policy { not_following: rules[0], not_followers: rules[1], new_accounts: rules[2], private_mentions: rules[3], limited_accounts: rules[4] };
            let [follows, followed, old, loud, permitted] = bits;
            let stranger = Stranger {
                permitted: permitted.into(), follows: follows.into(), followed_at: followed.then_some(Stamp(0)),
                created_at: if old { Stamp(0) } else { now }, loud: loud.into(), audience: Some(Audience::Direct), answers: 0,
            };
            let got = weigh(&policy, &stranger, (NotificationKind::Mention, now));
            let applied = [(!follows, 0), (!followed, 1), (!old, 2), (!follows, 3), (!loud && !follows, 4)];
            let most = applied.into_iter().filter(|(applies, _)| *applies).map(|(_, rule)| rules[rule]).max().unwrap_or(Handling::Accept);
            prop_assert_eq!(got, if permitted { Handling::Accept } else { most });
        }
    }
}
