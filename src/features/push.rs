//! Web Push: what an app subscribed to by its token, and what waits to be sent to it.
//!
//! Invariant: a subscription is its token's alone (S61) and counts as long as that token does: whatever ends the token ends it at
//! once. What waits names a notification; what it says is read when it is sent.

use crate::{
    base::{
        clock::Stamp,
        error::Result,
        id::{AccountId, NotificationId, TokenId},
        words::{FollowState, NotificationKind},
    },
    sql,
    store::{Insert, Source, Tx},
};
use sea_orm::FromQueryResult;
use std::{collections::BTreeMap, time::Duration};

/// Tries of one message.
const ATTEMPTS_MAX: i16 = 6;
/// How long a message is worth sending; the service is told so too.
pub const LASTS: Duration = Duration::from_secs(2 * 86_400);
/// Most messages that wait for one subscription.
const WAITING_MAX: i64 = 200;

/// By whom notifications are pushed.
pub const POLICIES: [&str; 4] = ["all", "followed", "follower", "none"];

/// What an app subscribed to.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Subscription {
    /// Its id.
    pub id: i64,
    /// The token by which it was made.
    pub token_id: TokenId,
    /// Whose notifications.
    pub account_id: AccountId,
    /// Where they go.
    pub endpoint: String,
    /// The receiver's public key, as it was sent.
    pub p256dh: String,
    /// The secret shared with the receiver, as it was sent.
    pub auth: String,
    /// By RFC 8291; else by the draft before it.
    pub standard: bool,
    /// JSON: which kinds, by word.
    pub alerts: String,
    /// One of [`POLICIES`].
    pub policy: String,
    /// The token in clear, sealed.
    pub sealed_token: String,
}

impl Subscription {
    /// Which kinds are wanted.
    pub fn alerts(&self) -> BTreeMap<String, bool> {
        serde_json::from_str(&self.alerts).unwrap_or_default()
    }
}

/// Keeps a subscription in place of the one that its token had.
pub async fn subscribe(tx: &Tx, new: Subscription) -> Result<Subscription> {
    end_of_token(tx, new.token_id).await?;
    let row = Subscription { id: tx.id(), ..new };
    Insert::into("push_subscriptions")
        .set("id", row.id)
        .set("token_id", row.token_id)
        .set("account_id", row.account_id)
        .set("endpoint", row.endpoint.clone())
        .set("p256dh", row.p256dh.clone())
        .set("auth", row.auth.clone())
        .set("standard", row.standard)
        .set("alerts", row.alerts.clone())
        .set("policy", row.policy.clone())
        .set("sealed_token", row.sealed_token.clone())
        .set("created_at", tx.now)
        .run(tx)
        .await?;
    Ok(row)
}

/// The subscription of a token.
pub async fn of_token(from: &impl Source, token: TokenId) -> Result<Option<Subscription>> {
    sql!("SELECT * FROM push_subscriptions WHERE token_id = {}", token).one(from).await
}

/// Changes what is wanted of it.
pub async fn change(tx: &Tx, token: TokenId, (alerts, policy): (&str, &str)) -> Result<()> {
    sql!("UPDATE push_subscriptions SET alerts = {}, policy = {} WHERE token_id = {}", alerts, policy, token).run(tx).await?;
    Ok(())
}

/// Ends the subscription of a token.
pub async fn end_of_token(tx: &Tx, token: TokenId) -> Result<()> {
    sql!("DELETE FROM pushes WHERE subscription_id IN (SELECT id FROM push_subscriptions WHERE token_id = {})", token).run(tx).await?;
    sql!("DELETE FROM push_subscriptions WHERE token_id = {}", token).run(tx).await?;
    Ok(())
}

/// Has a notification sent to every app of `account` that wants it.
pub async fn queue(tx: &Tx, account: AccountId, (kind, by): (NotificationKind, AccountId), told: NotificationId) -> Result<()> {
    let live = "SELECT s.* FROM push_subscriptions s JOIN tokens t ON t.id = s.token_id WHERE s.account_id = {}";
    let live: Vec<Subscription> = sql!(live, account).all(tx).await?;
    for subscription in live {
        if !subscription.alerts().get(kind.word()).copied().unwrap_or(false) || !is_wanted(tx, &subscription, by).await? {
            continue;
        }
        let waiting: Option<i64> = sql!("SELECT COUNT(*) FROM pushes WHERE subscription_id = {}", subscription.id).value(tx).await?;
        if waiting.unwrap_or_default() >= WAITING_MAX {
            continue;
        }
        let row = Insert::into("pushes").set("id", tx.id()).set("subscription_id", subscription.id).set("notification_id", told);
        let row = row.set("next_attempt_at", tx.now).set("created_at", tx.now).on_conflict("ON CONFLICT DO NOTHING");
        row.run(tx).await?;
    }
    Ok(())
}

async fn is_wanted(tx: &Tx, subscription: &Subscription, by: AccountId) -> Result<bool> {
    let me = subscription.account_id;
    let (follower, target) = match subscription.policy.as_str() {
        "none" => return Ok(false),
        "followed" => (me, by),
        "follower" => (by, me),
        _ => return Ok(true),
    };
    let follows = "SELECT COUNT(*) FROM follows WHERE follower_id = {} AND target_id = {} AND state = {}";
    let follows: Option<i64> = sql!(follows, follower, target, FollowState::Accepted).value(tx).await?;
    Ok(by == me || follows.unwrap_or_default() > 0)
}

/// A message that waits.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Push {
    /// Its id.
    pub id: i64,
    /// For which subscription.
    pub subscription_id: i64,
    /// About which notification.
    pub notification_id: NotificationId,
    /// Tries so far.
    pub attempts: i16,
    /// Since when it waits.
    pub created_at: Stamp,
}

/// Up to `most` messages that are due, earliest first.
pub async fn due(from: &impl Source, most: u32) -> Result<Vec<Push>> {
    let due = "SELECT * FROM pushes WHERE next_attempt_at <= {} ORDER BY next_attempt_at LIMIT {}";
    sql!(due, from.now(), i64::from(most)).all(from).await
}

/// The subscription that a message is for, if its token still counts.
pub async fn live(from: &impl Source, id: i64) -> Result<Option<Subscription>> {
    sql!("SELECT s.* FROM push_subscriptions s JOIN tokens t ON t.id = s.token_id WHERE s.id = {}", id).one(from).await
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is there, or says nothing any more.
    Done,
    /// Not now; the service may have said when.
    Failed(Option<Duration>),
    /// There is no such subscription any more.
    Gone,
}

/// Notes what became of a message. One that fails is tried again ever later, until it is worth nothing any more; a subscription
/// that is gone at the service is gone here.
pub async fn settle(tx: &Tx, push: &Push, outcome: Outcome, unit: Duration) -> Result<()> {
    let attempts = push.attempts.saturating_add(1);
    match outcome {
        Outcome::Failed(wait) if attempts < ATTEMPTS_MAX && push.created_at.plus(LASTS) > tx.now => {
            let pause = unit.saturating_mul(1 << attempts.clamp(0, 10)).max(wait.unwrap_or_default()).min(LASTS);
            sql!("UPDATE pushes SET attempts = {}, next_attempt_at = {} WHERE id = {}", attempts, tx.now.plus(pause), push.id)
                .run(tx)
                .await?;
        }
        Outcome::Gone => {
            sql!("DELETE FROM pushes WHERE subscription_id = {}", push.subscription_id).run(tx).await?;
            sql!("DELETE FROM push_subscriptions WHERE id = {}", push.subscription_id).run(tx).await?;
        }
        Outcome::Done | Outcome::Failed(_) => {
            sql!("DELETE FROM pushes WHERE id = {}", push.id).run(tx).await?;
        }
    }
    Ok(())
}

/// Forgets subscriptions whose tokens are no more, and what waited for them.
pub async fn sweep(tx: &Tx) -> Result<u64> {
    let over = "DELETE FROM push_subscriptions WHERE token_id NOT IN (SELECT id FROM tokens)";
    let gone = sql!(over).run(tx).await?;
    sql!("DELETE FROM pushes WHERE subscription_id NOT IN (SELECT id FROM push_subscriptions)").run(tx).await?;
    Ok(gone)
}
